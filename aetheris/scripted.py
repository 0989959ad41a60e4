"""I find what the scripts say and lay its translation into the page, where the reader's language is not English."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, gettext

FOLDER = Path(__file__).parent / "static" / "js"
SAID = re.compile(r'\bsay\("((?:[^"\\]|\\.)+)"')


@cache
def said() -> tuple[str, ...]:
    """Every sentence of a script, in English as it is written there."""
    return tuple(sorted({found for path in FOLDER.glob("*.js") for found in SAID.findall(path.read_text())}))


def book() -> dict[str, str]:
    """English to what is spoken now; empty where that is English."""
    spoken = get_language() or settings.LANGUAGE_CODE
    if spoken == settings.LANGUAGE_CODE:
        return {}
    return {sentence: gettext(sentence) for sentence in said()}
