"""The accountant's books: what the points still owed are worth, and how that came about.

IFRS 15 and ASC 606 alike: points given with a sale are a promise of their own. A part of the price
is put aside for them (``revenue``), taken from entries alone (``folding``), and becomes revenue as
points are redeemed; a report goes from one balance to the next by cause (``rolling``), with its
journal (``journal``). A period that was signed off stays as it was (``closing``). What each till
and cashier did on a day is in ``days``. ``docs/books.md`` explains every line to an accountant.

Pure: integers and fractions, no floats; figures are rounded once, where they are shown.
"""
