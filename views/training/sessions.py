"""Training sessions: the list, the card, the calendar file (RFC 5545). Unknown is shown as 待定, never guessed."""

import re
from datetime import UTC, tzinfo

from icalendar import Event

from domain.clock import local, local_date
from domain.people import LEADERS, Person, Role
from domain.practice.class_quizzes import offered
from domain.training import ROLL_OPENS, CourseInfo, Part, Session, may_call_roll, may_manage
from domain.training.splitting import TRAINED
from views.calendar_file import calendar_file
from views.home import course_name, home_button, nav
from views.practice import class_quizzes
from views.screen import LIST_LIMIT, File, Rows, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, lines
from views.times import when

FIELD_LIMIT = 100


def sessions(t: Texts, person: Person, sessions: tuple[Session, ...], now: int, tz: tzinfo) -> Screen:
    """The sessions in the given order; past ones are only counted."""
    coming = [session for session in sessions if not session.over(now)]
    both = person.role is not Role.COLLECTOR
    shown, left_out = fitting([_line(t, session, tz, both=both) for session in coming], LIST_LIMIT)
    past = len(sessions) - len(coming)
    text = blocks(
        t("training.title"),
        *(shown or [t("training.none")]),
        t("list.more", count=left_out) if left_out else "",
        t("training.past", count=past) if past else "",
    )
    buttons = (press(_label(t, session, tz, both=both), "training", "card", session.id) for session in coming)
    return Screen(text, (*in_rows(buttons, 1)[:80], *_doors(t, person), nav(t)))


def _doors(t: Texts, person: Person) -> Rows:
    """What else there is, by role: everybody may study, who has a batch may swap it, leaders look after their part."""
    names = ["study"]
    if person.role in TRAINED and person.batch is not None:
        names.append("swap_choose")
    if person.role in LEADERS:
        names += ["swaps", "coverage"]
    if may_manage(person):
        names += ["new", "unplaced", "split", "unbatched"]
    fields = {"swap_choose": (0,)}
    return in_rows(
        (press(t.plain(f"training.to.{name}"), "training", name, *fields.get(name, ())) for name in names), 2
    )


def _line(t: Texts, session: Session, tz: tzinfo, *, both: bool) -> Html:
    name = t("training.item", course=_course(t, session.course))
    if both:
        name = t("training.item_of_batch", item=name, batch=t(f"batch.{session.batch}"))
    if session.cancelled_at is not None:
        return lines(t("training.cancelled_item", item=name), when(t, session, tz))
    return lines(name, when(t, session, tz), _clip(session.venue) or t("training.venue_unknown"))


def _label(t: Texts, session: Session, tz: tzinfo, *, both: bool) -> str:
    start = session.starts_at
    shown = t.plain("time.unknown") if start is None else t.plain("time.short_day", **_numbers(t, start, tz))
    parts = [shown, t.plain(f"batch.{session.batch}") if both else "", _plain_course(t, session.course)]
    if session.cancelled_at is not None:
        parts.insert(0, t.plain("training.cancelled"))
    return " ".join(part for part in parts if part)


def _numbers(t: Texts, at: int, tz: tzinfo) -> dict[str, object]:
    shown = local_date(at, tz)
    return {"month": t.plain(f"month.{shown.month}"), "day": shown.day}


def _course(t: Texts, course: CourseInfo) -> Html:
    return course_name(t, course.code, clipped(course.title, FIELD_LIMIT))


def _plain_course(t: Texts, course: CourseInfo) -> str:
    return t.plain(f"course.{course.code}") if t.locale.value == "en" else course.title


