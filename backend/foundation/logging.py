"""Structured logs: JSON lines in production, readable ones elsewhere; personal data and secrets never reach them.

No line carries a query string, a body, a cookie or a token, and the last processor masks what looks like personal data
in whatever a library or an exception put into a line.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from backend.foundation.masking import mask_fault, mask_text

_NEVER = frozenset({"authorization", "cookie", "code", "id_number", "key", "name", "password", "phone", "token"})
# Addresses are typed by anyone and exceptions quote what they met: neither is words of ours.
_WRITTEN_ELSEWHERE = frozenset({"exception", "path"})
_LONGEST = 8_000


def mask_line(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last processor: fields that hold personal data or secrets are dropped, all other text is masked."""
    for key, value in line.items():
        if key in _WRITTEN_ELSEWHERE:
            line[key] = mask_fault(str(value)[:_LONGEST])
        else:
            line[key] = "…" if key in _NEVER else _masked(value)
    return line


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: "…" if key in _NEVER else _masked(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(entry) for entry in value]
    return value if isinstance(value, int | float | bool) or value is None else mask_text(str(value))


def configure_logging(*, json_lines: bool) -> None:
    """Sets up structlog and the standard library's root logger, once, for this process; lines go to stderr."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not json_lines:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=24)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_line,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[_drop_record, renderer], foreign_pre_chain=shared)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def _drop_record(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    line.pop("_record", None)
    line.pop("_from_structlog", None)
    return line
