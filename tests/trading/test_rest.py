"""I close out, and misread, a broker with a JSON service of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.trading.doubles import Answer, Service
from trading.connectors import Access, BrokerRefused, BrokerUnreachable
from trading.connectors.rest import Rest

STANDING = {"symbol": "NQ", "side": "long", "quantity": "1", "entry_price": "100", "open_profit": "5"}


class House:
    """Two positions stand until it is told to close them; `stubborn` of them stay."""

    def __init__(self) -> None:
        self.positions: list[dict[str, str]] = [STANDING, STANDING]
        self.stubborn = 0
        self.standing: Any = None

    def __call__(self, method: str, path: str) -> Answer:
        if path == "/flatten":
            assert method == "POST"
            self.positions = self.positions[: self.stubborn]
            return 200, {}, {}
        told = {"balance": 1000, "equity": 1005, "positions": self.positions}
        return 200, {}, told if self.standing is None else self.standing


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def service(house: House, settings: Any) -> Iterator[Service]:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    with Service(house) as made:
        yield made


def broker(service: Service, **more: str) -> Rest:
    config = {"url": f"{service.url}/trades", "standing_url": f"{service.url}/standing",
              "flatten_url": f"{service.url}/flatten"}  # fmt: skip
    return Rest(Access(api_key="k", config=config | more))


def test_it_is_told_to_close_and_looked_at_again_and_a_second_time_only_looked_at(service: Service) -> None:
    rest = broker(service)
    assert [rest.flatten(), rest.flatten()] == [2, 0]
    assert service.asked == ["/standing", "/flatten", "/standing", "/standing"]


def test_what_still_stands_is_said_so_that_it_is_tried_again(service: Service, house: House) -> None:
    house.stubborn = 1
    with pytest.raises(BrokerUnreachable, match="1 of 2 positions still stand"):
        broker(service).flatten()


def test_only_one_that_tells_its_positions_can_close_them() -> None:
    both = {"standing_url": "https://a.example/s", "flatten_url": "https://a.example/f"}
    assert Rest.can_flatten(both)
    assert not any(Rest.can_flatten({name: url}) for name, url in both.items()) and not Rest.can_flatten({})


@pytest.mark.parametrize("told", [[], {"balance": "much"}, {"read_at": "today"}, {"positions": [1]}, {"positions": 7}])
def test_a_balance_that_cannot_be_read_is_refused(service: Service, house: House, told: Any) -> None:
    house.standing = told
    with pytest.raises(BrokerRefused, match="balance cannot be read"):
        broker(service).fetch_standing()


@pytest.mark.parametrize("fields", ["{", "[]", "3"])
def test_names_of_fields_that_are_no_object_are_refused(service: Service, house: House, fields: str) -> None:
    house.standing = [{"id": "1"}]
    with pytest.raises(BrokerRefused, match="no JSON object"):
        broker(service, fields=fields).fetch_trades(None)


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), "-Infinity"])
@pytest.mark.parametrize("where", ["balance", "equity"])
def test_a_balance_that_is_no_number_is_refused_by_name(
    service: Service, house: House, where: str, figure: object
) -> None:
    house.standing = {"balance": 1000, "equity": 1005, "positions": []} | {where: figure}
    with pytest.raises(BrokerRefused, match=f"its {where} is -?(NaN|Infinity), which is no number"):
        broker(service).validate()


def test_a_position_that_is_no_number_is_refused_by_name(service: Service, house: House) -> None:
    house.standing = {"balance": 1000, "positions": [STANDING | {"open_profit": "NaN"}]}
    with pytest.raises(BrokerRefused, match="open_profit is NaN, which is no number"):
        broker(service).fetch_standing()
