"""What a person may ask about their own data, and what the law keeps of it."""
