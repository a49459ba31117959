"""The set-up's pages: one frame, and what stands in its middle at each step."""
