"""The hub's schema, step by step: each file has a part ``-- up`` and a part ``-- down``.

What a released hub has run is never edited; what is to change is a further file.
"""
