"""One pipeline for every log line, from structlog and from stdlib logging alike, and no bot token in any of them.

The token stands in every Bot API URL, so it turns up where nobody put it: debug logs of HTTP libraries, exception
texts, tracebacks, reprs. Redaction therefore happens last, on the finished text at the root handler, and all other
ways to stderr (excepthooks, warnings, logging's own error reports) are led there. This file knows neither what is
logged nor settings: `bot/app.py` passes those in.
"""

import json as stdlib_json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Final, TextIO
from urllib.parse import quote

import orjson
import structlog
from structlog.typing import EventDict, Processor

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_SEPARATOR: Final = r"(?::|(?i:%(?:25)*3A))"  # the colon inside a token: as it stands, or URL-encoded, also twice
_ANY_TOKEN: Final = rf"(?<=/bot)\d+{_SEPARATOR}[\w%-]+|\d{{6,}}{_SEPARATOR}[A-Za-z0-9_-]{{30,}}"
_SHORTEST_SECRET: Final = 16
_PASSWORD: Final = re.compile(r"(?<=://)[^/\s:@\"']*:[^/\s@\"']+(?=@)")
# These bring handlers of their own, or say at INFO what is of use only when hunting a fault.
_LED_TO_ROOT: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "aiohttp.access", "py.warnings")
_CHATTY: Final = ("apscheduler", "httpx", "httpcore", "telegram.ext", "aiosqlite", "asyncio")


class Redactor:
    """Replaces bot tokens by `<token>` and the `user:password` of URLs by `<credentials>`.

    `token`: the configured one, found in any surroundings, URL-encoded too, and by its secret half alone. Whatever
    looks like a bot token goes as well: a second bot's, a mistyped one.
    """

    __slots__ = ("_tokens",)

    def __init__(self, token: str | None) -> None:
        exact = _patterns_of(token) if token else []
        self._tokens = re.compile("|".join([*exact, _ANY_TOKEN]))

    def __call__(self, text: str) -> str:
        """Return `text` without secrets."""
        return _PASSWORD.sub("<credentials>", self._tokens.sub("<token>", text))


def configure(level: str, token: str | None, *, json: bool) -> None:
    """Send every log of this process to stderr: JSON lines, or a readable form for a terminal.

    Also takes over `sys.excepthook`, `threading.excepthook`, `sys.unraisablehook` and warnings. Calling it again
    replaces the former configuration. A server that brings its own logging must be told not to
    (`uvicorn.Config(log_config=None)`). Raises `ValueError` for an unknown level.
    """
    level = level.upper()
    if level not in LEVELS:
        raise ValueError(f"log level {level!r} is not one of {', '.join(LEVELS)}")
    redact = Redactor(token)
    handler = _RootHandler(redact)
    handler.setFormatter(_formatter(redact, json=json))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    _lead_to_root(level)
    _configure_structlog(level)
    _take_hooks()


class _RootHandler(logging.StreamHandler[TextIO]):
    """Writes to stderr; its own error reports, which quote a record's arguments, are redacted too."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__(sys.stderr)
        self._redact = redact

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        if logging.raiseExceptions and sys.stderr is not None:
            where = f"{record.name}, {record.pathname}:{record.lineno}"
            sys.stderr.write(self._redact(f"a log line could not be written ({where})\n{traceback.format_exc()}"))


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, redact: Redactor, processors: list[Processor], foreign: list[Processor]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=foreign)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def _formatter(redact: Redactor, *, json: bool) -> logging.Formatter:
    # Tracebacks as plain text in both: the elaborate forms show local variables, people's data among them.
    if json:
        last: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ]
    else:
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    first: Processor = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return _RedactingFormatter(redact, [first, *last], [*_shared(), structlog.stdlib.ExtraAdder()])


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _dumps(event: EventDict, default: Callable[[object], object]) -> str:
    try:
        return orjson.dumps(event, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # an integer beyond 64 bits, half a surrogate pair: rather an ugly line than none
        return stdlib_json.dumps(event, default=default, ensure_ascii=False).encode("utf-8", "replace").decode()


def _lead_to_root(level: str) -> None:
    for name in _LED_TO_ROOT:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "DEBUG" else logging.WARNING)
    logging.captureWarnings(capture=True)


def _configure_structlog(level: str) -> None:
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # a logger made before this call, or replaced by a test, must not go stale
    )


def _take_hooks() -> None:
    sys.excepthook = _log_uncaught
    sys.unraisablehook = _log_unraisable
    threading.excepthook = _log_thread


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        logging.getLogger("uncaught").warning("interrupted from the keyboard")
    else:
        logging.getLogger("uncaught").critical("uncaught exception", exc_info=(kind, error, trace))


def _log_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        info = (args.exc_type, args.exc_value, args.exc_traceback)
        logging.getLogger("uncaught").error("uncaught exception in a thread", exc_info=info)


def _log_unraisable(args: "sys.UnraisableHookArgs") -> None:
    said = args.err_msg or "exception ignored in"
    info = (args.exc_type, args.exc_value, args.exc_traceback) if args.exc_value is not None else None
    logging.getLogger("uncaught").error("%s: %r", said, args.object, exc_info=info)


def _patterns_of(token: str) -> list[str]:
    number, _, secret = token.partition(":")
    patterns = [re.escape(token), re.escape(quote(token, safe=""))]
    if secret:
        patterns.append(re.escape(number) + _SEPARATOR + re.escape(secret))
    if len(secret) >= _SHORTEST_SECRET:
        patterns.append(re.escape(secret))
    return patterns
