"""How fast a breach is heard."""
