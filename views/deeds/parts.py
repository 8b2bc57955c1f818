"""Parts that several screens of deeds share: a button, a deed in a line, when and where it was."""

from collections.abc import Iterable
from datetime import tzinfo

from domain.clock import local_date
from domain.deeds import WORDS_LIMIT, Deed
from views.home import home_button
from views.screen import Button, Row, clipped, press
from views.texts import Html, Texts, html
from views.times import day, moment

AREA = "deeds"
NAME, EXCERPT = 16, 40  # characters shown of a name, of a deed in a list
WORDS = 2 * WORDS_LIMIT  # UTF-16 units of a deed's text: all of it, for whoever signs says that it is true


def button(text: str, verb: str, *fields: int | str, style: str | None = None) -> Button:
    """A button of this area."""
    return press(text, AREA, verb, *fields, style=style)


def menu_row(t: Texts) -> Row:
    """[好人好事] [首页]."""
    return (button(t.plain("button.deeds"), "show"), home_button(t))


def back_row(t: Texts, deed: Deed) -> Row:
    """[返回] to the deed."""
    return (button(t.plain("button.back"), "open", deed.id), home_button(t))


def when(t: Texts, deed: Deed, tz: tzinfo) -> Html:
    """12月1日（周二）14:20, or the day alone."""
    return moment(t, deed.happened_at, tz) if deed.exact else day(t, local_date(deed.happened_at, tz))


def where(t: Texts, deed: Deed) -> Html:
    """城东收费站，3号车道."""
    station = clipped(deed.station, 30)
    if not deed.place:
        return html(station)
    return t("deeds.where", station=station, place=deed.place) if station else html(deed.place)


def names(t: Texts, listed: Iterable[str]) -> Html:
    """张三、李四."""
    return html(t.plain("list.separator").join(clipped(name, NAME) for name in listed))


def excerpt(t: Texts, deed: Deed) -> Html:
    """How a deed begins, in one line; its kind where it has no words."""
    text = " ".join(deed.text.split())
    return html(clipped(text, EXCERPT)) if text else t(f"deeds.kind.{deed.kind}")
