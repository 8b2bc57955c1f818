"""One task: its card, what was handed in for it, and the forms that its owner and the office fill in."""

from collections.abc import Iterable
from datetime import date, timedelta, tzinfo

from domain.people import Person, UnitKind
from domain.plan import Ask, AskKind, Evidence, EvidenceKind, Task, TaskState
from domain.plan.shown import Choosing, Handed, TaskCard
from views.home import home_button
from views.people import place
from views.plan.parts import (
    NAME,
    WORDS,
    back_row,
    button,
    coded,
    date_text,
    due,
    head,
    mark,
    owner_text,
    phase_name,
    plan_row,
    title,
)
from views.screen import BUTTON_LIMIT, Attachment, Button, Row, Rows, Screen, clipped, fitting, in_rows
from views.texts import Html, Texts, blocks, lines
from views.times import moment

AHEAD = (1, 3, 7, 14)  # days that are offered as buttons where a date is asked for


# the card --------------------------------------------------------------------------------------------------------


def card(t: Texts, shown: TaskCard, tz: tzinfo) -> Screen:
    """Everything known of a task, and what this person can do about it."""
    task = shown.task
    text = blocks(
        lines(t("plan.card", mark=mark(task, shown.today), code=task.code, title=title(task)), _stands(t, shown, tz)),
        lines(*_facts(t, shown)),
        clipped(task.detail, WORDS),
        lines(*(_ask(t, ask) for ask in shown.asks)),
    )
    return Screen(text, _rows(t, shown))


def _stands(t: Texts, shown: TaskCard, tz: tzinfo) -> Html:
    task = shown.task
    if task.open:
        said = due(t, task, shown.today)
        return said if task.due_on is None or task.overdue(shown.today) else t("plan.due", day=said)
    at = moment(t, task.settled_at or 0, tz)
    if shown.settled_by is None:
        return t(f"plan.settled.{task.state}", when=at)
    return t(f"plan.settled_by.{task.state}", when=at, name=clipped(shown.settled_by.name, NAME))


def _facts(t: Texts, shown: TaskCard) -> Iterable[Html]:
    task = shown.task
    yield t("plan.of_phase", phase=phase_name(t, shown.phase))
    if shown.owner is not None:
        yield t("plan.owner_at", name=clipped(shown.owner.name, NAME), place=place(shown.owner))
    else:
        yield owner_text(t, task, None)
    if task.evidence or task.pieces:
        yield _evidence(t, shown)
    if task.element:
        measure = t("plan.measure", number=task.measure) if task.measure else ""
        yield t("plan.element", element=clipped(task.element, 60), measure=measure)


def _evidence(t: Texts, shown: TaskCard) -> Html:
    expected = clipped(shown.task.evidence, 60) or t("plan.no_evidence_expected")
    pieces = t("plan.pieces", count=shown.task.pieces) if shown.task.pieces and shown.rights.look_closer else ""
    return t("plan.evidence", evidence=expected, pieces=pieces)


def _ask(t: Texts, ask: Ask) -> Html:
    if ask.kind is AskKind.MOVE:
        return t("plan.asked_move", day=date_text(t, ask.wanted_on))
    return t("plan.asked_help", text=clipped(ask.text, WORDS))


def _rows(t: Texts, shown: TaskCard) -> Rows:
    rows = [*_open_rows(t, shown)] if shown.task.open else [*_settled_rows(t, shown)]
    back = button(t.plain("plan.to_phase"), "phase", shown.task.phase, 0)
    return (*rows, (back, *plan_row(t)))


