"""Reminders: sessions, phases, tasks, the leaders' weekly digest; putting off, unwanted kinds, shift patterns."""

from collections.abc import Iterable
from datetime import date, timedelta, tzinfo

from domain.clock import local_date
from domain.outbox import Item
from domain.people import LEADERS, Person, Unit
from domain.plan import Task
from domain.quiet import Pattern
from domain.reminders import (
    MUTABLE,
    Digest,
    Missed,
    OpenTask,
    PhaseReminder,
    PuttingOff,
    SessionReminder,
    TaskReminder,
    Unheard,
)
from domain.training import Session
from views.home import course_name, home_button, nav
from views.screen import Button, Row, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, html, lines
from views.times import day, in_days, moment, when

TITLE_LIMIT = 120
SHORT, NAMES = 40, 5  # characters of a title or name in a digest, and how many names
PREVIEW_DAYS = 8


def _put_off(t: Texts, item: Item, putting_off: PuttingOff) -> Row:
    if not putting_off.allowed:
        return ()
    later = press(t.plain("reminders.later"), "reminders", "later", item.id)
    after = press(t.plain("reminders.after_shift"), "reminders", "after", item.id)
    return (later, after)


def _again(t: Texts, putting_off: PuttingOff, tz: tzinfo) -> Html:
    at = putting_off.again_at
    return Html("") if at is None else t("reminders.again", when=moment(t, at, tz))


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
        _again(t, loaded.putting_off, tz),
    )
    card = press(t.plain("reminders.card"), "training", "card", found.id)
    calendar = press(t.plain("training.calendar"), "training", "ics", found.id)
    return Screen(text, _rows(_put_off(t, item, loaded.putting_off), (calendar, card)))


def _session_head(t: Texts, found: Session, now: int, tz: tzinfo) -> Html:
    days = in_days(t, local_date(found.starts_at or now, tz), local_date(now, tz))
    return t("reminders.session", days=days, course=_course(t, found))


def _course(t: Texts, found: Session) -> Html:
    return course_name(t, found.course.code, clipped(found.course.title, TITLE_LIMIT))


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
        _again(t, loaded.putting_off, tz),
    )
    plan = press(t.plain("button.plan"), "plan", "show")
    return Screen(text, _rows(_put_off(t, item, loaded.putting_off), (plan, home_button(t))))


def _phase_head(t: Texts, loaded: PhaseReminder, now: int, tz: tzinfo) -> Html:
    title, last = clipped(loaded.phase.title, TITLE_LIMIT), loaded.phase.ends_on
    if loaded.slot == "start":
        begins = loaded.phase.starts_on
        late = begins is not None and begins < local_date(now, tz)
        head = t("reminders.phase_began", title=title) if late else t("reminders.phase_starts", title=title)
        until = t("reminders.phase_until", day=day(t, last)) if last else ""
        return lines(head, until)
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
    text = blocks(_task_head(t, found, now, tz), expected, _again(t, loaded.putting_off, tz))
    return Screen(text, _rows((done, card), _put_off(t, item, loaded.putting_off)))


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


