"""The gallery on screens of other densities: a process each, as the factor is read at start."""

import os
import subprocess
import sys

import pytest

_LOOK = """
from PySide6.QtWidgets import QApplication
from ui.theme import theme
from ui.views.components.fit import misfits
from ui.views.gallery import Gallery

app = QApplication([])
theme.apply(app, "light")
gallery = Gallery()
gallery.resize(1780, 1600)
gallery.show()
app.processEvents()
assert misfits(gallery) == [], misfits(gallery)
picture = gallery.grab()
assert picture.width() == round(1780 * picture.devicePixelRatio()), picture.width()
print(picture.devicePixelRatio())
"""


@pytest.mark.parametrize("factor", ["1.25", "1.5", "2"])
def test_everything_fits_on_a_denser_screen(factor):
    environment = {**os.environ, "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"}
    look = subprocess.run(
        [sys.executable, "-c", _LOOK], env=environment, capture_output=True, text=True, timeout=60
    )
    assert look.returncode == 0, look.stderr
    assert float(look.stdout) == float(factor)
