"""The counter's screens: idle, a sale under way, a sale done."""