def card(t: Texts, person: Person, session: Session, now: int, tz: tzinfo) -> Screen:
    """Everything known of a session, and what the person may do with it."""
    unknown = t("time.unknown")
    text = blocks(
        lines(t("training.item", course=_course(t, session.course)), _state(t, session, now)),
        lines(
            t("training.when", when=when(t, session, tz)),
            t("training.length", length=length(t, session.course)),
            t("training.batch", batch=t(f"batch.{session.batch}")),
            t("training.venue", venue=_clip(session.venue) or unknown),
            t("training.lecturer", lecturer=_clip(session.lecturer) or unknown),
            t("training.bring", bring=_clip(session.bring) or unknown),
        ),
    )
    calendar = press(t.plain("training.calendar"), "training", "ics", session.id)
    back = (press(t.plain("button.back"), "training", "list"), home_button(t))
    fixed = session.starts_at is not None and session.cancelled_at is None
    call = press(t.plain("training.roll"), "training", "roll", session.id, 0)
    calls = may_call_roll(person, session) and now >= (session.starts_at or 0) - ROLL_OPENS
    quiz = (class_quizzes.door(t, session.id),) if offered(person, session, now) else ()
    first = (calendar, *((call,) if calls else ()), *quiz)
    manage = manage_rows(t, session) if may_manage(person) and session.cancelled_at is None else ()
    return Screen(text, (*((first,) if fixed else ()), *manage, back))


def manage_rows(t: Texts, session: Session) -> Rows:
    """What the office may change of a session."""
    parts = [press(t.plain(f"training.change.{part}"), "training", "change", session.id, part) for part in Part]
    cancel = press(t.plain("training.cancel"), "training", "drop", session.id, style="danger")
    return (tuple(parts[:3]), (*parts[3:], cancel))


def length(t: Texts, course: CourseInfo) -> Html:
    """1天, 半天, 1天半."""
    days, half = divmod(course.half_days, 2)
    if not half:
        return t("training.days", days=days)
    return t("training.half_day") if not days else t("training.days_and_half", days=days)


def _state(t: Texts, session: Session, now: int) -> str:
    if session.cancelled_at is not None:
        return t("training.is_cancelled")
    return t("training.is_over") if session.over(now) else ""


def _clip(text: str | None) -> str:
    return clipped(text, FIELD_LIMIT) if text else ""


def ics(t: Texts, session: Session, now: int, tz: tzinfo) -> Screen:
    """The session as a calendar file; ``now`` is its DTSTAMP."""
    text = t("training.ics", course=_course(t, session.course), when=when(t, session, tz))
    return Screen(text, (nav(t),), file=session_file(t, session, now, tz))


def session_file(t: Texts, session: Session, now: int, tz: tzinfo) -> File:
    """The calendar file; for a cancelled session, the one that takes it out of a calendar (RFC 5546, CANCEL)."""
    name = t.plain("training.file", uid=re.sub(r"[^\w@.-]", "_", session.uid))
    method = "PUBLISH" if session.cancelled_at is None else "CANCEL"
    zone = tz if session.starts_at is not None else None
    return File(name, calendar_file("training", [_event(t, session, now, tz)], zone, method=method))


def session_line(t: Texts, session: Session, tz: tzinfo) -> Html:
    """When and where, in two lines."""
    course = t("training.item_of_batch", item=_course(t, session.course), batch=t(f"batch.{session.batch}"))
    return lines(course, when(t, session, tz), _clip(session.venue) or t("training.venue_unknown"))


def _event(t: Texts, session: Session, now: int, tz: tzinfo) -> Event:
    event = Event()
    event.add("uid", session.uid)
    event.add("sequence", session.sequence)
    event.add("dtstamp", local(now, UTC))
    event.add("last-modified", local(session.updated_at, UTC))
    for name, at in (("dtstart", session.starts_at), ("dtend", session.ends_at)):
        if at is not None:
            event.add(name, local(at, tz))
    event.add("summary", t.plain("training.summary", course=_plain_course(t, session.course)))
    event.add("location", session.venue or t.plain("time.unknown"))
    event.add("description", _description(t, session))
    event.add("status", "CONFIRMED" if session.cancelled_at is None else "CANCELLED")
    return event


def _description(t: Texts, session: Session) -> str:
    unknown = t.plain("time.unknown")
    return "\n".join(
        (
            t.plain("training.batch", batch=t.plain(f"batch.{session.batch}")),
            t.plain("training.lecturer", lecturer=session.lecturer or unknown),
            t.plain("training.bring", bring=session.bring or unknown),
        )
    )
