"""Carries the outbox to the online store and its orders back, with or without a window.

Knows the terminal's ports and one online store behind ``sync.online_store.OnlineStore``; knows no
Qt, no device and no table.
"""
