"""Connecting an online store, step by step: view models without widgets."""
