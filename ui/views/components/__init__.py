"""Painted components. Plain widgets with setters: no domain types, no services, no style sheets."""
