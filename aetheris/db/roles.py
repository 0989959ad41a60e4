"""I name the database's roles, each with the one thing it is for, and derive how each of them signs in."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

OWNER = "aetheris_owner"
AUDIT = "aetheris_audit"
DOOR = "aetheris_door"
MIGRATOR = "aetheris_migrator"
APP = "aetheris_app"
STAFF = "aetheris_staff"
SERVICE = "aetheris_service"
SEALER = "aetheris_sealer"

LOGINS = {"migrator": MIGRATOR, "app": APP, "staff": STAFF, "service": SERVICE, "sealer": SEALER}
TENANTS = (APP, SERVICE, OWNER)

SQL = Path(__file__).parent.parent / "sql"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL reached by an administrator's URL; the roles' own URLs follow from it."""

    admin_url: str
    salt: str = ""

    def password(self, role: str) -> str:
        """The same for whoever knows the administrator's password, so two checkouts may share one server."""
        admin_password = urlsplit(self.admin_url).password or self.salt
        return hmac.new(admin_password.encode(), role.encode(), sha256).hexdigest()

    def url(self, login: str, database: str | None = None) -> str:
        role = LOGINS[login]
        parts = urlsplit(self.admin_url)
        host = parts.netloc.rpartition("@")[2]
        netloc = f"{role}:{quote(self.password(role))}@{host}"
        path = f"/{database}" if database else parts.path
        return urlunsplit((parts.scheme, netloc, path, parts.query, ""))

    def urls(self, database: str | None = None) -> dict[str, str]:
        return {login: self.url(login, database) for login in LOGINS}

    def bootstrap_sql(self) -> str:
        """Create the roles, idempotently; they are cluster-wide, so a second database finds them there."""
        statements = (SQL / "roles.sql").read_text()
        for role in LOGINS.values():
            statements += f"\nALTER ROLE {role} PASSWORD '{self.password(role)}';"
        return statements
