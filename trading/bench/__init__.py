"""How fast trades come in, one file for each benchmark."""
