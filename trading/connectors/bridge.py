"""I stand for whoever pushes to us: our Expert Advisor in a MetaTrader terminal, or any HTTP client."""

from trading.connectors import BrokerRefused, Connector, Fetched, connectors


@connectors.named("bridge")
class Bridge(Connector):
    title = "MetaTrader bridge"
    about = (
        "Your terminal sends its trades and balance here. You get a token and the small Expert Advisor that uses it."
    )
    pushed = True

    def authenticate(self) -> None:
        raise BrokerRefused(broker="The bridge", why="it is not asked; it pushes to /api/v1/bridge/<connection>/push")

    def fetch_trades(self, cursor: str | None) -> Fetched:
        self.authenticate()
        raise AssertionError
