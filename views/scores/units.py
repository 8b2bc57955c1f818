"""A leader's unit and one person of it, closed months, the standard, exports, figures. Nobody stands beside another."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from domain.roster import RowFault
from domain.scores import Clause, Standard, SubjectKind
from domain.scores.shown import ClosePage, ClosePreview, ClosesPage, PersonPage, Standards, UnitFigures, UnitPage
from domain.scores.standard import written
from domain.scores.standard_table import StandardCheck
from views.home import home_button
from views.people import place
from views.scores.parts import (
    NAME,
    back_row,
    button,
    entry_rows,
    evidence,
    listed,
    menu_row,
    month,
    page_row,
    points,
    totals,
    whole_clause,
)
from views.screen import BUTTON_LIMIT, File, Row, Rows, Screen, clipped, fitting, in_rows
from views.texts import Html, Texts, blocks, lines
from views.times import day, moment

A_PAGE = 8  # clauses on a page of the standard: uncut, with their evidence, they fit
SHOWN = 12  # closed months that are listed


def unit(t: Texts, shown: UnitPage, tz: tzinfo) -> Screen:
    """A unit: how many entries stand where; a team's own entries; the units and people below, by name alone."""
    counts = shown.counts
    text = blocks(
        t("scores.unit", unit=clipped(shown.unit.name, 30)),
        t("scores.counts", proposed=counts.proposed, appealed=counts.appealed, confirmed=counts.confirmed),
        totals(t, shown.this_month, shown.earlier) if shown.this_month else "",
        listed(t, shown.entries, tz) if shown.entries else "",
        t("scores.last_closed", month=month(t, shown.last_closed)) if shown.last_closed else "",
    )
    return Screen(text, tuple(_unit_rows(t, shown)))


