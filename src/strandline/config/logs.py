"""Structured logs, one JSON object a line, from which personal data is kept out by an allow-list of keys."""

from __future__ import annotations

import logging
import logging.config
import re
import sys
from typing import Any

import structlog

# Only these keys are written; whatever else a caller or a library adds is dropped, its name kept.
SAFE = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "method",
        "route",
        "status",
        "ms",
        "request_id",
        "error",
        "where",
        "task",
        "queue",
        "count",
        "bytes",
        "reason",
        "port",
        "pid",
        "version",
        "batch",
    }
)
# What structlog itself hands from one step to the next and takes out before anything is written.
_STRUCTLOG = frozenset({"_record", "_from_structlog"})
_LOOKS_PERSONAL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+|\+?\d[\d\s().-]{6,}\d")


def drop_personal(_logger: Any, _name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Keep the allowed keys, and blot out what looks like an address or a telephone number in their texts."""
    kept: dict[str, Any] = {}
    for name, value in entry.items():
        if name in _STRUCTLOG:
            kept[name] = value
        if name not in SAFE:
            continue
        is_text = isinstance(value, str) and name not in ("timestamp", "request_id", "route")
        kept[name] = _LOOKS_PERSONAL.sub("[left out]", value) if is_text else value
    return kept


def _only_kind(_logger: Any, _name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Write of an exception its kind and the place in the code, never its words: they may quote what was typed."""
    info = entry.pop("exc_info", None)
    if info:
        kind, _error, trace = info if isinstance(info, tuple) else (type(info), info, info.__traceback__)
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        entry["error"] = getattr(kind, "__name__", str(kind))
        if trace is not None:
            entry["where"] = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
    return entry


def _plain_event(_logger: Any, _name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """A library's message without its arguments: those may hold a path, a name or a query."""
    record = entry.get("_record")
    if record is not None and not record.name.startswith("strandline"):
        entry["event"] = str(record.msg)[:200]
    return entry


class _ToStderr(logging.StreamHandler[Any]):
    """Writes to what is standard error when it writes, not to what it was when the process began."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, _: Any) -> None: ...


def set_up(level: str = "INFO") -> None:
    """Send everything that is logged, ours and the libraries', through the same processors to standard error."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _plain_event,
        _only_kind,
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = _ToStderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("django", "django.server"):  # Django's own would mail what happened to administrators
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("django.db.backends").setLevel("WARNING")
    logging.getLogger("apscheduler").setLevel("WARNING")
