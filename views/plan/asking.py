"""Requests of owners and the office's answers, and the plan's messages that speak first, each with its one line."""

from collections.abc import Sequence
from datetime import tzinfo

from domain.clock import local_date
from domain.outbox import Item
from domain.people import Person
from domain.plan import AskKind, AskState
from domain.plan.shown import AskCard, Change, ChangeKind, Overdue
from views.home import home_button
from views.people import place
from views.plan.parts import NAME, WORDS, button, date_text, due, head, owner_text, phase_name, plan_row, title
from views.screen import BUTTON_LIMIT, Row, Rows, Screen, clipped, fitting
from views.texts import Html, Texts, blocks, lines
from views.times import moment

# requests --------------------------------------------------------------------------------------------------------


def asked(t: Texts, shown: AskCard) -> Screen:
    """For who asked: it is with the office."""
    key = "plan.sent_move" if shown.ask.kind is AskKind.MOVE else "plan.sent_help"
    text = blocks(head(t, shown.task), t(key, day=date_text(t, shown.ask.wanted_on)))
    return Screen(text, ((button(t.plain("plan.to_task"), "task", shown.task.id), *plan_row(t)),))


def asks(t: Texts, found: Sequence[AskCard], tz: tzinfo) -> Screen:
    """What waits for the office, oldest first."""
    listed = [lines(head(t, one.task), _wish(t, one), moment(t, one.ask.created_at, tz)) for one in found]
    shown, more = fitting(listed)
    text = blocks(
        t("plan.asks", count=len(found)),
        *(shown or [t("plan.asks_none")]),
        t("list.more", count=more) if more else "",
    )
    buttons = tuple(
        (button(t.plain("plan.ask_button", code=one.task.code, name=_asker(one)), "ask", one.ask.id),)
        for one in found[: min(len(shown), BUTTON_LIMIT)]
    )
    return Screen(text, (*buttons, plan_row(t)))


def ask(t: Texts, shown: AskCard, tz: tzinfo) -> Screen:
    """One request: what is wanted, and the taps that settle it; or what became of it."""
    text = blocks(
        head(t, shown.task),
        _wish(t, shown),
        t("plan.due", day=date_text(t, shown.task.due_on)) if shown.ask.state is AskState.OPEN else "",
        _outcome(t, shown, tz),
    )
    return Screen(text, (*_settling(t, shown), (button(t.plain("plan.to_task"), "task", shown.task.id), *plan_row(t))))


def _asker(shown: AskCard) -> str:
    return clipped(shown.asker.name, NAME) if shown.asker else ""


def _wish(t: Texts, shown: AskCard) -> Html:
    who = t("plan.who", name=_asker(shown), place=place(shown.asker)) if shown.asker else t("plan.who_left")
    if shown.ask.kind is AskKind.MOVE:
        return t("plan.wish_move", who=who, day=date_text(t, shown.ask.wanted_on))
    return t("plan.wish_help", who=who, text=clipped(shown.ask.text, WORDS))


def _settling(t: Texts, shown: AskCard) -> Rows:
    if not shown.may_settle:
        return ()
    number = shown.ask.id
    if shown.ask.kind is AskKind.MOVE:
        grant = button(t.plain("plan.grant"), "grant", number, style="success")
        return ((grant, button(t.plain("plan.refuse"), "refuse", number, style="danger")),)
    heard = button(t.plain("plan.heard"), "grant", number, style="success")
    return ((heard, button(t.plain("plan.reply"), "reply", number)),)


def _outcome(t: Texts, shown: AskCard, tz: tzinfo) -> Html:
    if shown.ask.state is AskState.OPEN:
        return Html("")
    if shown.settled_by is None or shown.ask.settled_at is None:
        return t("plan.outcome.moot")
    values = {"name": clipped(shown.settled_by.name, NAME), "when": moment(t, shown.ask.settled_at, tz)}
    said = t("plan.answer", text=clipped(shown.ask.answer, WORDS)) if shown.ask.answer else ""
    return lines(t(f"plan.outcome.{shown.ask.state}", **values), said)


