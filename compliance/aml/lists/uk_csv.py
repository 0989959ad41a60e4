"""I read the UK's lists as CSV: OFSI's consolidated list as it was until January 2026, the UK Sanctions List since."""

import csv
import io
from collections import defaultdict

from compliance.aml.countries import code
from compliance.aml.lists import Layout, Listing, day, distinct, joined, on
from compliance.aml.matching import Party

# Their words for one thing, in either file.
ID = ("unique id", "group id")
KIND = ("designation type", "individual, entity, ship", "group type")
SCRIPT = ("name non-latin script",)
BIRTH = ("d.o.b", "dob")
NATION = ("nationality(/ies)", "nationality")
REGIME = ("regime name", "regime")


def read(content: bytes) -> Listing:
    first, _, rest = content.decode("utf-8-sig").partition("\n")
    made = Listing("uk", published_on=on(first.replace("Report Date:", "").replace("Last Updated", "").strip(', "\r')))
    rows = csv.DictReader(io.StringIO(rest))
    rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        groups[_of(row, ID)].append({name: value or "" for name, value in row.items() if isinstance(name, str)})
    made.parties += [_party(id, lines) for id, lines in groups.items() if id]
    return made


def _party(id: str, lines: list[dict[str, str]]) -> Party:
    names = [joined(*(line.get(f"name {n}", "") for n in (1, 2, 3, 4, 5, 6))) for line in lines]
    names += [_of(line, SCRIPT) for line in lines]
    births = [day(_of(line, BIRTH).replace("00/00/", "")) for line in lines]
    nations = [code(nation) for line in lines for nation in _of(line, NATION).split(";")]
    return Party(id, distinct(names), _of(lines[0], KIND).lower() == "individual", distinct(births),
                 distinct(nations), distinct([_of(line, REGIME) for line in lines]))  # fmt: skip


def _of(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((told.strip() for name in names if (told := row.get(name) or "")), "")


LAYOUT = Layout("uk", lambda head: head.startswith(("Report Date", "Last Updated")) and "Name 6" in head, read)
