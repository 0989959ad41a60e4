"""What can be shown later."""

from compliance.models.audit import AuditEntry

__all__ = ["AuditEntry"]
