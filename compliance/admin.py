"""I bring in the desks of compliance: each is a file of `compliance.desk`."""

from compliance.desk import aml, kyc, privacy, reports, retention, roles, trail, waiting
from compliance.watched import watched

__all__ = ["aml", "kyc", "privacy", "reports", "retention", "roles", "trail", "waiting", "watched"]
