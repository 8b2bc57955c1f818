"""Parts that several screens of notices share: who wrote it, what it says, its buttons."""

from datetime import tzinfo

from domain.clock import local_date
from domain.markup import excerpt, plain, shortened
from domain.notices import Author, Notice
from domain.people import Unit
from views.home import home_button
from views.screen import Attachment, Button, Row, clipped, press
from views.texts import Html, Texts, html, lines
from views.times import moment

AREA = "notice"
NAME, PLACE = 16, 36  # characters of a sender's name and unit: under a picture every one counts
CONTENT = 1_200  # visible characters of the text where it stands among other things
LINE = 40  # of the text in a list


def button(text: str, verb: str, *fields: int | str, style: str | None = None) -> Button:
    """A button of this area."""
    return press(text, AREA, verb, *fields, style=style)


def home(t: Texts) -> Button:
    """[首页] under what is kept current in its message until it is left."""
    return button(t.plain("button.home"), "leave")


def back(t: Texts, verb: str, *fields: int) -> Row:
    """[返回] [首页]."""
    return (button(t.plain("button.back"), verb, *fields), home_button(t))


def place(author: Author) -> str:
    """城东收费站一班: station and team, or the unit alone."""
    return unit_name(author.unit, author.station)


def unit_name(unit: Unit, station: str | None) -> str:
    """A unit as people call it; a team with its station."""
    above = station if station and station != unit.name else ""
    space = " " if above[-1:].isascii() and above else ""
    return clipped(f"{above}{space}{unit.name}", PLACE)


def name(person_name: str) -> str:
    """A person's name, however long."""
    return clipped(person_name, NAME)


def head(t: Texts, notice: Notice, tz: tzinfo) -> Html:
    """Who it is from; that it is urgent, and why; that it was corrected, and when."""
    return lines(
        t("notice.head", place=place(notice.author), name=name(notice.author.name)),
        t("notice.urgent_because", reason=notice.reason or "") if notice.urgent else "",
        t("notice.corrected_at", when=moment(t, notice.corrected_at, tz)) if notice.corrected_at else "",
    )


def content(t: Texts, text: str, notice: Notice, limit: int = CONTENT) -> Html:
    """The text, shortened; a picture or a file by name."""
    shown = shortened(text, limit)
    carried = t(f"notice.with_{notice.attached.kind}") if notice.attached else ""
    cut = t("notice.shortened") if shown != text else ""
    return lines(carried, Html(shown), cut)


def line(t: Texts, notice: Notice, limit: int = LINE) -> Html:
    """How it begins, on one line; what it carries where it has no words."""
    return html(plain_line(t, notice, limit))


def plain_line(t: Texts, notice: Notice, limit: int = LINE) -> str:
    """The same for a button."""
    if plain(notice.text).strip() or notice.attached is None:
        return excerpt(notice.text, limit)
    return t.plain(f"notice.with_{notice.attached.kind}")


def attachment(notice: Notice) -> Attachment | None:
    """What goes out with it."""
    return Attachment(notice.attached.kind, notice.attached.file_id) if notice.attached else None


def short_day(t: Texts, at: int, tz: tzinfo) -> str:
    """11-24, for lists."""
    shown = local_date(at, tz)
    return t.plain("time.short_day", month=t.plain(f"month.{shown.month}"), day=shown.day)
