"""I look at the migrations: whether they say what the models say, and that none destroys a record."""

import os
import re
import sys

from aetheris.errors import AetherisError
from aetheris.state import ROOT

OURS = ("aetheris", "accounts", "trading", "armor", "analytics", "compliance")
DESTROYING = {
    r"\bRemoveField\(": "drops a column",
    r"\bRenameField\(": "renames a column",
    r"\bDeleteModel\(": "drops a table",
    r"\bRenameModel\(|\bAlterModelTable\(": "renames a table",
    r"(?i)\bDROP\s+(TABLE|COLUMN)\b": "drops a table or column in SQL",
    r"(?i)\bTRUNCATE\s+(TABLE|ONLY)\b": "empties a table",
}


class Destroys(AetherisError):
    """{file} {what}. A record's table or column is never dropped or renamed: add a new one and leave the old."""


def destroying() -> list[Destroys]:
    """What DATA.md's last section forbids, found in the text of our migrations."""
    found = []
    for app in OURS:
        for path in sorted((ROOT / app / "migrations").glob("[0-9]*.py")):
            text = path.read_text()
            found += [
                Destroys(file=path.relative_to(ROOT), what=what)
                for word, what in DESTROYING.items()
                if re.search(word, text)
            ]
    return found


def in_step() -> bool:
    """Django's own comparison of models and migrations; it reads a database only to look, so none is needed."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aetheris.settings")
    os.environ.setdefault("AETHERIS_ROLE", "migrator")
    django.setup()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, skip_checks=True)
    except SystemExit:
        return False
    return True


def main() -> int:
    for refusal in (found := destroying()):
        print(refusal.message, file=sys.stderr)
    stands = in_step()
    print("migrations are in step" if stands else "models changed without a migration: run manage.py makemigrations")
    return 1 if found or not stands else 0


if __name__ == "__main__":
    raise SystemExit(main())
