"""Writing a proposal: who, which clause, when, why; and what a verified deed was proposed as."""

from collections.abc import Iterable
from datetime import date, timedelta

from domain.people import UnitKind
from domain.scores import Clause
from domain.scores.shown import Asking, Choosing, DeedProposal, Form
from domain.scores.standard import written
from views.home import home_button
from views.scores.parts import NAME, button, coded, menu_row, points, whole_clause, words
from views.screen import BUTTON_LIMIT, Button, Row, Rows, Screen, clipped, in_rows
from views.texts import Html, Texts, blocks, html, lines
from views.times import day

A_PAGE = 10  # clauses on a page
DAYS = (("today", 0), ("yesterday", 1), ("before", 2))


def choosing(t: Texts, shown: Choosing) -> Screen:
    """Who is scored: units to go into, people, or the team itself."""
    here = clipped(shown.here.name, 30)
    text = blocks(
        t("scores.choosing", unit=here),
        "" if shown.units or shown.people or shown.team else t("scores.choosing_nobody"),
    )
    team = ((button(t.plain("scores.whole_team"), "team", shown.draft_id, shown.here.id),),) if shown.team else ()
    people = in_rows(
        (button(one.name, "person", shown.draft_id, one.id) for one in shown.people[: BUTTON_LIMIT // 2]), 2
    )
    units = in_rows((button(one.name, "choose", shown.draft_id, one.id) for one in shown.units[: BUTTON_LIMIT // 3]), 2)
    return Screen(text, (*team, *people, *units, *_up(t, shown), _drop_row(t, shown.draft_id)))


def _up(t: Texts, shown: Choosing) -> Rows:
    here = shown.here
    if here.id == shown.root.id or here.parent_id is None or here.kind is UnitKind.BUREAU:
        return ()
    return ((button(t.plain("button.back"), "choose", shown.draft_id, here.parent_id),),)


def _drop_row(t: Texts, draft_id: int) -> Row:
    return (button(t.plain("scores.drop"), "drop", draft_id), home_button(t))


def form(t: Texts, shown: Form, page: int = 0) -> Screen:
    """The form at the part that it waits for; choosing who is scored has a screen of its own."""
    match shown.asking:
        case Asking.CLAUSE:
            return _clauses(t, shown, page)
        case Asking.DAY:
            return _day(t, shown)
        case Asking.PREVIEW:
            return _preview(t, shown)
        case _:
            rows = (_back(t, shown, Asking.DAY), _drop_row(t, shown.draft_id))
            return Screen(blocks(_so_far(t, shown), t("scores.ask_reason")), rows)


def _so_far(t: Texts, shown: Form) -> Html:
    who = shown.person.name if shown.person else shown.unit.name if shown.unit else ""
    if shown.reverses is not None:
        who = shown.reverses.name
    return lines(
        t("scores.form_reversal") if shown.reverses else t("scores.form"),
        t("scores.form_subject", name=clipped(who, NAME)) if who else "",
        _form_clause(t, shown.clause, shown.points) if shown.clause else "",
        t("scores.happened", day=day(t, shown.day)) if shown.clause else "",
    )


def _form_clause(t: Texts, one: Clause, counts: int) -> Html:
    return t("scores.form_clause", clause=whole_clause(t, one), points=points(t, counts))


def _back(t: Texts, shown: Form, before: Asking) -> Row:
    """Back: to the preview of what is complete, else to the part before; of a reversal, to its entry."""
    back = t.plain("button.back")
    if shown.reason and shown.clause is not None:
        return (button(back, "part", shown.draft_id, Asking.PREVIEW.value),)
    if shown.reverses is not None:
        return (button(back, "leave", shown.reverses.id),)
    return (button(back, "part", shown.draft_id, before.value),)


def _clauses(t: Texts, shown: Form, page: int) -> Screen:
    if shown.standard is None:
        other = (button(t.plain("scores.other_day"), "part", shown.draft_id, Asking.DAY.value),)
        text = blocks(_so_far(t, shown), t("scores.no_standard", day=day(t, shown.day)))
        return Screen(text, (other, _drop_row(t, shown.draft_id)))
    pages = max(1, -(-len(shown.clauses) // A_PAGE))
    here = min(page, pages - 1)
    listed = shown.clauses[here * A_PAGE : (here + 1) * A_PAGE]
    text = blocks(
        _so_far(t, shown),
        t("scores.choose_clause", day=day(t, shown.day)),
        lines(*(t("scores.clause_line", clause=whole_clause(t, one), points=points(t, one.points)) for one in listed)),
    )
    rows = in_rows((button(_clause_button(t, one), "clause", shown.draft_id, one.id) for one in listed), 2)
    return Screen(text, (*rows, *_pages(t, shown, here, pages), *_other_parts(t, shown), _drop_row(t, shown.draft_id)))


def _clause_button(t: Texts, one: Clause) -> str:
    return t.plain("scores.clause_button", code=one.code, points=t.plain("scores.points", points=_signed(one.points)))


def _signed(tenths: int) -> str:
    return f"{'+' if tenths > 0 else ''}{written(tenths)}"


def _pages(t: Texts, shown: Form, here: int, pages: int) -> Rows:
    row = []
    if here > 0:
        row.append(button(t.plain("list.previous"), "clauses", shown.draft_id, here - 1))
    if here + 1 < pages:
        row.append(button(t.plain("list.next"), "clauses", shown.draft_id, here + 1))
    return (tuple(row),) if row else ()


def _other_parts(t: Texts, shown: Form) -> Rows:
    return (
        (
            button(t.plain("scores.other_day"), "part", shown.draft_id, Asking.DAY.value),
            button(t.plain("scores.other_subject"), "part", shown.draft_id, Asking.SUBJECT.value),
        ),
    )


def _day(t: Texts, shown: Form) -> Screen:
    days = tuple(_day_button(t, shown.draft_id, name, shown.today - timedelta(days=back)) for name, back in DAYS)
    rows = (days, _back(t, shown, Asking.CLAUSE), _drop_row(t, shown.draft_id))
    return Screen(blocks(_so_far(t, shown), t("scores.ask_day")), rows)


def _day_button(t: Texts, draft_id: int, name: str, of: date) -> Button:
    return button(t.plain(f"scores.day.{name}"), "day", draft_id, coded(of))


def _preview(t: Texts, shown: Form) -> Screen:
    cap = shown.clause.cap if shown.clause and shown.reverses is None else None
    text = blocks(
        _so_far(t, shown),
        words(shown.reason),
        lines(
            t("scores.cap", cap=written(cap), used=written(shown.used)) if cap is not None else "",
            t("scores.signers") if shown.signers else t("scores.no_signers"),
        ),
    )
    submit = (button(t.plain("scores.propose"), "propose", shown.draft_id, style="success"),)
    return Screen(text, (submit, *_parts(t, shown), _drop_row(t, shown.draft_id)))


def _parts(t: Texts, shown: Form) -> Rows:
    reason = button(t.plain("scores.other_reason"), "part", shown.draft_id, Asking.REASON.value)
    if shown.reverses is not None:
        return ((reason,),)
    other = button(t.plain("scores.other_clause"), "part", shown.draft_id, Asking.CLAUSE.value)
    return ((other, button(t.plain("scores.other_day"), "part", shown.draft_id, Asking.DAY.value)), (reason,))


def dropped(t: Texts) -> Screen:
    """The form was thrown away."""
    return Screen(t("scores.dropped"), (menu_row(t),))


def deed_proposal(t: Texts, shown: DeedProposal) -> Screen:
    """What a verified deed was proposed as, for whom, and who was left out."""
    text = blocks(
        t("scores.deed_made" if shown.made else "scores.deed_nothing"),
        _form_clause(t, shown.clause, shown.clause.points),
        lines(*_deed_lines(t, shown)),
    )
    entries = in_rows((button(one.name, "entry", one.id) for one in (*shown.made, *shown.known)), 2)
    return Screen(text, (*entries, menu_row(t)))


def _deed_lines(t: Texts, shown: DeedProposal) -> Iterable[Html]:
    for key, named in (
        ("made", [one.name for one in shown.made]),
        ("known", [one.name for one in shown.known]),
        ("full", list(shown.full)),
    ):
        if named:
            listed = t.plain("list.separator").join(clipped(name, NAME) for name in named)
            yield t(f"scores.deed.{key}", names=html(listed))
    if shown.elsewhere:
        yield t("scores.deed.elsewhere", count=shown.elsewhere)
