"""What every adapter of an online store must do, and each adapter doing it.

``contract.Contract`` holds the stories; ``world.World`` is what a test of an adapter must bring: a
server to talk to, and a hand behind its counter.
"""
