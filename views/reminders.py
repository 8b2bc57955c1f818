"""Reminders: sessions, phases, tasks, the leaders' weekly digest; putting off, unwanted kinds, shift patterns."""

from collections.abc import Iterable
from datetime import date, timedelta, tzinfo

from domain.clock import local_date
from domain.outbox import Item
from domain.people import Person, Unit
from domain.plan import Task
from domain.quiet import Pattern
from domain.reminders import (
    MUTABLE,
    Digest,
    Missed,
    PhaseReminder,
    SessionReminder,
    Snoozed,
    TaskReminder,
)
from domain.training import Session
from views.home import course_name, home_button, nav
from views.screen import Button, Row, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, html, lines
from views.times import day, in_days, moment, when

TITLE_LIMIT = 120
PREVIEW_DAYS = 8
SHIFTS = "DNR"


def _put_off(t: Texts, item: Item, may_snooze: bool) -> Row:
    if not may_snooze:
        return ()
    later = press(t.plain("reminders.later"), "reminders", "later", item.id)
    after = press(t.plain("reminders.after_shift"), "reminders", "after", item.id)
    return (later, after)


def _rows(*rows: Row) -> tuple[Row, ...]:
    return tuple(row for row in rows if row)


# sessions --------------------------------------------------------------------------------------------------------


def session(t: Texts, _person: Person, loaded: SessionReminder, item: Item, now: int, tz: tzinfo) -> Screen:
    """A session that comes: when, where, what to bring."""
    found = loaded.session
    text = blocks(
        _session_head(t, found, now, tz),
        lines(
            t("training.when", when=when(t, found, tz)),
            t("training.venue", venue=clipped(found.venue or "", TITLE_LIMIT) or t("time.unknown")),
            t("training.bring", bring=clipped(found.bring, TITLE_LIMIT)) if found.bring else "",
        ),
    )
    card = press(t.plain("reminders.card"), "training", "card", found.id)
    calendar = press(t.plain("training.calendar"), "training", "ics", found.id)
    return Screen(text, _rows(_put_off(t, item, loaded.may_snooze), (calendar, card)))


def _session_head(t: Texts, found: Session, now: int, tz: tzinfo) -> Html:
    days = in_days(t, local_date(found.starts_at or now, tz), local_date(now, tz))
    return t("reminders.session", days=days, course=course_name(t, found.course.code, found.course.title))


