"""Printers: slips as ESC/POS bytes, the ways they travel, honest answers, and an emulator.

Nothing is imported here: a till that has not printed yet should not load a picture library.
"""