def digest(t: Texts, _person: Person, loaded: Digest, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """What is open in a leader's own part this week; nothing else."""
    text = blocks(
        t("reminders.digest"),
        _listed(t, "reminders.digest_overdue", (_overdue(t, one, loaded.today) for one in loaded.overdue)),
        _listed(t, "reminders.digest_unheard", (_unheard(t, one) for one in loaded.unheard)),
        _listed(t, "reminders.digest_incomplete", (_incomplete(t, one, tz) for one in loaded.incomplete)),
        lines(
            _counted(t, "reminders.digest_ownerless", loaded.ownerless),
            _counted(t, "reminders.digest_asks", loaded.asks),
            _counted(t, "reminders.digest_swaps", loaded.swaps),
            _counted(t, "deeds.digest", loaded.deeds),
            _counted(t, "scores.digest", loaded.scores),
            _counted(t, "awards.digest", loaded.awards),
            _counted(t, "reminders.digest_unbatched", loaded.unbatched),
            _counted(t, "report.digest", loaded.reports),
        ),
    )
    plan = press(t.plain("button.plan"), "plan", "show")
    notices = press(t.plain("button.notice"), "notice", "list")
    training = press(t.plain("button.training"), "training", "list")
    return Screen(text, ((plan, notices, training), nav(t)))


def _counted(t: Texts, key: str, count: int) -> Html:
    return t(key, count=count) if count else Html("")


def _listed(t: Texts, key: str, items: Iterable[Html]) -> Html:
    listed = [t("reminders.digest_item", item=item) for item in items]
    if not listed:
        return Html("")
    shown, more = fitting(listed, 700)
    return lines(t(key, count=len(listed)), *shown, t("list.more", count=more) if more else "")


def _overdue(t: Texts, found: OpenTask, today: date) -> Html:
    values = {"title": clipped(found.task.title, SHORT), "days": found.task.days_over(today)}
    if found.owner is None:
        return t("reminders.digest_task_ownerless", **values)
    return t("reminders.digest_task", owner=clipped(found.owner, SHORT), **values)


def _unheard(t: Texts, found: Unheard) -> Html:
    names = [clipped(name, SHORT) for name in found.names[:NAMES]]
    key = "reminders.digest_notice" if len(found.names) <= NAMES else "reminders.digest_notice_more"
    joined = t.plain("list.separator").join(names)
    return t(key, title=clipped(found.title, SHORT), names=joined, count=len(found.names))


def _incomplete(t: Texts, found: Session, tz: tzinfo) -> Html:
    return t("reminders.digest_session", course=_course(t, found), when=when(t, found, tz))


def digest_line(t: Texts, _person: Person, _loaded: Digest, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return t("reminders.digest")


def missed(t: Texts, _person: Person, loaded: Missed, item: Item, _now: int, tz: tzinfo) -> Screen:
    """To the office: something was not told, because the bot was down for too long."""
    text = blocks(missed_line(t, _person, loaded, item, _now, tz), t("reminders.missed_why"))
    return Screen(text, (nav(t),))


def missed_line(t: Texts, _person: Person, loaded: Missed, _item: Item, _now: int, tz: tzinfo) -> Html:
    """The same in one line."""
    values = {"kind": t(f"reminders.kind.{loaded.kind}"), "when": moment(t, loaded.due_at, tz)}
    if not loaded.title:
        return t("reminders.missed", day=day(t, loaded.day), **values)
    return t("reminders.missed_title", title=clipped(loaded.title, TITLE_LIMIT), day=day(t, loaded.day), **values)


# unwanted kinds --------------------------------------------------------------------------------------------------


def mutes(t: Texts, person: Person, muted: frozenset[str]) -> Screen:
    """One switch for each kind; what matters for work cannot be switched off."""
    rows = tuple((_switch(t, kind, kind in muted),) for kind in MUTABLE if kind != "digest" or person.role in LEADERS)
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
    back = press(t.plain("button.people"), "people", "units", 0)
    return Screen(text, (*in_rows(buttons, 2), (back, home_button(t))))


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
    return Screen(t("reminders.ask_cycle", team=clipped(unit.name, TITLE_LIMIT)), (_give_up(t, unit),))


def _give_up(t: Texts, unit: Unit) -> Row:
    return (press(t.plain("button.back"), "reminders", "leave", unit.id), home_button(t))


def ask_position(t: Texts, unit: Unit, cycle: str, today: date) -> Screen:
    """Which day of the cycle is today: one button each."""
    buttons = (
        press(
            t.plain("reminders.position", number=n + 1, shift=t.plain(f"reminders.shift.{letter}")),
            "reminders",
            "cycle",
            unit.id,
            cycle,
            (today - timedelta(days=n)).toordinal(),
        )
        for n, letter in enumerate(cycle)
    )
    text = t("reminders.ask_position", team=clipped(unit.name, TITLE_LIMIT))
    return Screen(text, (*in_rows(buttons, 4), _give_up(t, unit)))


def confirm_pattern(t: Texts, unit: Unit, pattern: Pattern, today: date) -> Screen:
    """What the coming days would be, before it counts."""
    fields = (unit.id, pattern.cycle, pattern.first_day.toordinal())
    yes = press(t.plain("reminders.confirm_pattern"), "reminders", "keep", *fields, style="success")
    text = blocks(
        t("reminders.team", team=clipped(unit.name, TITLE_LIMIT), cycle=_cycle(t, pattern)),
        _days(t, pattern, today),
        t("reminders.pattern_ask"),
    )
    return Screen(text, ((yes,), _give_up(t, unit)))


def bad_cycle(t: Texts, unit: Unit) -> Screen:
    """What was typed is no cycle."""
    return Screen(t("reminders.bad_cycle"), (_give_up(t, unit),))


# the working calendar ----------------------------------------------------------------------------------------------


def ask_calendar(t: Texts, known: int) -> Screen:
    """What to send, and how many days are known."""
    text = blocks(t("reminders.calendar"), t("reminders.calendar_known", count=known) if known else "")
    return Screen(text, (_no_calendar(t),))


def _no_calendar(t: Texts) -> Row:
    return (press(t.plain("button.back"), "reminders", "nocalendar"), home_button(t))


def calendar_faults(t: Texts, faults: Iterable[tuple[int, str]]) -> Screen:
    """Every fault with its row; nothing was changed."""
    shown, more = fitting([t("reminders.calendar_fault", row=row, fault=t(key)) for row, key in faults])
    text = blocks(t("reminders.calendar_refused"), lines(*shown), t("list.more", count=more) if more else "")
    return Screen(text, (_no_calendar(t),))


def calendar_taken(t: Texts, count: int) -> Screen:
    """How many days are new or changed."""
    text = t("reminders.calendar_taken", count=count) if count else t("reminders.calendar_same")
    return Screen(text, (nav(t),))
