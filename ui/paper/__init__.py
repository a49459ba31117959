"""Paper that the shop makes itself: slips as pictures and PDF, sheets of cards, cards for phones.

One way of setting each, for screens, files and printers alike; text stays text in a PDF.
"""
