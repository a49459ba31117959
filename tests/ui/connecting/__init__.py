"""Connecting an online store, from its address to its first import."""
