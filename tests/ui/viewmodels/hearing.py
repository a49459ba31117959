"""Listening to a view model: what it said, and what it wants opened."""

from PySide6.QtCore import QObject

from ui.viewmodels.notices import Notice, Opening
from ui.viewmodels.selling import SellingViewModel


class Ear(QObject):
    """Keeps every notice and opening of a counter."""

    def __init__(self, vm: SellingViewModel) -> None:
        super().__init__()
        self.said: list[Notice] = []
        self.opened: list[Opening] = []
        vm.told.connect(self.said.append)
        vm.opening.connect(self.opened.append)

    @property
    def last(self) -> str:
        return self.said[-1].text if self.said else ""
