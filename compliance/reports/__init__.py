"""What the desk has done, counted."""
