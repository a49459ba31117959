"""The Medusa adapter, against an imitation held to recorded exchanges, or against a real shop."""
