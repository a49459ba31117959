"""Long runs under load, started by hand: ``python -m tests.load.hub``."""
