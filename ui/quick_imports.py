"""Qt's binding without its toll on every later import.

PySide6 puts a stand-in of its own in the place of Python's ``__import__``, for switches
(``from __feature__ import ...``) that nothing here uses, and every import after it costs a fifth
more. Whoever starts the program loads the binding through here and keeps Python's own.
"""

import builtins


def load_qt() -> None:
    """Load the binding; to be called before anything else imports it."""
    own = builtins.__import__
    import PySide6.QtCore  # noqa: F401 - loaded, not used

    builtins.__import__ = own
