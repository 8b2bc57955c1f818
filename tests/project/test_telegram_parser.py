"""Every screen in every language, with hostile content, through Telegram's own parser (TDLib), offline."""

import importlib.util
import json

import pytest

from domain.people import Locale
from tests.unit.test_views_screens import WORDS, rendered
from views.screen import CAPTION_LIMIT, TEXT_LIMIT

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("tdjson") is None, reason="tdjson has no build for this machine (see pyproject.toml)"
)


def execute(request: dict[str, object]) -> dict[str, object]:
    import tdjson

    answer = tdjson.td_execute(json.dumps(request).encode())
    return json.loads(answer)  # type: ignore[no-any-return]


def parsed(text: str) -> dict[str, object]:
    """https://core.telegram.org/tdlib/docs/classtd_1_1td__api_1_1parse_text_entities.html"""
    return execute({"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}})


@pytest.fixture(autouse=True)
def quiet() -> None:
    execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def test_the_parser_refuses_what_telegram_refuses() -> None:
    assert parsed("<b>你好")["@type"] == "error"
    assert parsed("<b>你好</b>")["text"] == "你好"


@pytest.mark.parametrize("locale", list(Locale))
@pytest.mark.parametrize("name", WORDS)
def test_telegram_reads_every_screen(locale: Locale, name: str) -> None:
    for screen_name, screen in rendered(locale, name).items():
        answer = parsed(screen.text)
        assert answer["@type"] == "formattedText", (screen_name, answer)
        limit = CAPTION_LIMIT if screen.captioned else TEXT_LIMIT
        assert len(str(answer["text"]).encode("utf-16-le")) // 2 <= limit, screen_name
