"""Widgets whose height follows their width, inside layouts that remember sizes.

A box layout keeps a widget's greatest height from before a resize; with a fixed vertical policy
that is the height of the old width, and broken lines are cut. ``Minimum`` has no greatest height.
"""

from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.views.components.chip import Tone
from ui.views.components.notices import Banner


def grow(widget: QWidget) -> None:
    """Let a widget be as high as its width asks, whatever it was before."""
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)


def banner(tone: Tone) -> Banner:
    """An empty banner that grows with what it says."""
    made = Banner("", "", tone)
    grow(made)
    return made
