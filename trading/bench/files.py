"""I write long broker files of several formats, a line at a time, to measure how they are read."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

BEGUN = datetime(2020, 1, 6)
MT5 = ("Time", "Position", "Symbol", "Type", "Volume", "Price", "S / L", "T / P", "Time", "Price", "Commission", "Swap",
       "Profit")  # fmt: skip
FLEX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<FlexQueryResponse queryName="journal" type="AF">'
    '<FlexStatements count="1"><FlexStatement accountId="U1" fromDate="20200106" toDate="20201231" period="Custom" '
    'whenGenerated="20210101;020000"><AccountInformation accountId="U1" currency="USD" /><Trades>\n'
)


def mt5(count: int) -> Iterator[str]:
    yield "<html><body><table><tr><th>Trade History Report</th></tr>\n<tr><th>Positions</th></tr>\n"
    yield _cells(f"<b>{name}</b>" for name in MT5)
    for number, at in _moments(count):
        opened, shut = (f"{moment:%Y.%m.%d %H:%M:%S}" for moment in (at, at + timedelta(minutes=2)))
        yield _cells((opened, str(100_000 + number), "EURUSD", "buy", "1.00", "1.13000", "", "", shut, "1.13010",
                      "-7.00", "0.00", "10.00"))  # fmt: skip
    yield "</table></body></html>"


def flex(count: int) -> Iterator[str]:
    yield FLEX
    for number, at in _moments(count):
        opens = number % 2 == 0
        yield (
            f'<Trade accountId="U1" currency="USD" fxRateToBase="1" assetCategory="STK" multiplier="1" '
            f'levelOfDetail="EXECUTION" symbol="S{number // 2 % 40}" dateTime="{at:%Y%m%d;%H%M%S}" '
            f'quantity="{"10" if opens else "-10"}" tradePrice="{"100.00" if opens else "101.00"}" taxes="0" '
            f'ibCommission="-1.00" ibCommissionCurrency="USD" fifoPnlRealized="{"0" if opens else "8"}" '
            f'openCloseIndicator="{"O" if opens else "C"}" buySell="{"BUY" if opens else "SELL"}" tradeID="{number}" '
            f'ibExecID="e{number}" />\n'
        )
    yield "</Trades></FlexStatement></FlexStatements></FlexQueryResponse>"


def tradovate(count: int) -> Iterator[str]:
    yield "symbol,_priceFormat,_priceFormatType,_tickSize,buyFillId,sellFillId,qty,buyPrice,sellPrice,pnl,"
    yield "boughtTimestamp,soldTimestamp,duration\n"
    for number, at in _moments(count):
        bought, sold = (f"{moment:%m/%d/%Y %H:%M:%S}" for moment in (at, at + timedelta(minutes=2)))
        yield f"MNQH0,-2,0,0.25,{2 * number},{2 * number + 1},2,9000.25,9010.25,$40.00,{bought},{sold},2min\n"


def binance(count: int) -> Iterator[str]:
    yield "Date(UTC),Symbol,Side,Price,Quantity,Amount,Fee,Fee Coin,Realized Profit,Quote Asset\n"
    for number, at in _moments(count):
        told = "BUY,6000,0.100,600,0.24,USDT,0" if number % 2 == 0 else "SELL,6100,0.100,610,0.24,USDT,10"
        yield f"{at:%Y-%m-%d %H:%M:%S},BTCUSDT,{told},USDT\n"


def ctrader(count: int) -> Iterator[str]:
    yield "Order ID,Symbol,Opening direction,Opening time (UTC+0),Closing time (UTC+0),Entry price,Closing price,"
    yield "Closing Quantity,Swap,Commission,Gross USD,Net USD,Balance USD,Pips\n"
    for number, at in _moments(count):
        opened, shut = (f"{moment:%d/%m/%Y %H:%M:%S}.632" for moment in (at, at + timedelta(minutes=2)))
        yield f"OID{number},EURUSD,Buy,{opened},{shut},1.0825,1.0855,0.5,-1.27,-4.49,84.63,78.87,10078.87,30.0\n"


FILES: Mapping[str, Callable[[int], Iterator[str]]] = {
    "mt5": mt5, "ibkr_flex": flex, "tradovate_performance": tradovate, "binance_futures": binance, "ctrader": ctrader,
}  # fmt: skip


def _moments(count: int) -> Iterator[tuple[int, datetime]]:
    return ((number, BEGUN + timedelta(minutes=3 * number)) for number in range(count))


def _cells(cells: Iterator[str] | tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"
