"""Two thousand requests of many people through few connections: nobody is shown what is not theirs."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from accounts.models import User
from aetheris.embedded import free_port, port_is_free
from aetheris.state import database_user
from tests.conftest import url_of
from tests.database import DATABASE
from tests.factories import account_of, person, trade_in
from tests.processes import Product, running

REQUESTS, PEOPLE, THREADS = 2_000, 12, 16
PGBOUNCER = shutil.which("pgbouncer") or ("/usr/sbin/pgbouncer" if Path("/usr/sbin/pgbouncer").exists() else None)


@pytest.fixture
def crowd(real_db: None) -> list[User]:
    people = [person(f"person{number}@example.com") for number in range(PEOPLE)]
    for who in people:
        account = account_of(who, account_name=f"of {who.email}")
        for _ in range(3):
            trade_in(account, symbol=who.email)
    return people


def asked_by_all(product: Product, crowd: list[User]) -> None:
    tokens = {who.email: product.token_of(who) for who in crowd}

    def ask(number: int) -> set[str]:
        email = crowd[number % PEOPLE].email
        status, told = product.ask("GET", "/api/v1/trades", token=tokens[email])
        assert status == 200, told
        return {email, *(trade["symbol"] for trade in told["results"])} if len(told["results"]) == 3 else {email, "?"}

    with ThreadPoolExecutor(THREADS) as pool:
        seen = list(pool.map(ask, range(REQUESTS)))
    assert [one for one in seen if len(one) != 1] == []


@pytest.mark.timeout(300)
def test_two_thousand_mixed_requests_through_four_connections_leak_nothing(crowd: list[User], tmp_path: Path) -> None:
    with running(tmp_path / "logs", DATABASE_POOL="4") as product:
        asked_by_all(product, crowd)


@pytest.fixture
def bouncer(tmp_path: Path) -> Iterator[int]:
    """PgBouncer in transaction mode with four connections to this test's database."""
    if PGBOUNCER is None:
        pytest.skip("PgBouncer is not installed: apt-get install pgbouncer")
    place, port = urlsplit(url_of("app")), free_port()
    folder = tmp_path / "bouncer"
    folder.mkdir()
    (folder / "users.txt").write_text(f'"{place.username}" "{place.password}"\n')
    (folder / "bouncer.ini").write_text(
        f"[databases]\n{DATABASE} = host={place.hostname} port={place.port} dbname={DATABASE}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\n"
        f"auth_file = {folder}/users.txt\npool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 200\n"
        "ignore_startup_parameters = extra_float_digits,options\n"
    )
    user = database_user()
    entry = pwd.getpwnam(user) if user else None
    if entry:
        for path in (*tmp_path.parents[:3], tmp_path):
            if not path.stat().st_mode & 0o005:
                path.chmod(0o755)
        for path in (folder, *folder.iterdir()):
            os.chown(path, entry.pw_uid, entry.pw_gid)
    told = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []} if entry else {}
    process = subprocess.Popen([PGBOUNCER, str(folder / "bouncer.ini")], stderr=subprocess.DEVNULL, **told)  # type: ignore[call-overload]
    deadline = time.monotonic() + 30
    while port_is_free(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(10)


@pytest.mark.timeout(300)
def test_two_thousand_mixed_requests_through_pgbouncer_leak_nothing(
    crowd: list[User], bouncer: int, tmp_path: Path
) -> None:
    direct = url_of("app")
    pooled = direct.replace(f":{urlsplit(direct).port}/", f":{bouncer}/")
    with running(tmp_path / "logs", DATABASE_URL_APP=pooled, DATABASE_URL_LISTEN=direct) as product:
        asked_by_all(product, crowd)


def test_a_tenant_kept_for_the_session_would_leak_there(crowd: list[User], bouncer: int) -> None:
    """The control: what others do, a setting for the session, hands one person's rows to the next client."""
    direct = url_of("app")
    pooled = direct.replace(f":{urlsplit(direct).port}/", f":{bouncer}/")
    with psycopg.connect(pooled, autocommit=True) as careless:
        careless.execute("SELECT set_config('aetheris.tenant', %s, false)", [str(crowd[0].id)])
    with psycopg.connect(pooled, autocommit=True) as next_client:
        assert next_client.execute("SELECT count(*) FROM trades").fetchone() == (3,)
