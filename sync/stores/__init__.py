"""One adapter per kind of online store; each keeps its store's peculiarities to itself."""