def session_line(t: Texts, _person: Person, loaded: SessionReminder, _item: Item, now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return lines(_session_head(t, loaded.session, now, tz), when(t, loaded.session, tz))


# phases ----------------------------------------------------------------------------------------------------------


def phase(t: Texts, _person: Person, loaded: PhaseReminder, item: Item, now: int, tz: tzinfo) -> Screen:
    """A phase that begins, or is about to end."""
    text = blocks(
        _phase_head(t, loaded, now, tz),
        html(loaded.phase.brief) if loaded.slot == "start" and loaded.phase.brief else "",
        t("reminders.phase_tasks", count=loaded.tasks) if loaded.tasks else "",
    )
    plan = press(t.plain("button.plan"), "plan", "show")
    return Screen(text, _rows(_put_off(t, item, loaded.may_snooze), (plan, home_button(t))))


def _phase_head(t: Texts, loaded: PhaseReminder, now: int, tz: tzinfo) -> Html:
    title, last = clipped(loaded.phase.title, TITLE_LIMIT), loaded.phase.ends_on
    if loaded.slot == "start":
        until = t("reminders.phase_until", day=day(t, last)) if last else ""
        return lines(t("reminders.phase_starts", title=title), until)
    days = in_days(t, last, local_date(now, tz)) if last else ""
    return t("reminders.phase_ends", title=title, days=days)


def phase_line(t: Texts, _person: Person, loaded: PhaseReminder, _item: Item, now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return _phase_head(t, loaded, now, tz)


# tasks -----------------------------------------------------------------------------------------------------------


def task(t: Texts, _person: Person, loaded: TaskReminder, item: Item, now: int, tz: tzinfo) -> Screen:
    """A task of the reader's own that is due soon, today, or was."""
    found = loaded.task
    expected = t("reminders.task_evidence", evidence=clipped(found.evidence, TITLE_LIMIT)) if found.evidence else ""
    done = press(t.plain("reminders.done"), "plan", "done", found.id, style="success")
    card = press(t.plain("reminders.card"), "plan", "task", found.id)
    text = blocks(_task_head(t, found, now, tz), expected)
    return Screen(text, _rows((done, card), _put_off(t, item, loaded.may_snooze)))


def _task_head(t: Texts, found: Task, now: int, tz: tzinfo) -> Html:
    today, due = local_date(now, tz), found.due_on or local_date(now, tz)
    title = clipped(found.title, TITLE_LIMIT)
    if due < today:
        return t("reminders.task_over", title=title, days=(today - due).days)
    return t("reminders.task_due", title=title, days=in_days(t, due, today), day=day(t, due))


def task_line(t: Texts, _person: Person, loaded: TaskReminder, _item: Item, now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    return _task_head(t, loaded.task, now, tz)


# leaders ---------------------------------------------------------------------------------------------------------


def digest(t: Texts, _person: Person, loaded: Digest, item: Item, _now: int, tz: tzinfo) -> Screen:
    """What is open in a leader's own part this week; nothing else."""
    today = date.fromisoformat(str(item.detail["today"]))
    text = blocks(
        t("reminders.digest"),
        _listed(t, "reminders.digest_overdue", (_overdue(t, one, today) for one in loaded.overdue)),
        t("reminders.digest_ownerless", count=loaded.ownerless) if loaded.ownerless else "",
        t("reminders.digest_asks", count=loaded.asks) if loaded.asks else "",
        _listed(t, "reminders.digest_unheard", (_unheard(t, *one) for one in loaded.unheard)),
        _listed(t, "reminders.digest_incomplete", (_incomplete(t, one, tz) for one in loaded.incomplete)),
        t("reminders.digest_unbatched", count=loaded.unbatched) if loaded.unbatched else "",
    )
    plan = press(t.plain("button.plan"), "plan", "show")
    notices = press(t.plain("button.notice"), "notice", "list")
    return Screen(text, ((plan, notices), nav(t)))


def _listed(t: Texts, key: str, items: Iterable[Html]) -> Html:
    listed = [t("reminders.digest_item", item=item) for item in items]
    if not listed:
        return Html("")
    shown, more = fitting(listed, 700)
    return lines(t(key, count=len(listed)), *shown, t("list.more", count=more) if more else "")


def _overdue(t: Texts, found: Task, today: date) -> Html:
    return t("reminders.digest_task", title=clipped(found.title, TITLE_LIMIT), days=found.days_over(today))


def _unheard(t: Texts, title: str, count: int) -> Html:
    return t("reminders.digest_notice", title=clipped(title, 40), count=count)


def _incomplete(t: Texts, found: Session, tz: tzinfo) -> Html:
    course = course_name(t, found.course.code, found.course.title)
    return t("reminders.digest_session", course=course, when=when(t, found, tz))


def digest_line(t: Texts, _person: Person, _loaded: Digest, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return t("reminders.digest")


def missed(t: Texts, _person: Person, loaded: Missed, item: Item, _now: int, tz: tzinfo) -> Screen:
    """To the office: something was not told, because the bot was down for too long."""
    text = blocks(missed_line(t, _person, loaded, item, _now, tz), t("reminders.missed_why"))
    return Screen(text, (nav(t),))


def missed_line(t: Texts, _person: Person, loaded: Missed, _item: Item, _now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    what = clipped(loaded.title or "", TITLE_LIMIT) or t("reminders.missed_unknown")
    kind = t(f"reminders.kind.{loaded.kind}")
    return t("reminders.missed", kind=kind, title=what, day=day(t, loaded.day), when=moment(t, loaded.due_at, tz))


# putting off, unwanted kinds -------------------------------------------------------------------------------------


def put_off(t: Texts, loaded: Snoozed, tz: tzinfo) -> Screen:
    """When it comes again."""
    return Screen(t("reminders.again", when=moment(t, loaded.at, tz)), (nav(t),))


def mutes(t: Texts, muted: frozenset[str]) -> Screen:
    """One switch for each kind; what matters for work cannot be switched off."""
    rows = tuple((_switch(t, kind, kind in muted),) for kind in MUTABLE)
    back = press(t.plain("button.back"), "people", "me")
    return Screen(blocks(t("reminders.mutes"), t("reminders.mutes_foot")), (*rows, (back, home_button(t))))


def _switch(t: Texts, kind: str, muted: bool) -> Button:
    key = "reminders.switched_off" if muted else "reminders.switched_on"
    return press(t.plain(key, kind=t.plain(f"reminders.kind.{kind}")), "reminders", "mute", kind, int(not muted))


# shift patterns --------------------------------------------------------------------------------------------------


def teams(t: Texts, found: tuple[tuple[Unit, Pattern | None], ...]) -> Screen:
    """The teams whose shifts the reader may set."""
    shown = [
        t("reminders.team", team=clipped(unit.name, TITLE_LIMIT), cycle=_cycle(t, pattern)) for unit, pattern in found
    ]
    listed, more = fitting(shown)
    text = blocks(t("reminders.teams"), lines(*listed), t("list.more", count=more) if more else "")
    buttons = (press(unit.name, "reminders", "team", unit.id) for unit, _ in found)
    return Screen(text, (*in_rows(buttons, 2), nav(t)))


def _cycle(t: Texts, pattern: Pattern | None) -> Html:
    if pattern is None:
        return t("reminders.no_pattern")
    return html("".join(t.plain(f"reminders.shift.{letter}") for letter in pattern.cycle))


def team(t: Texts, unit: Unit, pattern: Pattern | None, today: date) -> Screen:
    """One team's shifts for the coming days."""
    text = blocks(
        t("reminders.team", team=clipped(unit.name, TITLE_LIMIT), cycle=_cycle(t, pattern)),
        _days(t, pattern, today) if pattern else t("reminders.pattern_why"),
    )
    change = press(t.plain("reminders.set_pattern"), "reminders", "shifts", unit.id)
    drop = press(t.plain("reminders.drop_pattern"), "reminders", "noshifts", unit.id, style="danger")
    back = press(t.plain("button.back"), "reminders", "teams")
    return Screen(text, _rows((change, drop) if pattern else (change,), (back, home_button(t))))


def _days(t: Texts, pattern: Pattern, today: date) -> Html:
    days = (today + timedelta(days=n) for n in range(PREVIEW_DAYS))
    return lines(
        *(t("reminders.shift_day", day=day(t, one), shift=t(f"reminders.shift.{pattern.on(one)}")) for one in days)
    )


def ask_cycle(t: Texts, unit: Unit) -> Screen:
    """What to type."""
    return Screen(t("reminders.ask_cycle", team=clipped(unit.name, TITLE_LIMIT)), (nav(t),))


def ask_position(t: Texts, unit: Unit, cycle: str) -> Screen:
    """Which day of the cycle is today: one button each."""
    buttons = (
        press(
            t.plain("reminders.position", number=n + 1, shift=t.plain(f"reminders.shift.{letter}")),
            "reminders",
            "cycle",
            unit.id,
            cycle,
            n,
        )
        for n, letter in enumerate(cycle)
    )
    return Screen(t("reminders.ask_position", team=clipped(unit.name, TITLE_LIMIT)), (*in_rows(buttons, 4), nav(t)))


def bad_cycle(t: Texts) -> Screen:
    """What was typed is no cycle."""
    return Screen(t("reminders.bad_cycle"), (nav(t),))


# the working calendar ----------------------------------------------------------------------------------------------


def ask_calendar(t: Texts, known: int) -> Screen:
    """What to send, and how many days are known."""
    return Screen(blocks(t("reminders.calendar"), t("reminders.calendar_known", count=known)), (nav(t),))


def calendar_faults(t: Texts, faults: Iterable[tuple[int, str]]) -> Screen:
    """Every fault with its row; nothing was changed."""
    shown, more = fitting([t("reminders.calendar_fault", row=row, fault=t(key)) for row, key in faults])
    text = blocks(t("reminders.calendar_refused"), lines(*shown), t("list.more", count=more) if more else "")
    return Screen(text, (nav(t),))


def calendar_taken(t: Texts, count: int) -> Screen:
    """How many days are new or changed."""
    return Screen(t("reminders.calendar_taken", count=count), (nav(t),))
