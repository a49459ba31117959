"""What a person can do: one module per role or journey, one method per action.

A service opens its own unit of work, refuses before it books, and tells the bus after it committed.
"""
