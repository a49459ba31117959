"""All sides end with the same, whatever the network did: tills, hub and online store by chance."""
