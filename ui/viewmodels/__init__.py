"""State and actions of each screen, without a widget in them."""
