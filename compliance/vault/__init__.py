"""What people entrust to us: files and words under a key of their own, which can be destroyed."""
