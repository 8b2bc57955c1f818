"""What is true of every screen, in every language, whatever names people, units and files have."""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest

from domain.people import Locale
from handlers import PRESSES
from handlers.routes import parse
from tests.unit.test_views_samples import HOSTILE, screens
from views.screen import BUTTON_WIDTH, CAPTION_LIMIT, DATA_LIMIT, TEXT_LIMIT, Button, Screen, data, press, width
from views.texts import Texts

WORDS = {"ordinary": ("", 3), "hostile": (HOSTILE, 3), "long": ("很长的名字" * 60, 150), "markup": ("&<" * 300, 150)}
TAGS = {"b", "i", "s", "code", "a"}


class Reader(HTMLParser):
    """Reads as the messenger does: a tag it does not know, or one closed out of turn, is an error."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in TAGS, tag
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def shown_text(screen: Screen) -> str:
    """The text after the markup is read. Fails when the markup is not balanced."""
    reader = Reader()
    reader.feed(screen.text)
    reader.close()
    assert not reader.open
    return reader.text


def buttons(screen: Screen) -> Iterator[Button]:
    """All buttons in reading order."""
    return (button for row in screen.rows for button in row)


@pytest.fixture(params=[(locale, name) for locale in Locale for name in WORDS], ids=lambda p: f"{p[0]}-{p[1]}")
def shown(request: pytest.FixtureRequest) -> dict[str, Screen]:
    return rendered(*request.param)


@cache
def rendered(locale: Locale, name: str) -> dict[str, Screen]:
    """Every screen in one language with one kind of content; made once, because screens are values."""
    word, many = WORDS[name]
    return dict(screens(Texts.of(locale), word, many))


def test_markup_is_balanced_and_text_fits_into_one_message(shown: dict[str, Screen]) -> None:
    for name, screen in shown.items():
        limit = CAPTION_LIMIT if screen.captioned or screen.picture else TEXT_LIMIT
        text = shown_text(screen)
        assert text.strip(), name
        assert len(text.encode("utf-16-le")) // 2 <= limit, name


def test_every_button_is_short_and_calls_back_within_64_bytes(shown: dict[str, Screen]) -> None:
    for name, screen in shown.items():
        for button in buttons(screen):
            assert button.text.strip(), name
            assert width(button.text) <= BUTTON_WIDTH, (name, button.text)
            assert len((button.data or "").encode()) <= DATA_LIMIT, name


def test_no_message_has_more_buttons_than_the_messenger_allows(shown: dict[str, Screen]) -> None:
    for name, screen in shown.items():
        assert len(list(buttons(screen))) <= 100, name
        assert all(1 <= len(row) <= 8 for row in screen.rows), name


def test_every_button_is_answered_by_a_handler(shown: dict[str, Screen]) -> None:
    for screen in shown.values():
        for button in buttons(screen):
            if button.url is None:
                parse(PRESSES, button.data or "")


def test_buttons_say_names_as_they_are_and_not_as_markup() -> None:
    screen = screens(Texts.of(Locale.ZH_CN), HOSTILE)["people.team"]
    assert any(HOSTILE in button.text for button in buttons(screen))


def test_text_says_hostile_names_as_they_are() -> None:
    for name in ("home.home", "people.ask_join", "training.card", "practice.run single", "roster.preview"):
        assert HOSTILE in shown_text(screens(Texts.of(Locale.ZH_CN), HOSTILE)[name]), name


def test_callback_data_beyond_64_bytes_is_refused() -> None:
    assert len(data("practice", "answer", 10**15, 9, 3)) < DATA_LIMIT
    with pytest.raises(ValueError, match="64"):
        data("practice", "start", "很长" * 20)


def test_a_long_button_is_cut_where_it_would_not_fit() -> None:
    assert press("收" * 21, "home", "show").text == "收" * 19 + "…"
    assert press("收" * 20, "home", "show").text == "收" * 20
