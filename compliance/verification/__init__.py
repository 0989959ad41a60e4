"""How the trail is checked: seals against anchors, entries against seals, rows against their last image."""
