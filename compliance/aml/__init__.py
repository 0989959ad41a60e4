"""Money laundering: lists of names, rules of behaviour, the cases made of them."""