def _open_rows(t: Texts, shown: TaskCard) -> Iterable[Row]:
    task, rights = shown.task, shown.rights
    if rights.finish:
        yield (button(t.plain("plan.done"), "done", task.id, style="success"), _pieces_button(t, shown))
    elif rights.look_closer and task.pieces:
        yield (button(t.plain("plan.see_pieces", count=task.pieces), "handed", task.id),)
    own = []
    if rights.ask and not rights.manage:
        own = [button(t.plain("plan.help"), "help", task.id), button(t.plain("plan.move"), "move", task.id)]
    elif rights.manage:
        own = [button(t.plain("plan.set_due"), "due", task.id)]
    if rights.give:
        own.append(button(t.plain("plan.choose_owner"), "owner", task.id, 0))
    if own:
        yield tuple(own)
    if rights.manage:
        yield (button(t.plain("plan.give_up"), "drop", task.id, task.edits),)


def _settled_rows(t: Texts, shown: TaskCard) -> Iterable[Row]:
    task, rights = shown.task, shown.rights
    if rights.look_closer and task.pieces:
        yield (button(t.plain("plan.see_pieces", count=task.pieces), "handed", task.id),)
    if rights.manage or (rights.finish and task.state is TaskState.DONE):
        yield (button(t.plain(f"plan.reopen.{task.state}"), "reopen", task.id, task.edits),)


def _pieces_button(t: Texts, shown: TaskCard) -> Button:
    task = shown.task
    if task.pieces:
        return button(t.plain("plan.see_pieces", count=task.pieces), "handed", task.id)
    return button(t.plain("plan.hand_in"), "hand", task.id)


# evidence --------------------------------------------------------------------------------------------------------


def wants_evidence(t: Texts, shown: TaskCard, *, finishing: bool) -> Screen:
    """Asks for photos, files or words. ``finishing``: after [完成]; then it can be done without."""
    task = shown.task
    text = blocks(
        head(t, task),
        t("plan.wants_evidence", evidence=clipped(task.evidence, 60)) if task.evidence else "",
        t("plan.how_to_hand_in"),
    )
    rows: list[Row] = []
    if finishing:
        rows.append((button(t.plain("plan.done_without"), "anyway", task.id),))
    return Screen(text, (*rows, _back(t, task)))


def _back(t: Texts, task: Task) -> Row:
    """[返回] of a form that was filled in or not: it is closed, what came stays."""
    return (button(t.plain("button.back"), "leave", task.id), home_button(t))


def _leave(t: Texts, task: Task) -> Row:
    """[取消] of a form."""
    return (button(t.plain("plan.leave"), "leave", task.id), home_button(t))


def taken_in(t: Texts, shown: Handed) -> Screen:
    """After a piece came: how many there are, and [完成]."""
    task = shown.task
    text = blocks(
        head(t, task),
        t("plan.taken_in", count=len(shown.pieces)),
    )
    done = button(t.plain("plan.done"), "done", task.id, style="success")
    see = button(t.plain("plan.see_pieces", count=len(shown.pieces)), "handed", task.id)
    return Screen(text, ((done, see), _back(t, task)))


def handed(t: Texts, shown: Handed, tz: tzinfo) -> Screen:
    """What was handed in: a button opens a piece, another takes an own one back."""
    task = shown.task
    listed = [_piece_line(t, number, piece, tz) for number, piece in enumerate(shown.pieces, start=1)]
    kept, more = fitting(listed)
    text = blocks(
        t("plan.handed", code=task.code, title=title(task)),
        lines(*kept, t("list.more", count=more) if more else "") if listed else t("plan.handed_none"),
    )
    see = in_rows((button(t.plain("plan.see", number=n), "piece", p.id) for n, p in _numbered(shown, files=True)), 4)
    remove = in_rows(
        (
            button(t.plain("plan.remove", number=n), "unhand", p.id)
            for n, p in _numbered(shown)
            if p.id in shown.removable
        ),
        4,
    )
    limit = BUTTON_LIMIT // 8
    add = ((button(t.plain("plan.hand_in"), "hand", task.id),),) if task.open and shown.may_add else ()
    return Screen(text, (*see[:limit], *remove[:limit], *add, back_row(t, "task", task.id)))


