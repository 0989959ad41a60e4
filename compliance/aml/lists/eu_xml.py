"""I read the EU's consolidated financial sanctions list, XML 1.1 (fsd/export, FISMA)."""

from compliance.aml.countries import code
from compliance.aml.lists import Layout, Listing, day, distinct, joined, on, tree
from compliance.aml.matching import Party


def read(content: bytes) -> Listing:
    root = tree(content)
    made = Listing("eu", published_on=on(root.get("generationDate", "")[:10], "%Y-%m-%d"))
    for entity in root.findall("sanctionEntity"):
        kind = entity.find("subjectType")
        aliases = entity.findall("nameAlias")
        names = [
            a.get("wholeName") or joined(a.get("firstName"), a.get("middleName"), a.get("lastName")) for a in aliases
        ]
        births = [day(b.get("birthdate") or b.get("year") or "") for b in entity.findall("birthdate")]
        nations = [code(c.get("countryIso2Code") or "") for c in entity.findall("citizenship")]
        programmes = [r.get("programme") or "" for r in entity.findall("regulation")]
        made.parties.append(Party(
            entity.get("euReferenceNumber") or entity.get("logicalId") or "", distinct(names),
            kind is not None and kind.get("code") == "person", distinct(births),
            distinct([nation for nation in nations if nation != "00"]), distinct(programmes),
        ))  # fmt: skip
    return made


LAYOUT = Layout("eu", lambda head: "<export" in head and "fsd/export" in head, read)
