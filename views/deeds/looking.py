"""The honour roll, a leader's figures, the export."""

from collections.abc import Sequence
from datetime import tzinfo

from domain.clock import local_date
from domain.deeds import ROLL_WEEKS, Honour
from domain.deeds.shown import RollPage, UnitFigures
from domain.outbox import Item
from domain.people import LEADERS, Person
from views.deeds.parts import button, menu_row, names
from views.home import home_button
from views.screen import File, Screen, clipped, fitting
from views.texts import Html, Texts, blocks, html, lines
from views.times import day

SHOWN = 120  # characters of a reason on the honour roll


def roll(t: Texts, shown: RollPage, tz: tzinfo) -> Screen:
    """光荣榜 of a week: names and reasons, in the order of confirmation."""
    ago = shown.weeks_ago
    older = (button(t.plain("deeds.older_week"), "roll", ago + 1),) if ago < ROLL_WEEKS else ()
    newer = (button(t.plain("deeds.newer_week"), "roll", ago - 1),) if ago else ()
    return Screen(_roll_text(t, shown, tz), ((*older, *newer), menu_row(t)))


def _roll_text(t: Texts, shown: RollPage, tz: tzinfo) -> Html:
    since, last = local_date(shown.since, tz), local_date(shown.until - 1, tz)
    kept, more = fitting([_honour(t, one) for one in shown.lines])
    return blocks(
        t("deeds.roll_title", since=day(t, since), until=day(t, last)),
        *kept,
        t("list.more", count=more) if more else "",
        "" if shown.lines else t("deeds.roll_empty"),
    )


def _honour(t: Texts, one: Honour) -> Html:
    what = html(clipped(" ".join(one.text.split()), SHOWN)) if one.text else Html("")
    kind = t(f"deeds.kind.{one.kind}")
    line = "deeds.honour" if what else "deeds.honour_bare"
    return t(line, names=names(t, one.names), station=clipped(one.station, 30), kind=kind, text=what)


def honour(t: Texts, _person: Person, shown: RollPage, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """The weekly honour roll."""
    return Screen(_roll_text(t, shown, tz), (menu_row(t),))


def honour_line(t: Texts, _person: Person, shown: RollPage, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in the day's bundle."""
    return t("deeds.honour_line", count=len(shown.lines))


def figures(t: Texts, caller: Person, shown: Sequence[UnitFigures]) -> Screen:
    """How many deeds of each station stand where, and the export for leaders."""
    kept, more = fitting([_figure(t, one) for one in shown])
    text = blocks(t("deeds.figures_title"), lines(*kept, t("list.more", count=more) if more else ""))
    kinds = tuple(button(t.plain(f"deeds.export.{kind}"), "export", kind) for kind in ("xlsx", "csv"))
    return Screen(text, (*((kinds,) if caller.role in LEADERS else ()), menu_row(t)))


def _figure(t: Texts, one: UnitFigures) -> Html:
    unit = clipped(one.unit.name, 30)
    if one.confirmed is None:
        return t("deeds.figures_hidden", unit=unit)
    return t("deeds.figures", unit=unit, confirmed=one.confirmed, waiting=one.waiting)


def exported(t: Texts, kind: str, body: bytes) -> Screen:
    """The table."""
    name = t.plain("deeds.export_name", suffix=kind)
    return Screen(
        t(f"deeds.exported.{kind}"), ((button(t.plain("button.deeds"), "show"), home_button(t)),), File(name, body)
    )
