"""Widgets: they bind to view models and decide nothing."""
