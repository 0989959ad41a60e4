"""I start everything with the one command, on a machine that has nothing, and look for what it leaves behind."""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from aetheris.embedded import free_port
from tests.database import ROOT
from tests.processes import environment

LINE = re.compile(r"AETHERIS is up: (http://127\.0\.0\.1:\d+/) · trader (\S+), .* password (\S+) · Ctrl-C stops it")
pytestmark = pytest.mark.timeout(900)
started: list[subprocess.Popen[str]] = []


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A state folder that PostgreSQL's own user may enter, too."""
    folder = Path(tempfile.mkdtemp(prefix="aetheris-up-"))
    folder.chmod(0o755)
    yield folder
    for process in started:  # only what a failed test has left
        if process.poll() is None:
            for pid in (process.pid, *descendants(process.pid)):
                os.kill(pid, signal.SIGKILL)
            process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def command(*words: str, home: Path, **told: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", *words], cwd=ROOT, env=environment(AETHERIS_STATE=str(home), **told),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    started.append(process)
    return process


@dataclass
class Up:
    process: subprocess.Popen[str]
    address: str
    email: str
    password: str
    seconds: float

    def processes(self) -> set[int]:
        return {self.process.pid, *descendants(self.process.pid)}

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Exit code and what it complained of."""
        self.process.send_signal(number)
        _, complaints = self.process.communicate(timeout=180)
        return self.process.returncode, complaints


def bring_up(home: Path) -> Up:
    began = time.monotonic()
    process = command("--port", str(free_port()), home=home)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not (told := LINE.match(line)):
        process.kill()
        raise AssertionError(f"{line}{process.communicate()}")
    return Up(process, told[1], told[2], told[3], time.monotonic() - began)


def descendants(pid: int) -> set[int]:
    """Every process below this one, whatever session it went into."""
    parents: dict[int, set[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(told[1]), set()).add(int(entry.parent.name))
    found, waiting = set(), [pid]
    while waiting:
        below = parents.get(waiting.pop(), set()) - found
        found |= below
        waiting += below
    return found


def alive(pids: set[int]) -> set[str]:
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z":
                found.add(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def gone(pids: set[int], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pids)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def becomes_ready(up: Up, seconds: float = 90) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if status_of(f"{up.address}readyz") == 200:
            return True
        time.sleep(0.2)
    return False


class Visitor:
    """A browser of the plainest kind: cookies and forms."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self.opener.open(f"{self.address}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def sign_in(self, email: str, password: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("sign-in/"))
        assert token is not None
        form = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
        request = urllib.request.Request(
            f"{self.address}sign-in/", urllib.parse.urlencode(form).encode(), {"Referer": self.address}
        )
        with self.opener.open(request, timeout=30) as answer:
            return str(answer.read().decode())


def trades_by_itself(visitor: Visitor, seconds: float = 90) -> bool:
    """The mock broker trades and the worker brings it in: the newest trade changes without anybody's doing."""
    newest = visitor.get("api/v1/trades?ordering=-created_at&limit=1")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if visitor.get("api/v1/trades?ordering=-created_at&limit=1") != newest:
            return True
        time.sleep(0.5)
    return False


def accounts_on(page: str) -> bool:
    return all(name in page for name in ("FTMO 100K", "Futures 50K", "Crypto swing"))


def test_one_command_brings_everything_up_twice_and_takes_all_of_it_down(home: Path) -> None:
    up = bring_up(home)
    assert becomes_ready(up)
    visitor = Visitor(up.address)
    assert accounts_on(visitor.sign_in(up.email, up.password))
    below = up.processes()
    assert any("postgres" in command for command in alive(below))
    assert up.stop() == (0, "")
    assert gone(below), alive(below)

    again = bring_up(home)
    try:
        assert again.seconds < 60
        assert becomes_ready(again)
        assert (again.email, again.password) == (up.email, up.password)
        returning = Visitor(again.address)
        assert accounts_on(returning.sign_in(again.email, again.password))
        assert trades_by_itself(returning)
        port = again.address.rpartition(":")[2].strip("/")
        assert_refused(command("--port", port, home=home), f"Port {port} is busy.", "choose another")
        below = again.processes()
    finally:
        code, complaints = again.stop(signal.SIGTERM)
    assert (code, complaints) == (0, "")
    assert gone(below), alive(below)
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()


def test_a_command_killed_without_a_word_takes_server_and_worker_along_and_the_next_one_starts(home: Path) -> None:
    up = bring_up(home)
    below = up.processes()
    os.kill(up.process.pid, signal.SIGKILL)
    up.process.communicate()
    members = {pid for pid in below if not any("postgres" in command for command in alive({pid}))}
    assert gone(members), alive(members)
    again = bring_up(home)
    left = again.processes() | below
    assert again.stop() == (0, "")
    assert gone(left), alive(left)


# What can go wrong --------------------------------------------------------------------------------------


def assert_refused(process: subprocess.Popen[str], *words: str) -> None:
    """One line that says what to do, on stderr, and an exit code that is not 0."""
    told, complaint = process.communicate(timeout=180)
    assert process.returncode not in (0, None)
    assert told == ""
    assert len(complaint.strip().splitlines()) == 1, complaint
    for word in words:
        assert word in complaint


def test_a_busy_port_is_told_in_one_line(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert_refused(command("--port", str(port), home=home), f"Port {port} is busy", "make up PORT=")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", ("DATABASE_URL is not the address", "postgresql://USER:PASSWORD@HOST:PORT/NAME")),
        ("mysql://u:p@127.0.0.1/x", ("DATABASE_URL is not the address",)),
        ("postgresql://u:p@127.0.0.1:1/aetheris", ("127.0.0.1:1 does not answer", "Check DATABASE_URL")),
    ],
)
def test_a_broken_database_url_is_told_in_one_line_that_says_what_to_do(
    home: Path, url: str, words: tuple[str, ...]
) -> None:
    refused = command("--port", str(free_port()), home=home, DATABASE_URL=url)
    assert_refused(refused, *words)
