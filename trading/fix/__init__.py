"""FIX 4.4 from the side that listens: a session with numbers that survive us, and the executions it brings."""
