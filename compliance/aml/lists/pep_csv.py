"""I read persons exposed by their office, as CSV in OpenSanctions' targets.simple layout."""

import csv
import io

from compliance.aml.countries import code
from compliance.aml.lists import Layout, Listing, day, distinct
from compliance.aml.matching import Party


def read(content: bytes) -> Listing:
    made = Listing("pep")
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        names = [row["name"], *(row.get("aliases") or "").split(";")]
        births = [day(told) for told in (row.get("birth_date") or "").split(";")]
        nations = [code(told) for told in (row.get("countries") or "").split(";")]
        programmes = (row.get("dataset") or "").split(";")
        made.parties.append(Party(row["id"], distinct(names), row.get("schema") == "Person", distinct(births),
                                  distinct(nations), distinct(programmes)))  # fmt: skip
    return made


LAYOUT = Layout("pep", lambda head: head.replace('"', "").startswith("id,schema,name,aliases"), read)
