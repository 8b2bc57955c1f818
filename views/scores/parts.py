"""Parts that several screens of scores share: points, an entry in a line, months, subjects."""

from collections.abc import Iterable
from datetime import date, tzinfo

from domain.scores import Entry, EntryState, MonthTotal, SubjectKind
from domain.scores.shown import Line, Lines
from domain.scores.standard import EVIDENCE_LIMIT, TEXT_LIMIT, Clause, written
from views.home import home_button
from views.screen import Button, Row, clipped, press
from views.texts import Html, Texts, blocks, html, lines
from views.times import day, moment

AREA = "scores"
NAME, CLAUSE, WORDS, BRIEF = 16, 60, 300, 40  # characters shown of a name, a clause, a reason, a reason in a list


def button(text: str, verb: str, *fields: int | str, style: str | None = None) -> Button:
    """A button of this area."""
    return press(text, AREA, verb, *fields, style=style)


def menu_row(t: Texts) -> Row:
    """[评分] [首页]."""
    return (button(t.plain("button.scores"), "show"), home_button(t))


def back_row(t: Texts, verb: str, *fields: int | str) -> Row:
    """[返回] [首页]."""
    return (button(t.plain("button.back"), verb, *fields), home_button(t))


def points(t: Texts, tenths: int) -> Html:
    """+0.5 分, -3 分, 0 分."""
    return t("scores.points", points=f"{'+' if tenths > 0 else ''}{written(tenths)}")


def month(t: Texts, named: str) -> Html:
    """2026年11月, of ``YYYY-MM``."""
    year, _, number = named.partition("-")
    return t("scores.month", year=year, month=t(f"month.{int(number)}"))


def coded(of: date) -> str:
    """A day as callback data: 20261130."""
    return of.strftime("%Y%m%d")


def clause(t: Texts, shown: Clause) -> Html:
    """P03 主动提供便民服务, as one line of many."""
    return t("scores.clause", code=shown.code, text=clipped(shown.text, CLAUSE))


def whole_clause(t: Texts, shown: Clause) -> Html:
    """The same uncut, where somebody judges by it."""
    return t("scores.clause", code=shown.code, text=clipped(shown.text, TEXT_LIMIT))


def evidence(t: Texts, shown: Clause) -> Html:
    """依据：好事记录, as far as the clause asks for any."""
    return t("scores.evidence", text=clipped(shown.evidence, EVIDENCE_LIMIT)) if shown.evidence else Html("")


def subject(t: Texts, entry: Entry) -> Html:
    """张三（东山收费站一班）, or the team."""
    station = clipped(entry.station, 20)
    if entry.subject is SubjectKind.TEAM:
        return t("scores.of_team", station=station, team=clipped(entry.name, NAME))
    team = clipped(entry.unit.name, NAME) if entry.unit.name != entry.station else ""
    return t("scores.of_person", name=clipped(entry.name, NAME), station=station, team=team)


def reason(entry: Entry, limit: int) -> str:
    """Why: the words typed, or those of the deed from which it comes."""
    return clipped(" ".join((entry.reason or entry.deed_text).split()), limit)


def state(t: Texts, entry: Entry, stands: EntryState, tz: tzinfo) -> Html:
    """How an entry stands; while it may be appealed against, until when."""
    until = entry.confirmed.until if entry.confirmed else None
    if stands is EntryState.CONFIRMED and until is not None:
        return t("scores.state_until", when=moment(t, until, tz))
    return t(f"scores.state.{stands}")


def line(t: Texts, shown: Line, tz: tzinfo) -> Html:
    """An entry in a list."""
    entry = shown.entry
    stands = t("scores.reversed") if shown.reversed else state(t, entry, shown.state, tz)
    head = t(
        "scores.reversal_line" if entry.reverses else "scores.line",
        points=points(t, entry.points),
        clause=clause(t, entry.clause),
    )
    why = reason(entry, BRIEF)
    below = t("scores.line_below", day=day(t, entry.happened_on), state=stands)
    return lines(head, t("scores.line_reason", text=why) if why else "", below)


def listed(t: Texts, shown: Lines, tz: tzinfo) -> Html:
    """The entries of a page, or that there are none."""
    return blocks(*(line(t, one, tz) for one in shown.lines)) if shown.lines else t("scores.none")


def entry_rows(t: Texts, shown: Lines) -> Iterable[Row]:
    """A button for each entry of a page."""
    for one in shown.lines:
        text = t.plain("scores.entry_button", points=points(t, one.entry.points), clause=clause(t, one.entry.clause))
        yield (button(text, "entry", one.entry.id),)


def page_row(t: Texts, shown: Lines, verb: str, *fields: int) -> Iterable[Row]:
    """[上一页] [下一页], as far as there are any."""
    row = []
    if shown.page > 0:
        row.append(button(t.plain("list.previous"), verb, *fields, shown.page - 1))
    if shown.page + 1 < shown.pages:
        row.append(button(t.plain("list.next"), verb, *fields, shown.page + 1))
    if row:
        yield tuple(row)


def totals(t: Texts, this_month: MonthTotal, earlier: Iterable[MonthTotal]) -> Html:
    """This month's total, and a few of the months before."""
    before = [
        t(
            "scores.month_closed" if one.closed else "scores.month_open",
            month=month(t, one.month),
            points=points(t, one.points),
        )
        for one in list(earlier)[:EARLIER]
    ]
    return lines(t("scores.this_month", points=points(t, this_month.points)), *before)


EARLIER = 3  # months that are shown beside the running one


def words(text: str) -> Html:
    """What somebody typed, cut to what a screen takes."""
    return html(clipped(text, WORDS))
