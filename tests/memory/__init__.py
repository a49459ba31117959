"""The parts of ``tests.fakes.MemoryDatabase``: one module for each kind of records."""
