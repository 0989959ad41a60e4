#!/usr/bin/env python
"""I run the project's commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aetheris.settings")
    from django.core.management import execute_from_command_line

    from aetheris.errors import AetherisError

    try:
        execute_from_command_line(sys.argv)
    except AetherisError as error:
        sys.exit(f"Error: {error.message}")


if __name__ == "__main__":
    main()
