"""What the shop issues itself: cards, passes for phones, digital slips."""
