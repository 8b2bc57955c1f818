"""No bot token leaves the process through a log, whichever library or hook writes it."""

import asyncio
import logging
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from urllib.parse import quote

import aiohttp
import httpx
import orjson
import pytest
import structlog
import uvicorn
from telegram import Bot
from telegram.error import NetworkError, TelegramError

from bot.logs import Redactor, configure
from bot.transport import AiohttpRequest

SECRET = "AAtestTESTtestTESTtestTESTtestTEST_-x"
TOKEN = f"123456789:{SECRET}"
OTHER = "987654321:BBotherOTHERotherOTHERotherOTHERothe"
URL = f"http://127.0.0.1:9/bot{TOKEN}/getMe"

Stderr = Callable[[], str]


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[Stderr]:
    """What was written to stderr, checked: wherever a token stood, its mark stands, and no token is left."""
    root, hooks = logging.getLogger(), (sys.excepthook, sys.unraisablehook, threading.excepthook)
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()  # pytest's, which `configure` would close

    def written() -> str:
        text = capsys.readouterr().err
        assert SECRET not in text
        return text

    yield written
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    structlog.reset_defaults()


# --- the words themselves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TOKEN, "<token>"),
        (f"https://api.telegram.org/bot{TOKEN}/getMe", "https://api.telegram.org/bot<token>/getMe"),
        (f"/file/bot{TOKEN}/documents/file_1.pdf", "/file/bot<token>/documents/file_1.pdf"),
        (f"next={quote(URL, safe='')}", "next=http%3A%2F%2F127.0.0.1%3A9%2Fbot<token>%2FgetMe"),
        (f"123456789%3a{SECRET}", "<token>"),
        (quote(quote(TOKEN, safe=""), safe=""), "<token>"),
        (f"Bot[token={OTHER}]", "Bot[token=<token>]"),
        ("POST /bot42:SHORT/getMe", "POST /bot<token>/getMe"),
        (f"secret half {SECRET}.", "secret half <token>."),
        ("via socks5://me:pass@proxy:1080", "via socks5://<credentials>@proxy:1080"),
    ],
)
def test_a_secret_is_replaced_and_the_rest_stays(text: str, expected: str) -> None:
    assert Redactor(TOKEN)(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T10:00:00Z",
        'File "/srv/bot/transport.py", line 12',
        "http://127.0.0.1:8080/a@b",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "chat 123456789: 您好",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert Redactor(TOKEN)(text) == text


def test_a_configured_token_of_any_form_is_replaced() -> None:
    assert Redactor("local demo")("at /local%20demo/ and local demo") == "at /<token>/ and <token>"


# --- logs of ours and of the libraries ----------------------------------------------------------------------------


@pytest.mark.parametrize("json", [True, False])
def test_our_own_events_and_tracebacks(stderr: Stderr, json: bool) -> None:
    configure("info", TOKEN, json=json)
    try:
        raise ValueError(URL) from KeyError(TOKEN)
    except ValueError:
        structlog.get_logger("ours").exception("sending failed", url=URL, nested={"token": [TOKEN]})
    text = stderr()
    assert "sending failed" in text
    assert "Traceback" in text
    assert "ValueError: http://127.0.0.1:9/bot<token>/getMe" in text


@pytest.mark.parametrize("json", [True, False])
def test_a_standard_log_line_with_arguments_extras_and_stack(stderr: Stderr, json: bool) -> None:
    configure("DEBUG", TOKEN, json=json)
    logging.getLogger("lib").debug("asked %s", URL, extra={"also": TOKEN}, stack_info=True)
    assert stderr().count("<token>") >= 2


def test_a_log_call_with_the_wrong_arguments(stderr: Stderr) -> None:
    configure("DEBUG", TOKEN, json=True)
    logging.getLogger("lib").info("%d calls", URL)
    try:
        raise ValueError(URL)
    except ValueError:
        logging.getLogger("lib").info("%d calls", TOKEN)
    text = stderr()
    assert text.count("could not be written") == 2
    assert "<token>" in text


async def test_ptb_httpx_and_httpcore_at_their_most_talkative(stderr: Stderr) -> None:
    configure("DEBUG", TOKEN, json=True)
    bot = Bot(TOKEN, base_url="http://127.0.0.1:9/bot")  # the stock request, over httpx
    try:
        await bot.initialize()
    except TelegramError:
        logging.getLogger("ours").exception("no %r", bot)
    finally:
        await bot.shutdown()
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        await client.get(URL)
    loggers = {orjson.loads(line)["logger"] for line in stderr().splitlines()}
    assert {"httpx", "httpcore.connection", "telegram.Bot", "ours"} <= loggers


async def test_aiohttp_and_our_transport(stderr: Stderr) -> None:
    configure("DEBUG", TOKEN, json=True)
    try:
        async with aiohttp.ClientSession() as session:
            await session.get(f"ftp://127.0.0.1/bot{TOKEN}/getMe")
    except aiohttp.ClientError:
        logging.getLogger("ours").exception("aiohttp")
    try:
        async with AiohttpRequest() as http:
            await http.post(URL)
    except NetworkError:
        logging.getLogger("ours").exception("transport")
    assert "/bot<token>/getMe" in stderr()


def test_uvicorns_access_log_comes_once_and_by_our_pipeline(stderr: Stderr) -> None:
    uvicorn.Config("none:app")  # installs handlers of its own
    configure("INFO", TOKEN, json=True)
    logging.getLogger("uvicorn.access").info('%s - "%s %s"', "127.0.0.1:5", "POST", f"/bot{TOKEN}/hook")
    (line,) = stderr().splitlines()
    assert orjson.loads(line)["event"] == '127.0.0.1:5 - "POST /bot<token>/hook"'


async def test_the_loops_exception_handler(stderr: Stderr) -> None:
    configure("INFO", TOKEN, json=True)
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": f"lost {URL}", "exception": RuntimeError(URL), "extra": TOKEN})
    assert stderr().count("<token>") >= 3


def test_warnings(stderr: Stderr) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        configure("INFO", TOKEN, json=True)
        warnings.warn(f"unclosed {URL}", ResourceWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert "ResourceWarning: unclosed http://127.0.0.1:9/bot<token>/getMe" in stderr()


# --- the ways out of a process ------------------------------------------------------------------------------------

ENDINGS = {
    "uncaught": "raise ValueError(url)",
    "interrupted": "try:\n  raise ValueError(url)\nexcept ValueError:\n  raise KeyboardInterrupt(url)",
    "thread": "t = threading.Thread(target=lambda: open(url)); t.start(); t.join()",
    "unraisable": "class Bad:\n  def __repr__(self): return url\n  def __del__(self): raise ValueError(url)\nBad()",
    "task": "async def f(): raise ValueError(url)\n"
    "async def main(): asyncio.ensure_future(f()); await asyncio.sleep(0); await asyncio.sleep(0)\nasyncio.run(main())",
    "group": "raise ExceptionGroup(url, [ValueError(url)])",
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_a_process_that_fails_says_so_without_the_token(ending: str) -> None:
    code = f"""
import asyncio, sys, threading
from bot.logs import configure
token = sys.argv[1]
url = "http://127.0.0.1:9/bot" + token + "/getMe"
configure("INFO", token, json=True)
{ending}
"""
    done = subprocess.run([sys.executable, "-c", code, TOKEN], capture_output=True, text=True, check=False)
    assert SECRET not in done.stderr + done.stdout
    lines = [orjson.loads(line) for line in done.stderr.splitlines()]
    assert lines
    assert all(line["level"] in {"critical", "error", "warning"} for line in lines)
    interrupted = "KeyboardInterrupt" in ending  # which needs no traceback
    assert ("<token>" in done.stderr) is not interrupted


# --- the pipeline -------------------------------------------------------------------------------------------------


def test_every_line_is_json_whatever_is_logged(stderr: Stderr) -> None:
    configure("INFO", None, json=True)
    log = structlog.get_logger("ours")
    with structlog.contextvars.bound_contextvars(update_id=7):
        log.info("object", it=object(), raw=b"\xff", keys={1: "a"})
        log.info("huge", number=10**40)
        log.info("half a pair", name="\ud83d")
    logging.getLogger("lib").info("many\nlines %s", "您好")
    lines = [orjson.loads(line) for line in stderr().splitlines()]
    assert [line["event"] for line in lines] == ["object", "huge", "half a pair", "many\nlines 您好"]
    assert lines[0].keys() >= {"timestamp", "level", "logger", "update_id"}
    assert lines[0]["logger"] == "ours"
    assert lines[0]["timestamp"].endswith("Z")


def test_local_variables_are_not_printed_with_a_traceback(stderr: Stderr) -> None:
    for json in (True, False):
        configure("INFO", None, json=json)
        try:
            name = "王" + "小明"
            raise ValueError(len(name))
        except ValueError:
            structlog.get_logger().exception("failed")
    assert "王小明" not in stderr()


def test_a_second_configuration_replaces_the_first(stderr: Stderr) -> None:
    log = structlog.get_logger("ours")
    configure("DEBUG", TOKEN, json=True)
    log.debug("shown")
    configure("WARNING", TOKEN, json=True)
    log.info("hidden")
    logging.getLogger("lib").info("hidden")
    log.warning("shown")
    assert [orjson.loads(line)["event"] for line in stderr().splitlines()] == ["shown", "shown"]


def test_chatty_libraries_are_heard_only_when_debugging(stderr: Stderr) -> None:
    for level in ("INFO", "DEBUG"):
        configure(level, TOKEN, json=True)
        logging.getLogger("apscheduler.executors.default").info("at %s", level)
        logging.getLogger("httpx").info("at %s", level)
    assert [orjson.loads(line)["event"] for line in stderr().splitlines()] == ["at DEBUG", "at DEBUG"]


def test_an_unknown_level_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="'LOUD' is not one of DEBUG, INFO") as caught:
        configure("loud", TOKEN, json=True)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
