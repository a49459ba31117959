"""A second opinion on points: a slow, obvious model, and whole histories that the engine and the
model must tell alike."""
