"""What Prometheus is told, and who may ask."""

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.asking import Program
from tests.factories import person

LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? -?[0-9.e+-]+')


def told(client: Client, token: str) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_nobody_but_staff_and_the_scraper_is_told(client: Client, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/metrics").status_code == 403
    bearer = {"Authorization": f"Bearer {Program(ana).access}"}
    assert client.get("/metrics", headers=bearer).status_code == 403
    monkeypatch.setattr(settings, "METRICS_TOKEN", "")
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403
    monkeypatch.setattr(settings, "METRICS_TOKEN", "scrape-scrape")
    assert client.get("/metrics", headers={"Authorization": "Bearer scrape"}).status_code == 403
    assert told(client, "scrape-scrape")["aetheris_database_up"] == 1


def test_staff_see_each_answer_counted_once_in_its_bounds(client: Client, db: None) -> None:
    staff = Program(person("sam@example.com", role="ADMIN")).access
    before = told(client, staff)
    for _ in range(3):
        client.get("/api/v1/nothing")
    after = told(client, staff)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more('aetheris_http_requests_total{method="GET",status="404"}') == 3
    assert more('aetheris_http_requests_total{method="GET",status="200"}') == 1  # the first look itself
    assert more("aetheris_http_request_seconds_count") == 4
    assert after['aetheris_http_request_seconds_bucket{le="+Inf"}'] == after["aetheris_http_request_seconds_count"]
    assert after["aetheris_jobs_lag_seconds"] >= 0
