"""Brokers, exchanges and futures firms by name, as data, each with the way by which its trades come here."""
