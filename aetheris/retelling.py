"""I say once more, in the reader's language, what was worded in English when it happened: reasons, refusals, notes."""

import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

PLACE = re.compile(r"\{(\w*)[^{}]*\}")  # {}, {name}, {amount:.2f}
SAYS_TOO_LITTLE = 6  # letters: “{}: {}” would take in every sentence


def retold(text: str) -> str:
    """The sentence in the language that is spoken now; unchanged where it is English, or nobody translated it."""
    spoken = translation.get_language() or settings.LANGUAGE_CODE
    if not text or spoken == settings.LANGUAGE_CODE:
        return text
    return _retold(spoken, text)


@lru_cache(maxsize=4096)
def _retold(spoken: str, text: str) -> str:
    known = translation.gettext(text)
    if known != text:
        return known
    return next((said for pattern, form in _forms(spoken) if (said := _filled(pattern, form, text))), text)


def _filled(pattern: re.Pattern[str], form: str, text: str) -> str | None:
    """The translated form with the figures and names of this sentence; what is itself a reason is retold, too."""
    found = pattern.fullmatch(text)
    if found is None:
        return None
    named, places = found.groupdict(), iter(found.groups())
    return PLACE.sub(lambda place: _each(named[place[1]] if place[1] else next(places)), form)


def _each(filling: str) -> str:
    """One reason, or several names one after the other."""
    said = retold(filling)
    return said if said != filling else ", ".join(map(retold, filling.split(", ")))


@lru_cache(maxsize=8)
def _forms(spoken: str) -> list[tuple[re.Pattern[str], str]]:
    """Messages with places to fill, the most telling first: a short one would fit many a longer one's sentence."""
    known: Any = trans_real.translation(spoken)
    messages = known._catalog.items()  # as Django's own JavaScriptCatalog reads them
    forms = {said: told for said, told in messages if isinstance(said, str) and PLACE.search(said)}
    telling = sorted(forms, key=lambda said: -len(PLACE.sub("", said)))
    return [(_pattern(said), str(forms[said])) for said in telling if _letters(said) >= SAYS_TOO_LITTLE]


def _letters(said: str) -> int:
    return sum(letter.isalpha() for letter in PLACE.sub("", said))


def _pattern(said: str) -> re.Pattern[str]:
    pieces = PLACE.split(said)  # text, name, text, name, …
    seen: set[str] = set()
    whole = ""
    for place, piece in enumerate(pieces):
        whole += re.escape(piece) if place % 2 == 0 else _hole(piece, seen)
    return re.compile(whole, re.DOTALL)


def _hole(name: str, seen: set[str]) -> str:
    if name in seen:
        return f"(?P={name})"
    if not name or name.isdigit():
        return "(.+?)"
    seen.add(name)
    return f"(?P<{name}>.+?)"
