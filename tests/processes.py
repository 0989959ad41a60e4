"""I run the product's own server and worker on this test worker's database, and speak to them over real sockets."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from aetheris.db.tenancy import acting_as
from aetheris.embedded import free_port
from aetheris.processes import Crew
from tests import planted
from tests.conftest import url_of
from tests.database import ROOT
from tests.factories import PASSWORD

LOGINS = ("app", "staff", "service", "migrator", "sealer")


def environment(**told: str) -> dict[str, str]:
    """What a process of the product is told; nothing of the test's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "PYTEST"))}
    return kept | {"DJANGO_SETTINGS_MODULE": "aetheris.settings"} | told


def on_this_database(role: str) -> dict[str, str]:
    urls = {f"DATABASE_URL_{login.upper()}": url_of(login) for login in LOGINS}
    return environment(**urls, AETHERIS_ROLE=role, SECRET_KEY=settings.SECRET_KEY)


@dataclass
class Product:
    """One server with its worker."""

    port: int
    crew: Crew

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self, name: str = "server") -> str:
        return (self.crew.folder / f"{name}.log").read_text(errors="replace")

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """A program's request to the API: status and JSON."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return self.send(method, path, None if body is None else json.dumps(body).encode(), headers)

    def send(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        request = urllib.request.Request(f"{self.url}{path}", content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read() or b"null")

    def token_of(self, user: User) -> str:
        status, told = self.ask("POST", "/api/v1/auth/login", {"email": user.email, "password": PASSWORD})
        assert status == 200, told
        return str(told["access"])

    def socket(self, path: str, user: User | None = None, **headers: str) -> "Line":
        told = headers | ({"Cookie": f"sessionid={cookie_of(user)}"} if user is not None else {})
        return Line(connect(f"ws://127.0.0.1:{self.port}{path}", additional_headers=told, open_timeout=20))


def cookie_of(user: User) -> str:
    """A browser's session, without its form."""
    client = Client()
    with acting_as(user):
        user.refresh_from_db()  # a sign-in may have renewed the password's hash, and sessions hang on it
        client.force_login(user)
    return str(client.cookies["sessionid"].value)


class Line:
    """One open socket; `next` waits for the next message that is not a ping."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *told: object) -> None:
        self.connection.close()

    def say(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def next(self, seconds: float = 30, of: str = "") -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            told = json.loads(self.connection.recv(timeout=max(0.01, deadline - time.monotonic())))
            if told["type"] != "PING" and (not of or told["type"] == of):
                return dict(told)

    def numbers(self, count: int, seconds: float = 30) -> list[int]:
        return [self.next(seconds, of="ARMOR_BREACH")["number"] for _ in range(count)]

    def heard(self, seconds: float = 1) -> list[dict[str, Any]]:
        """Whatever comes until it is silent for so long."""
        found = []
        try:
            while True:
                found.append(self.next(seconds))
        except TimeoutError:
            return found

    def code(self) -> int:
        """With which code the server closes."""
        try:
            while True:
                self.connection.recv(timeout=30)
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code


@contextmanager
def running(folder: Path, **told: str) -> Iterator[Product]:
    """Server and worker; `told` is said to the server alone."""
    port = free_port()
    product = Product(port, Crew(folder))
    serve = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), "aetheris.asgi:application"]
    try:
        product.crew.add("server", serve, on_this_database("app") | told, ROOT)
        product.crew.add("worker", [sys.executable, "manage.py", "worker"], on_this_database("service"), ROOT)
        _await(product)
        yield product
    finally:
        product.crew.stop()
        for member in product.crew.members:
            planted.listen(product.log(member.name), f"the log of the {member.name}")


def _await(product: Product, seconds: int = 240) -> None:
    """Until the server answers, hears the database and the worker was heard of."""
    deadline = time.monotonic() + seconds
    told: Any = None
    while time.monotonic() < deadline:
        product.crew.check()
        try:
            status, told = product.ask("GET", "/readyz")
            if status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not ready: {told}\n{product.log()}\n{product.log('worker')}")
