"""I bring in the desks of compliance: each is a file of `compliance.desk`."""

from compliance.desk import kyc, roles, trail
from compliance.watched import watched

__all__ = ["kyc", "roles", "trail", "watched"]