def _numbered(shown: Handed, *, files: bool = False) -> Iterable[tuple[int, Evidence]]:
    """The pieces with their numbers; ``files``: only those that have to be sent to be seen."""
    return ((n, p) for n, p in enumerate(shown.pieces, start=1) if not files or p.kind is not EvidenceKind.TEXT)


def _piece_line(t: Texts, number: int, piece: Evidence, tz: tzinfo) -> Html:
    said = clipped(piece.text, 100) or clipped(piece.file_name, 60)
    values = {"number": number, "kind": t(f"plan.piece.{piece.kind}"), "when": moment(t, piece.created_at, tz)}
    return t("plan.piece", text=said, **values) if said else t("plan.piece_bare", **values)


def piece(t: Texts, task: Task, shown: Evidence) -> Screen:
    """One photo or file, sent again."""
    text = lines(head(t, task), clipped(shown.text, WORDS))
    kind = "photo" if shown.kind is EvidenceKind.PHOTO else "document"
    attachment = Attachment(kind, shown.file_id) if shown.file_id else None
    return Screen(text, (back_row(t, "handed", task.id),), attachment=attachment)


# asking and proposing --------------------------------------------------------------------------------------------


def ask_help(t: Texts, shown: TaskCard) -> Screen:
    """[需要帮助]: one line for the office."""
    task = shown.task
    return Screen(blocks(head(t, task), t("plan.ask_help")), (_leave(t, task),))


def ask_move(t: Texts, shown: TaskCard) -> Screen:
    """[改期]: a day by a tap, or typed."""
    task = shown.task
    text = blocks(
        head(t, task),
        t("plan.due", day=date_text(t, task.due_on)),
        t("plan.ask_move"),
    )
    return Screen(text, (*_days(t, shown.today, "wish", task.id), _leave(t, task)))


def ask_due(t: Texts, shown: TaskCard) -> Screen:
    """[定期限], for the office: a day by a tap, or typed; or none."""
    task = shown.task
    text = blocks(
        head(t, task),
        t("plan.due", day=date_text(t, task.due_on)),
        t("plan.ask_due"),
    )
    clear = ((button(t.plain("plan.clear_day"), "look", task.id, "0"),),) if task.due_on else ()
    return Screen(text, (*_days(t, shown.today, "look", task.id), *clear, _leave(t, task)))


def _days(t: Texts, today: date, verb: str, task_id: int) -> Rows:
    offered = (today + timedelta(days=days) for days in AHEAD)
    return in_rows((button(date_text(t, one), verb, task_id, coded(one)) for one in offered), 2)


# owners ----------------------------------------------------------------------------------------------------------


def choosing(t: Texts, shown: Choosing) -> Screen:
    """Whose the task is to be: units to go into, people to choose."""
    task, here = shown.task, shown.here
    text = blocks(
        head(t, task),
        t("plan.choosing", unit=clipped(here.name, 30)),
        t("plan.choosing_nobody") if not (shown.people or shown.units) else "",
    )
    people = in_rows((_person(shown, one) for one in shown.people[: BUTTON_LIMIT // 2]), 2)
    units = in_rows((button(unit.name, "owner", task.id, unit.id) for unit in shown.units[: BUTTON_LIMIT // 3]), 2)
    clear = ((button(t.plain("plan.clear_owner"), "give", task.id, 0, task.edits),),) if shown.may_clear else ()
    return Screen(text, (*people, *units, *clear, _up(t, shown)))


def _person(shown: Choosing, one: Person) -> Button:
    name = f"✓ {one.name}" if one.id == shown.task.owner_id else one.name
    return button(name, "give", shown.task.id, one.id, shown.task.edits)


def _up(t: Texts, shown: Choosing) -> Row:
    here = shown.here
    if here.id == shown.root.id or here.parent_id is None or here.kind is UnitKind.BUREAU:
        return back_row(t, "task", shown.task.id)
    return back_row(t, "owner", shown.task.id, here.parent_id)
