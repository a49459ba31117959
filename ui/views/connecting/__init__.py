"""The pages that connect an online store: one frame, and what stands in its middle at each step."""