def ask_answer(t: Texts, shown: AskCard) -> Screen:
    """[回复]: one line."""
    back: Row = (button(t.plain("button.back"), "ask", shown.ask.id), home_button(t))
    return Screen(blocks(head(t, shown.task), _wish(t, shown), t("plan.ask_answer")), (back,))


# messages --------------------------------------------------------------------------------------------------------


def ask_letter(t: Texts, person: Person, loaded: AskCard, item: Item, now: int, tz: tzinfo) -> Screen:
    """``task_ask``: for everybody of the office."""
    return ask(t, loaded, tz)


def ask_line(t: Texts, person: Person, loaded: AskCard, item: Item, now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return lines(title(loaded.task), _wish(t, loaded))


def answer_letter(t: Texts, person: Person, loaded: AskCard, item: Item, now: int, tz: tzinfo) -> Screen:
    """``task_answer``: for who asked."""
    said = t("plan.answer", text=clipped(loaded.ask.answer, WORDS)) if loaded.ask.answer else ""
    text = blocks(head(t, loaded.task), lines(_verdict(t, loaded), said))
    return Screen(text, ((button(t.plain("plan.to_task"), "task", loaded.task.id), *plan_row(t)),))


def answer_line(t: Texts, person: Person, loaded: AskCard, item: Item, now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return lines(title(loaded.task), _verdict(t, loaded))


def _verdict(t: Texts, loaded: AskCard) -> Html:
    name = clipped(loaded.settled_by.name, NAME) if loaded.settled_by else ""
    return t(f"plan.verdict.{loaded.ask.state}", name=name, day=date_text(t, loaded.ask.wanted_on))


def overdue_letter(t: Texts, person: Person, loaded: Overdue, item: Item, now: int, tz: tzinfo) -> Screen:
    """``task_overdue``: for the owner's leader."""
    task = loaded.task
    where = t("plan.owner_at", name=clipped(loaded.owner.name, NAME), place=place(loaded.owner)) if loaded.owner else ""
    text = blocks(
        _overdue(t, loaded, now, tz),
        where or owner_text(t, task, None),
        t("plan.overdue_note") if loaded.owner else t("plan.overdue_nobody"),
    )
    return Screen(text, ((button(t.plain("plan.to_task"), "task", task.id), *plan_row(t)),))


def overdue_line(t: Texts, person: Person, loaded: Overdue, item: Item, now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return lines(_overdue(t, loaded, now, tz), owner_text(t, loaded.task, loaded.owner))


def _overdue(t: Texts, loaded: Overdue, now: int, tz: tzinfo) -> Html:
    return t("plan.overdue", title=title(loaded.task), state=due(t, loaded.task, local_date(now, tz)))


def change_letter(t: Texts, person: Person, loaded: Change, item: Item, now: int, tz: tzinfo) -> Screen:
    """``plan_change``: another date, or a task that is yours now or no longer."""
    if loaded.task is None:
        return Screen(_changed(t, loaded, now, tz), (plan_row(t),))
    text = blocks(_changed(t, loaded, now, tz), clipped(loaded.task.detail, WORDS) if _given(loaded) else "")
    return Screen(text, ((button(t.plain("plan.to_task"), "task", loaded.task.id), *plan_row(t)),))


def change_line(t: Texts, person: Person, loaded: Change, item: Item, now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return _changed(t, loaded, now, tz)


def _given(loaded: Change) -> bool:
    return loaded.kind is ChangeKind.OWNER


def _changed(t: Texts, loaded: Change, now: int, tz: tzinfo) -> Html:
    if loaded.phase is not None and loaded.edge is not None:
        dates = {"old": date_text(t, loaded.old), "new": date_text(t, loaded.phase.day(loaded.edge))}
        what = t("plan.phase_edge", phase=phase_name(t, loaded.phase), edge=t(f"plan.edge.{loaded.edge}"))
        return t("plan.phase_changed", what=what, **dates)
    assert loaded.task is not None
    name = title(loaded.task)
    if loaded.kind is ChangeKind.RELEASED:
        return t("plan.released", title=name)
    if _given(loaded):
        return t("plan.given", title=name, state=due(t, loaded.task, local_date(now, tz)))
    return t("plan.date_changed", title=name, old=date_text(t, loaded.old), new=date_text(t, loaded.task.due_on))
