"""What figures cost."""
