"""What was made is found wherever its answer's links lead, and nowhere once it is gone.

The walk is the same each day. Besides, schemathesis wanders along the links with all its checks (what is used after it
was freed, what is not there though just made), briefly; `PROMISES_CHAINS=50 PROMISES_SEED=3` for longer and elsewhere.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.api.schema import Generator
from tests.asking import Program
from tests.factories import trade_in
from tests.frame.test_api_promises import SEED, described, in_one_transaction, judged_by, told
from tests.trading.test_mapping import COLUMNS, HEADER

__all__ = ["in_one_transaction"]

CHAINS = int(os.environ.get("PROMISES_CHAINS", "3"))
PATHS = Generator().get_schema(public=True)["paths"]
BY_ID = {operation["operationId"]: (method, path) for path, told in PATHS.items() for method, operation in told.items()}
LINKED = {
    path.removeprefix("/api/v1/"): answer["links"]
    for path, told in PATHS.items()
    for answer in told.get("post", {}).get("responses", {}).values()
    if "links" in answer
}
MORE = {"exports_file_retrieve", "metrics_breakdown_retrieve", "metrics_compare_retrieve"}  # ask for more than an id
TOLD_FOR_EVER = {"trades_history_retrieve"}  # also of what was deleted


@pytest.fixture
def bodies(ana: User, anas_account: TradingAccount) -> dict[str, dict[str, Any]]:
    trade, account = str(trade_in(anas_account).id), str(anas_account.id)
    return {
        "accounts": {"account_name": "Swing"},
        "auth/keys": {"name": "R", "scopes": ["read"], "expires_at": (clock.now() + timedelta(days=1)).isoformat()},
        "connections": {"account": account, "broker_type": "ibkr", "api_key": "secret-key-1234"},
        "emotions": {"trade": trade, "bias_detected": "FOMO"},
        "exports": {},
        "mappings": {"name": "Mine", "header": HEADER, "columns": COLUMNS},
        "sessions": {"account": account},
        "trades": {"account": account, "symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1.1",
                   "entry_time": "2026-01-05T10:00:00Z"},
        "webhooks": {"url": "https://example.com/hook", "event_types": ["armor_breach"]},
    }  # fmt: skip


def test_what_can_be_read_by_its_id_is_linked_to_from_where_it_is_made() -> None:
    made = {path for path, told in PATHS.items() if f"{path}/{{id}}" in PATHS and "post" in told}
    read = {path.removeprefix("/api/v1/") for path in made if "get" in PATHS[f"{path}/{{id}}"]}
    assert read <= set(LINKED)
    assert {name for links in LINKED.values() for name in links} <= set(BY_ID)


def test_what_was_made_is_there_until_it_is_deleted(ana: User, bodies: dict[str, dict[str, Any]]) -> None:
    cache.clear()
    program = Program(ana).step_up()
    for path, links in LINKED.items():
        if path not in bodies:
            continue  # a file, or a job of brokers that are not there
        made = program.ask("post", path, bodies[path])
        assert made.status_code in (201, 202), (path, made.content)
        answered = {name: followed(program, name, link, made.json()["id"]) for name, link in links.items()}
        assert set(answered.values()) <= {200, None}, (path, answered)
        for name in [name for name in links if BY_ID[name][0] == "delete"]:
            answer = program.ask("delete", addressed(name, links[name], made.json()["id"]))
            after = {one: followed(program, one, link, made.json()["id"]) for one, link in links.items()}
            kept = {200} if answer.status_code == 200 else {404}  # a key that ended is shown as such
            assert set(after.values()) <= {*kept, None}, (path, after)


def followed(program: Program, name: str, link: dict[str, Any], id: str) -> int | None:
    """What a GET along this link is answered."""
    if BY_ID[name][0] != "get" or name in MORE | TOLD_FOR_EVER:
        return None
    return int(program.ask("get", addressed(name, link, id)).status_code)


def addressed(name: str, link: dict[str, Any], id: str) -> str:
    (parameter,) = link["parameters"]
    return BY_ID[name][1].removeprefix("/api/v1/").replace(f"{{{parameter}}}", id).replace("{date}", "2026-01-05")


def linked(context: Any) -> bool:
    """What makes something, or is led to from there."""
    operation = context.operation
    made = operation.method == "post" and operation.path.removeprefix("/api/v1/") in LINKED
    return made or any(operation.definition.raw["operationId"] in links for links in LINKED.values())


def test_who_wanders_along_the_links_finds_every_promise_kept(
    in_one_transaction: None, ana: User, bodies: dict[str, dict[str, Any]]
) -> None:
    headers = {"Authorization": f"Bearer {Program(ana).step_up().access}"}
    own = {"account": bodies["trades"]["account"], "trade": bodies["emotions"]["trade"]}
    found: list[str] = []

    class Wanderer(described().include(linked).as_state_machine()):  # type: ignore[misc]
        def before_call(self, case: Any) -> None:
            """What is named in a body is one's own."""
            if isinstance(case.body, dict):
                case.body |= {name: id for name, id in own.items() if name in case.body}

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers, "base_url": "http://localhost"}

        def validate_response(self, response: Any, case: Any, **told: Any) -> None:
            for failure in judged_by(case, response, headers):
                found.append(f"{case.method} {case.formatted_path}: {' '.join(str(failure).split())[:900]}")

    wander = settings(
        max_examples=CHAINS, stateful_step_count=12, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    seed(SEED)(Wanderer)
    run_state_machine_as_test(Wanderer, settings=wander)
    told(found, "wanderer")
