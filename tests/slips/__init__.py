"""Slips of every kind in every country and language: by law, in width, and read by strangers.

``python -m tests.slips --out DIR`` makes contact sheets of all of them, to be looked at.
"""
