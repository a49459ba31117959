"""The set-up's pages as state: one model a step, and the model of the whole way."""
