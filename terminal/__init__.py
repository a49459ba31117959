"""The loyalty terminal's own knowledge: members, points, programme, sales, services.

Nothing here knows a window, a wire or a printer; only ``terminal.db`` knows the database.
"""
