"""The patterns of money laundering and manipulation, each a pure file; docs/compliance.md says what each may miss."""
