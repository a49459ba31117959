"""The hub: facts of several tills on one server, and one place that grants points."""
