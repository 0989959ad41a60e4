"""What the trail costs."""
