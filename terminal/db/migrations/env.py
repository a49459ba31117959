"""Alembic's entry: runs on the connection that ``terminal.db.upgrade`` opened.

The transaction is begun there, so that an upgrade happens as a whole or not at all: SQLite can roll
back its table definitions when BEGIN was really said. Nothing here imports the tables.
"""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
