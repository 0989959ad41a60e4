"""I read the UN Security Council's consolidated list (CONSOLIDATED_LIST, scsanctions.un.org)."""

from xml.etree.ElementTree import Element

from compliance.aml.countries import code
from compliance.aml.lists import Layout, Listing, day, distinct, joined, on, text, texts, tree
from compliance.aml.matching import Party

PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


def read(content: bytes) -> Listing:
    root = tree(content)
    made = Listing("un", published_on=on(root.get("dateGenerated", "")[:10], "%Y-%m-%d"))
    made.parties += [_party(node, "INDIVIDUAL") for node in root.findall("INDIVIDUALS/INDIVIDUAL")]
    made.parties += [_party(node, "ENTITY") for node in root.findall("ENTITIES/ENTITY")]
    return made


def _party(node: Element, kind: str) -> Party:
    names = [joined(*(text(node, part) for part in PARTS)), text(node, "NAME_ORIGINAL_SCRIPT")]
    names += texts(node, f"{kind}_ALIAS/ALIAS_NAME")
    births = texts(node, "INDIVIDUAL_DATE_OF_BIRTH/DATE") + texts(node, "INDIVIDUAL_DATE_OF_BIRTH/YEAR")
    nations = texts(node, "NATIONALITY/VALUE") + texts(node, "ENTITY_ADDRESS/COUNTRY")
    return Party(
        text(node, "REFERENCE_NUMBER") or text(node, "DATAID"), distinct(names), kind == "INDIVIDUAL",
        distinct([day(told) for told in births]), distinct([code(nation) for nation in nations]),
        distinct(texts(node, "UN_LIST_TYPE")),
    )  # fmt: skip


LAYOUT = Layout("un", lambda head: "<CONSOLIDATED_LIST" in head, read)
