"""Log lines as JSON on stderr: pseudonymous ids, names of errors, places in the code; never a message or a value."""

import logging
import sys

import structlog

_FOREIGN_LEVEL = logging.WARNING


def configure_logs(process: str, level: str = "info") -> None:
    """Every line of this process is one JSON object with time, level, process and, in a call, its trace."""
    minimum = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _with_process(process),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(minimum),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_ForeignFormatter(process))
    logging.basicConfig(handlers=[handler], level=_FOREIGN_LEVEL, force=True)


def _with_process(process: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["process"] = process
        return event

    return add


class _ForeignFormatter(logging.Formatter):
    """Lines of libraries: who and where, and the text without its arguments, which can hold what a person typed."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        facts = {
            "event": "library",
            "logger": record.name,
            "text": str(record.msg) if not record.args else str(record.msg)[:200],
            "place": f"{record.filename}:{record.lineno}",
            "level": record.levelname.lower(),
            "time": self.formatTime(record),
            "process": self._process,
        }
        if record.exc_info and record.exc_info[0]:
            facts["error"] = record.exc_info[0].__name__
        rendered = structlog.processors.JSONRenderer(ensure_ascii=False)(None, "", facts)
        return rendered if isinstance(rendered, str) else rendered.decode()
