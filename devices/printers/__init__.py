"""Printers: transports, ESC/POS rendering, status, spool, and the emulator that stands in for one."""
