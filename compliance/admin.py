"""I bring in the desks of compliance: each is a file of `compliance.desk`."""

from compliance.desk import aml, kyc, roles, trail
from compliance.watched import watched

__all__ = ["aml", "kyc", "roles", "trail", "watched"]
