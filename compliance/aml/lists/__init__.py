"""The layouts of list files, each a file here that recognises its own and reads it into entries."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from aetheris.errors import AetherisError
from compliance.aml.matching import Party


class ListNotRead(AetherisError):
    """{file} is not a list that can be imported: {why}. Known are OFAC's SDN.XML and SDN.CSV, the EU's and the UN's
    consolidated XML, the UK's CSV, and names as CSV in OpenSanctions' simple layout for exposed persons."""

    code = "list_not_read"
    status = 422


@dataclass
class Listing:
    source: str
    parties: list[Party] = field(default_factory=list)
    published_on: date | None = None


@dataclass(frozen=True)
class Layout:
    """`head` is the first kilobyte as text."""

    source: str
    recognises: Callable[[str], bool]
    read: Callable[[bytes], Listing]


MOST_BYTES = 200 * 2**20


def layouts() -> list[Layout]:
    names = sorted(module.name for module in iter_modules([str(Path(__file__).parent)]))
    return [import_module(f"{__name__}.{name}").LAYOUT for name in names]


def read(content: bytes, name: str) -> Listing:
    if len(content) > MOST_BYTES:
        raise ListNotRead(file=name, why=f"it has {len(content):,} bytes, more than any list")
    head = content[:2048].decode("utf-8-sig", errors="replace")
    for layout in layouts():
        if layout.recognises(head):
            try:
                found = layout.read(content)
            except (ValueError, KeyError, IndexError, ParseError, DefusedXmlException) as broken:
                raise ListNotRead(
                    file=name, why=f"it begins like {layout.source} and breaks: {_line(broken)}"
                ) from None
            if not found.parties:
                raise ListNotRead(file=name, why="it has no entry; an empty list would clear everybody")
            return found
    raise ListNotRead(file=name, why="its beginning is none that is known")


# What the layouts share ---------------------------------------------------------------------------------


def tree(content: bytes) -> Element:
    """XML without a document type, entities or outside references; tags lose their namespaces."""
    root: Element = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else node.tag
    return root


def text(node: Element | None, path: str) -> str:
    found = node.find(path) if node is not None else None
    return (found.text or "").strip() if found is not None else ""


def texts(node: Element, path: str) -> list[str]:
    return [told for found in node.findall(path) if (told := (found.text or "").strip())]


def joined(*words: Any) -> str:
    return " ".join(str(word).strip() for word in words if word and str(word).strip())


FORMS = ("%Y-%m-%d", "%d %b %Y", "%d/%m/%Y", "%d %B %Y", "%m/%d/%Y", "%d-%b-%Y")


def day(told: str) -> str:
    """A date as 1952-10-07; what names only a year as the year; else nothing."""
    told = told.strip()
    for form in FORMS:
        try:
            return datetime.strptime(told, form).date().isoformat()
        except ValueError:
            continue
    year = re.search(r"\b(1[89]\d\d|20\d\d)\b", told)
    return year.group() if year else ""


def on(told: str, *forms: str) -> date | None:
    for form in forms or FORMS:
        try:
            return datetime.strptime(told.strip(), form).date()
        except ValueError:
            continue
    return None


def distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _line(broken: Exception) -> str:
    return str(broken).partition("\n")[0][:160] or type(broken).__name__
