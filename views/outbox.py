"""What is said around messages that speak first: that one comes late, and the day's bundle. Knows no area."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from domain.outbox import Item
from views.home import nav
from views.screen import CAPTION_LIMIT, TEXT_LIMIT, Screen, fitting, in_rows, press
from views.texts import Html, Texts, blocks
from views.times import moment


def late(t: Texts, screen: Screen, item: Item, tz: tzinfo) -> Screen:
    """The screen with a first line that says when it should have come, if there is room for it."""
    said = blocks(t("outbox.late", when=moment(t, item.planned_at, tz)), Html(screen.text))
    limit = CAPTION_LIMIT if screen.captioned else TEXT_LIMIT
    return replace(screen, text=said) if len(said) <= limit else screen


def bundle(t: Texts, lines: Sequence[tuple[Item, Html]]) -> Screen:
    """The day's last push: a line and a button for each message that it stands for."""
    numbered = [t("outbox.line", number=number, line=line) for number, (_, line) in enumerate(lines, start=1)]
    shown, more = fitting(numbered)
    text = blocks(t("outbox.bundle"), *shown, t("list.more", count=more) if more else "", t("outbox.foot"))
    buttons = (
        press(t.plain("outbox.open", number=number), "outbox", "open", item.id)
        for number, (item, _) in enumerate(lines, start=1)
    )
    return Screen(text, (*in_rows(buttons, 4), nav(t)))


def gone(t: Texts) -> str:
    """A line whose message has nothing to say any more."""
    return t("outbox.gone")


def opened(t: Texts) -> str:
    """The message stands below now."""
    return t("outbox.opened")
