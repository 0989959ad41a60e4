"""What the frame costs."""
