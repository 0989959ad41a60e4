"""The pages of the compliance desk, each a desk with its acts."""
