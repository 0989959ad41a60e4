"""I turn the bytes of a broker's file into rows, numbers and times; pure, bounded, never guessing."""
