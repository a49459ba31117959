"""The office looks at the same lived-in shop as the other pages."""

from tests.ui.pages.conftest import dressed, eleni, shop, world

__all__ = ["dressed", "eleni", "shop", "world"]
