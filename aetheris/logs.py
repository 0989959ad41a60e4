"""I write one JSON object a line: what happened, when, for which request; no local variables, no SQL parameters."""

import json
import logging
from datetime import UTC, datetime

from aetheris.db import context


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = context.current()
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "request_id": told.request_id if told else "",
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in line.items() if value != ""}, ensure_ascii=False)
