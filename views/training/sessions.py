"""Training sessions: the list, the card, the calendar file (RFC 5545). Unknown is shown as 待定, never guessed."""

import re
from datetime import UTC, date, tzinfo
from functools import cache

from icalendar import Calendar, Event, Timezone

from domain.clock import local, local_date
from domain.people import Person, Role
from domain.training import CourseInfo, Session
from views.home import course_name, home_button, nav
from views.screen import LIST_LIMIT, File, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, lines
from views.times import when

FIELD_LIMIT = 300


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
    return Screen(text, (*in_rows(buttons, 1), nav(t)))


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


def card(t: Texts, session: Session, now: int, tz: tzinfo) -> Screen:
    """Everything known of a session."""
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
    return Screen(text, ((calendar,), back) if fixed else (back,))


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
    name = t.plain("training.file", uid=re.sub(r"[^\w@.-]", "_", session.uid))
    text = t("training.ics", course=_course(t, session.course), when=when(t, session, tz))
    return Screen(text, (nav(t),), file=File(name, _calendar(t, session, now, tz)))


def _calendar(t: Texts, session: Session, now: int, tz: tzinfo) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Tollmate//training//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if session.starts_at is not None:
        calendar.add_component(_timezone(tz))
    calendar.add_component(_event(t, session, now, tz))
    return bytes(calendar.to_ical())


@cache
def _timezone(tz: tzinfo) -> Timezone:
    """The VTIMEZONE of ``tz``: slow to make, always the same. No session is older than its first day."""
    return Timezone.from_tzinfo(tz, first_date=date(2020, 1, 1))


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
