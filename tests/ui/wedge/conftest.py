"""Windows at which a reader and a person type."""

import pytest

from tests.ui.wedge.hands import Counter, Till


@pytest.fixture
def make(qtbot):
    made = []

    def build(**options):
        page = Counter()
        qtbot.addWidget(page)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        made.append(Till(page, **options))
        return made[-1]

    yield build
    for till in made:
        till.wedge.stop()


@pytest.fixture
def till(make):
    return make()
