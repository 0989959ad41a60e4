"""I measure how much memory the worker takes for a long file, and that one killed amid it is read whole by the next."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import psycopg

from accounts.models import TradingAccount
from aetheris import state
from aetheris.bench.database import place_to_measure
from aetheris.benching import Result, benches, judged
from aetheris.db.tenancy import acting_as
from trading import jobs
from trading.bench.files import FILES
from trading.bench.ground import USER, account_in, at_work_in
from trading.models import Import

WHOLE, WHOLE_MB = 150_000, 1_000  # rows of a file that is read whole, and what its reader may take
RESIDENT = """
import sys, django; django.setup()
from uuid import UUID
from trading.long_imports import run_import
assert run_import(UUID(sys.argv[1]), UUID(sys.argv[2]))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@benches.named("formats")
def formats() -> Iterator[Result]:
    """Long files of five formats, each killed with −9 amid its reading and then read by the next worker."""
    with (
        place_to_measure("formats") as place,
        at_work_in(place),
        psycopg.connect(place.admin_url, autocommit=True) as admin,
    ):
        for number, (name, lines) in enumerate(FILES.items(), 500):
            account = account_in(admin, number, "USDT" if name.startswith("binance") else "USD")
            job = begun(account, name, (line.encode() for line in lines(WHOLE)), WHOLE)
            _killed_amid(job)
            largest, took = read_by_itself(job)
            told = f"{job.trades_new:,} new, {job.trades_duplicate} known, {job.trades_error} refused of {WHOLE:,} rows"
            note = f"{told}, {job.size / 1e6:.0f} MB, {job.state} in {took:.0f} s after a kill"
            yield judged(f"resident memory: {name}", largest, None, most=WHOLE_MB, runs=1, unit="MB", note=note)


def begun(account: TradingAccount, name: str, lines: Iterator[bytes], rows: int) -> Import:
    with tempfile.TemporaryFile() as file:
        file.writelines(lines)
        with acting_as(USER, label="bench"):
            return jobs.begin_import(account=account, file=file, name=name, rows=rows)


def _worker(job: Import) -> subprocess.Popen[str]:
    told = os.environ | {"AETHERIS_ROLE": "service", "DJANGO_SETTINGS_MODULE": "aetheris.settings"}
    command = [sys.executable, "-c", RESIDENT, str(job.id), str(USER)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=told, cwd=state.ROOT, stdout=pipe, stderr=pipe, text=True)


def _killed_amid(job: Import) -> None:
    with _worker(job) as worker:
        while worker.poll() is None and _again(job).state == "waiting":
            time.sleep(0.2)
        time.sleep(3)
        worker.kill()


def read_by_itself(job: Import) -> tuple[float, float]:
    """How many megabytes its process took at its largest, and how many seconds."""
    began = time.perf_counter()
    with _worker(job) as worker:
        said, wrong = worker.communicate()
    if worker.returncode:
        raise RuntimeError(wrong[-2000:])
    _again(job)
    return int(said) / 1024, time.perf_counter() - began


def _again(job: Import) -> Import:
    with acting_as(USER, label="bench"):
        job.refresh_from_db()
    return job
