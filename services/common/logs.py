"""Log lines as JSON on stderr: pseudonymous ids, names of errors, places in the code; never a message or a value."""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, date, datetime
from pathlib import PurePath
from types import TracebackType
from uuid import UUID

import structlog
from google.protobuf.message import Message

from services.common.protobuf.redaction import loggable
from services.common.trace import current_trace

_FOREIGN_LEVEL = logging.WARNING
_log = structlog.get_logger(__name__)


def configure_logs(process: str, level: str = "info") -> None:
    """Every line of this process is one JSON object with time, level, process and, in a call, its trace.

    That holds for libraries, warnings and what nobody caught as well, since Python would print the texts of those.
    """
    minimum = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _with_origin(process),
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(minimum),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_ForeignFormatter(process))
    logging.basicConfig(handlers=[handler], level=_FOREIGN_LEVEL, force=True)
    logging.captureWarnings(True)  # noqa: FBT003 - the signature of the standard library
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda seen: _uncaught(seen.exc_type, seen.exc_value, seen.exc_traceback)
    threading.excepthook = lambda seen: _uncaught(seen.exc_type, seen.exc_value, seen.exc_traceback)


def places(trace: TracebackType | None) -> list[str]:
    """Where it happened, outermost first: file, line and function of the last twelve frames, and no value."""
    return [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in traceback.extract_tb(trace)][-12:]


def _uncaught(kind: type[BaseException], _: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("uncaught", error=kind.__name__, places=places(trace))


def _written(value: object) -> object:
    """What JSON does not know: messages as their descriptors allow, ids and times as text, all else by its kind."""
    if isinstance(value, Message):
        return loggable(value)
    return str(value) if isinstance(value, UUID | date | PurePath) else type(value).__name__


_encoder = json.JSONEncoder(ensure_ascii=False, default=_written)


def _as_json(_: object, __: str, event: structlog.typing.EventDict) -> str:
    """The line, by an encoder that is made once: `json.dumps` with options makes one for every line."""
    return _encoder.encode(event)


def _with_origin(process: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["time"] = datetime.now(UTC).isoformat()
        event["process"] = process
        if trace := current_trace():
            event["trace"] = trace
        return event

    return add


class _ForeignFormatter(logging.Formatter):
    """Lines of libraries: who, where and which error, and the text only while it is a template without its arguments.

    A text that comes without arguments may have been put together before, as asyncio does with the text of the error
    that nobody awaited, and so may hold what a person typed. The place says which line it was.
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        facts: dict[str, object] = {
            "event": "library",
            "logger": record.name,
            "place": f"{record.filename}:{record.lineno}",
            "level": record.levelname.lower(),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "process": self._process,
        }
        # The standard library hands over a finished warning as an argument of "%s".
        if record.args and record.msg != "%s":
            facts["text"] = str(record.msg)[:200]
        if record.exc_info and record.exc_info[0]:
            facts |= {"error": record.exc_info[0].__name__, "places": places(record.exc_info[2])}
        return json.dumps(facts, ensure_ascii=False)
