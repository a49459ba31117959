"""Slips written: what was booked or asked for, as blocks, by the country's rules.

One module for each kind; ``parts`` holds what they share. Nothing here reads storage or a clock:
everything comes in. ``terminal.slip_writer`` is the door.
"""
