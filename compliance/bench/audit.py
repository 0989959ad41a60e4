"""I measure what being watched costs a writer, and how fast the trail is sealed and checked (P7, P9b)."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
from django.db import connections

from aetheris.bench.database import Place, place_to_measure
from aetheris.benching import Result, benches
from aetheris.db.places import place as described
from compliance.bench import sealing, writing

USER, ACCOUNT = UUID(int=42), UUID(int=43)
FILL = f"""
SET session_replication_role = replica;
INSERT INTO users (id, email, password, status) VALUES ('{USER}', 'ana@example.com', 'x', 'ACTIVE');
INSERT INTO accounts (id, user_id, account_name, starting_balance) VALUES ('{ACCOUNT}', '{USER}', 'Main', 100000);
RESET session_replication_role;
"""


@benches.named("audit")
def audit() -> Iterator[Result]:
    with (
        place_to_measure("audit") as place,
        at_work_in(place),
        psycopg.connect(place.admin_url, autocommit=True) as admin,
    ):
        admin.execute(FILL)
        # While the account is nearly empty, so that nothing else in the request hides what the trail costs.
        yield from writing.single(admin, USER, ACCOUNT)
        yield from writing.bulk(admin, USER, ACCOUNT)
        yield from sealing.under_load(admin, USER, ACCOUNT)
        yield from sealing.throughput(admin)


@contextmanager
def at_work_in(place: Place) -> Iterator[None]:
    """The product's own code, working in this database, with anchors of its own."""
    told = {f"DATABASE_URL_{login.upper()}": place.url(login) for login in ("app", "staff", "service", "sealer")}
    with tempfile.TemporaryDirectory() as folder:
        told["AETHERIS_ANCHOR_FILE"] = str(Path(folder) / "heads.jsonl")
        before = {name: os.environ.get(name) for name in told}
        os.environ.update(told)
        default = connections["default"]
        default.close()
        default.settings_dict.update(described(place.url("app"), requests=True))
        try:
            yield
        finally:
            default.close()
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
