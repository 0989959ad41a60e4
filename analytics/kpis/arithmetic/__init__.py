"""I am the arithmetic the KPI families share; I know numbers and nothing of trades."""
