"""I read OFAC's SDN.CSV: twelve columns without a header, "-0-" for nothing, births and nations among the remarks."""

import csv
import io
import re

from compliance.aml.countries import code
from compliance.aml.lists import Layout, Listing, day, distinct
from compliance.aml.matching import Party

COLUMNS = 12
NOTHING = "-0-"


def read(content: bytes) -> Listing:
    made = Listing("ofac")
    for number, row in enumerate(csv.reader(io.StringIO(content.decode("utf-8-sig").rstrip("\x1a \n\r"))), 1):
        if len(row) != COLUMNS:
            raise ValueError(f"line {number} has {len(row)} columns, not {COLUMNS}")
        uid, name, kind, programmes, *_, remarks = (value.strip() for value in row)
        if kind not in ("individual", NOTHING):
            continue
        last, comma, first = name.partition(",")
        names = [f"{first.strip()} {last.strip()}" if comma else name]
        names += re.findall(r"a\.k\.a\. '([^']+)'", remarks)
        births = [day(told) for told in re.findall(r"DOB ([^;.]+)", remarks)]
        nations = [code(told) for told in re.findall(r"(?:nationality|citizen) ([^;.]+)", remarks)]
        made.parties.append(Party(uid, distinct(names), kind == "individual", distinct(births), distinct(nations),
                                  distinct(re.split(r"\] \[|[\[\]]", programmes))))  # fmt: skip
    return made


LAYOUT = Layout("ofac", lambda head: bool(re.match(r'\d+,"', head)) and NOTHING in head, read)
