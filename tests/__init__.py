"""The tests: stories first, then the parts they stand on."""
