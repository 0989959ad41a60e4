"""I hold the words templates may speak."""
