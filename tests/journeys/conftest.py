"""I bring the whole product up once for each file of journeys, and down again: its worker would go on sealing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.processes import Product, running

expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def product(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("product")) as product:
        yield product
