"""Logs as one JSON object a line, each carrying the number of the request it belongs to."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

_OF_EVERY_RECORD = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_NOT_FOR_LOGS = {"request", "password", "token", "sms", "code"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, request id, and what the caller passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_id.get():
            line["request_id"] = number
        unsaid = _OF_EVERY_RECORD | _NOT_FOR_LOGS
        line |= {key: value for key, value in record.__dict__.items() if key not in unsaid}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
