"""What people read: complete, and right by each language's rules."""
