"""A reader that types, at a window."""
