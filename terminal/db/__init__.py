"""Storage: SQLAlchemy Core over embedded SQLite, behind the protocols of ``terminal.ports``."""