def _unit_rows(t: Texts, shown: UnitPage) -> Iterable[Row]:
    if shown.entries is not None:
        yield from entry_rows(t, shown.entries)
        yield from page_row(t, shown.entries, "unit", shown.unit.id)
    if shown.may_propose:
        yield (button(t.plain("scores.begin_team"), "begin_for", 0, shown.unit.id),)
    yield from in_rows((button(one.name, "unit", one.id, 0) for one in shown.units[: BUTTON_LIMIT // 3]), 2)
    people = [one for one in shown.people if one.id != shown.caller.id][: BUTTON_LIMIT // 2]
    yield from in_rows((button(one.name, "of", one.id, 0) for one in people), 2)
    if shown.unit.id != shown.caller.unit.id and shown.unit.parent_id is not None:
        yield back_row(t, "unit", shown.unit.parent_id, 0)
    else:
        yield menu_row(t)


def person(t: Texts, shown: PersonPage, tz: tzinfo) -> Screen:
    """One person's entries and totals, for their leader."""
    text = blocks(
        t("scores.person", name=clipped(shown.person.name, NAME), place=place(shown.person)),
        totals(t, shown.this_month, shown.earlier),
        listed(t, shown.entries, tz),
    )
    begin: Rows = ()
    if shown.may_propose:
        begin = ((button(t.plain("scores.begin"), "begin_for", shown.person.id, 0),),)
    pages = page_row(t, shown.entries, "of", shown.person.id)
    return Screen(text, (*entry_rows(t, shown.entries), *pages, *begin, back_row(t, "unit", shown.person.unit.id, 0)))


def figures(t: Texts, shown: Sequence[UnitFigures]) -> Screen:
    """How many entries each station has: all that the bureau reads."""
    kept, more = fitting([_figure(t, one) for one in shown])
    text = blocks(t("scores.figures_title"), lines(*kept, t("list.more", count=more) if more else ""))
    return Screen(text, ((home_button(t),),))


def _figure(t: Texts, one: UnitFigures) -> Html:
    unit_name = clipped(one.unit.name, 30)
    if one.entries is None:
        return t("scores.figures_hidden", unit=unit_name)
    return t("scores.figures", unit=unit_name, entries=one.entries)


# closed months -----------------------------------------------------------------------------------------------------


def closes(t: Texts, shown: ClosesPage, tz: tzinfo) -> Screen:
    """The closed months of a unit, and the one that may be closed next."""
    done = [_closed(t, shown, number, tz) for number in range(min(len(shown.closes), SHOWN))]
    text = blocks(
        t("scores.closes", unit=clipped(shown.unit.name, 30)),
        lines(*done) if done else t("scores.closes_none"),
        "" if shown.closable else t("scores.closable_none"),
    )
    rows: list[Row] = []
    if shown.closable:
        named = month(t, shown.closable[0])
        rows.append((button(t.plain("scores.close_next", month=named), "close", shown.unit.id, shown.closable[0]),))
    rows += in_rows(
        (button(month(t, one.month), "closed", shown.unit.id, one.month) for one in shown.closes[:SHOWN]), 3
    )
    rows += in_rows((button(one.name, "closes", one.id) for one in shown.units[: BUTTON_LIMIT // 3]), 2)
    return Screen(text, (*rows, menu_row(t)))


def _closed(t: Texts, shown: ClosesPage, number: int, tz: tzinfo) -> Html:
    one = shown.closes[number]
    return t(
        "scores.closed_line", month=month(t, one.month), name=clipped(one.name, NAME), when=moment(t, one.closed_at, tz)
    )


def close_preview(t: Texts, shown: ClosePreview) -> Screen:
    """What a close would take, and what goes to the next month."""
    back = back_row(t, "closes", shown.unit.id)
    if not shown.month:
        return Screen(t("scores.closable_none"), (back,))
    text = blocks(
        t("scores.close", unit=clipped(shown.unit.name, 30), month=month(t, shown.month)),
        t("scores.close_takes", count=shown.entries),
        t("scores.close_leaves", count=shown.undecided) if shown.undecided else "",
        t("scores.close_warning"),
    )
    confirm = button(t.plain("scores.close_confirm"), "seal", shown.unit.id, shown.month, shown.mark, style="primary")
    return Screen(text, ((confirm,), back))


def closed(t: Texts, shown: ClosePage, tz: tzinfo) -> Screen:
    """A closed month, and its table."""
    one = shown.close
    text = blocks(
        t("scores.closed", unit=clipped(one.unit.name, 30), month=month(t, one.month), count=shown.entries),
        t("scores.closed_by", name=clipped(one.name, NAME), when=moment(t, one.closed_at, tz)),
    )
    kinds = tuple(
        button(t.plain(f"scores.export.{k}"), "close_file", one.unit.id, one.month, k) for k in ("xlsx", "csv")
    )
    return Screen(text, (kinds, back_row(t, "closes", one.unit.id)))


# the standard ------------------------------------------------------------------------------------------------------


def standards(t: Texts, shown: Standards) -> Screen:
    """The versions; the office loads new ones."""
    now = shown.in_force
    listed_ = [
        t("scores.version", number=one.version, day=day(t, one.effective_from), title=clipped(one.title, 40))
        for one in shown.versions[:SHOWN]
    ]
    text = blocks(
        t("scores.standard_title"),
        t("scores.in_force", number=now.version) if now else t("scores.none_in_force"),
        lines(*listed_),
    )
    rows: list[Row] = [
        (button(t.plain("scores.version_button", number=one.version), "standard", one.version, 0),)
        for one in shown.versions[:SHOWN]
    ]
    if shown.may_load:
        rows.append((button(t.plain("scores.download"), "standard_file"), button(t.plain("scores.upload"), "upload")))
    return Screen(text, (*rows, menu_row(t)))


def standard(t: Texts, shown: Standard, page: int) -> Screen:
    """A page of a version's clauses, people's first."""
    ordered = (*shown.of(SubjectKind.PERSON), *shown.of(SubjectKind.TEAM))
    pages = max(1, -(-len(ordered) // A_PAGE))
    here = min(page, pages - 1)
    clauses = [_rule(t, one) for one in ordered[here * A_PAGE : (here + 1) * A_PAGE]]
    text = blocks(t("scores.standard", title=clipped(shown.title, 60), number=shown.version), *clauses)
    row = []
    if here > 0:
        row.append(button(t.plain("list.previous"), "standard", shown.version, here - 1))
    if here + 1 < pages:
        row.append(button(t.plain("list.next"), "standard", shown.version, here + 1))
    return Screen(text, (*((tuple(row),) if row else ()), back_row(t, "standards")))


def _rule(t: Texts, one: Clause) -> Html:
    """A clause with all that it says."""
    return lines(
        t("scores.clause_line", clause=whole_clause(t, one), points=points(t, one.points)),
        t("scores.clause_cap", cap=written(one.cap)) if one.cap is not None else "",
        evidence(t, one),
    )


def standard_file(t: Texts, body: bytes) -> Screen:
    """The table to be changed and sent back."""
    return Screen(t("scores.standard_file"), (back_row(t, "standards"),), File(t.plain("scores.standard_name"), body))


def ask_table(t: Texts) -> Screen:
    """[导入标准]: send the table."""
    return Screen(t("scores.ask_table"), (back_row(t, "standards"),))


def table_faults(t: Texts, shown: Sequence[RowFault]) -> Screen:
    """Every fault with its row; nothing has changed."""
    kept, more = fitting([t("scores.fault_line", row=one.row, fault=t(one.key, **one.values)) for one in shown])
    text = blocks(t("scores.table_faults", count=len(shown)), lines(*kept, t("list.more", count=more) if more else ""))
    return Screen(text, (back_row(t, "standards"),))


def table_preview(t: Texts, shown: StandardCheck) -> Screen:
    """What would be loaded."""
    found = shown.standard
    assert found is not None
    assert shown.draft_id is not None
    text = t(
        "scores.table_preview",
        title=clipped(found.title, 60),
        day=day(t, found.effective_from),
        people=len(found.of(SubjectKind.PERSON)),
        teams=len(found.of(SubjectKind.TEAM)),
    )
    enable = button(t.plain("scores.enable"), "enable", shown.draft_id, style="success")
    return Screen(text, ((enable, button(t.plain("scores.drop"), "table_drop", shown.draft_id)), menu_row(t)))


# exports -----------------------------------------------------------------------------------------------------------


def exports(t: Texts) -> Screen:
    """[导出]: the ledger of the own part."""
    kinds = tuple(button(t.plain(f"scores.export.{kind}"), "export", kind) for kind in ("xlsx", "csv"))
    return Screen(t("scores.exports"), (kinds, menu_row(t)))


def exported(t: Texts, what: str, kind: str, body: bytes) -> Screen:
    """The table. ``what``: ledger or close."""
    name = t.plain(f"scores.file.{what}", suffix=kind)
    return Screen(t("scores.exported"), (menu_row(t),), File(name, body))
