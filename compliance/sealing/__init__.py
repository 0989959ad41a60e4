"""How the trail is closed behind its writers: ranges, Merkle trees, signed and chained heads, anchors."""
