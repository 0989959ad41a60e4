"""I speak to an exchange through ccxt."""


def is_exchange(name: str) -> bool:
    return False
