"""What several tills share: one append-only list of facts, and one place that grants points."""
