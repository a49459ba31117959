"""Bringing members, cards, balances and history along from another system's files.

``mapping`` says which column is what, ``reading`` opens files as people's spreadsheets wrote them,
``values`` reads single values, ``rows`` whole rows; ``terminal.services.importer`` books them.
"""
