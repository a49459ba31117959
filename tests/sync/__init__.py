"""Sync: the engine on a store that is scripted to fail, and the Vendure adapter on a real one."""
