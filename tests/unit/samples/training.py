"""Screens of training."""

from dataclasses import replace

from domain.clock import DAY, HOUR
from domain.people import Role
from domain.questions import Course
from domain.training import (
    Changed,
    ChangeLetter,
    CourseInfo,
    Makeup,
    MakeupLetter,
    Mark,
    Part,
    Preview,
    RollCall,
    SessionChange,
)
from tests.unit.samples.outbox import item
from tests.unit.test_views_samples import NOW, TZ, office, person, session
from views import training
from views.screen import Screen
from views.texts import Texts


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Looking up, changing, telling, calling the roll."""
    return {**_looking(t, word, many), **_changing(t, word), **_telling(t, word), **_calling(t, word, many)}


def _looking(t: Texts, word: str, many: int) -> dict[str, Screen]:
    unknown = session(word, id=6, starts_at=None, ends_at=None, venue=None, lecturer=None, bring=None)
    cancelled = session(word, id=8, cancelled_at=NOW)
    past = session(word, id=9, starts_at=NOW - DAY, ends_at=NOW - DAY + HOUR)
    listed = (*(session(word, id=n) for n in range(20, 20 + many)), cancelled, unknown, past)
    half = session(word, course=CourseInfo(Course.ETHICS, f"道德{word}", 1))
    longer = session(word, course=CourseInfo(Course.ETHICS, "道德", 3))
    who = person()
    return {
        "training.sessions": training.sessions(t, who, listed, NOW, TZ),
        "training.sessions office": training.sessions(t, office(), listed, NOW, TZ),
        "training.sessions none": training.sessions(t, who, (), NOW, TZ),
        "training.card": training.card(t, who, session(word), NOW, TZ),
        "training.card office": training.card(t, office(), session(word, id=10**9), NOW, TZ),
        "training.card unknown": training.card(t, who, unknown, NOW, TZ),
        "training.card cancelled": training.card(t, office(), cancelled, NOW, TZ),
        "training.card past": training.card(t, who, past, NOW, TZ),
        "training.card half a day": training.card(t, who, half, NOW, TZ),
        "training.card longer": training.card(t, who, longer, NOW, TZ),
        "training.ics": training.ics(t, session(word), NOW, TZ),
        "training.ics cancelled": training.ics(t, cancelled, NOW, TZ),
    }


def _changing(t: Texts, word: str) -> dict[str, Screen]:
    before, boss = session(word), person(3, Role.TEAM_LEADER, f"王{word}")
    moved = replace(before, starts_at=(before.starts_at or 0) + DAY, ends_at=(before.ends_at or 0) + DAY)
    organised = replace(before, organiser_id=3)
    courses = [CourseInfo(course, f"{course}{word}", 1) for course in Course]
    return {
        **{f"training.ask {part}": training.ask(t, before, part) for part in Part},
        "training.preview time": training.preview(t, Preview(10**9, Part.TIME, before, moved, 24), TZ),
        "training.preview first": training.preview(t, Preview(3, Part.VENUE, session(word, venue=None), before, 0), TZ),
        "training.preview organiser": training.preview(t, Preview(3, Part.ORGANISER, before, organised, 0, boss), TZ),
        "training.changed": training.changed(t, Changed(moved, 24), TZ),
        "training.changed nobody": training.changed(t, Changed(moved, 0), TZ),
        "training.changed cancelled": training.changed(t, Changed(session(word, cancelled_at=NOW), 24), TZ),
        "training.ask_cancel": training.ask_cancel(t, before, 24, TZ),
        "training.new_session": training.new_session(t, courses),
    }


def _telling(t: Texts, word: str) -> dict[str, Screen]:
    now, who = session(word), person()
    start = now.starts_at or 0
    old = SessionChange(4, 5, start - DAY, start - DAY + HOUR, f"旧{word}", f"旧{word}", f"旧{word}", 1, NOW)
    first = SessionChange(4, 5, None, None, None, None, None, 1, NOW)
    unknown = session(word, starts_at=None, ends_at=None)
    made = Makeup(7, 5, 7, 6, "offered")
    row = item()
    return {
        "training.change": training.change(t, who, ChangeLetter(now, old, tuple(Part)[:4]), row, NOW, TZ),
        "training.change first": training.change(t, who, ChangeLetter(now, first, (Part.TIME,)), row, NOW, TZ),
        "training.change undated": training.change(t, who, ChangeLetter(unknown, old, (Part.TIME,)), row, NOW, TZ),
        "training.cancelled": training.cancelled(t, who, session(word, cancelled_at=NOW), row, NOW, TZ),
        "training.makeup": training.makeup(t, who, MakeupLetter(made, now, now), row, NOW, TZ),
        "training.answered": training.answered(t, replace(made, state="accepted"), now, TZ),
        "training.answered no": training.answered(t, replace(made, state="declined"), now, TZ),
        "training.roll_due": training.roll_due(t, who, now, row, NOW, TZ),
    }


def _calling(t: Texts, word: str, many: int) -> dict[str, Screen]:
    people = tuple(person(n, name=f"张{word}{n}") for n in range(10, 10 + many))
    some = {people[0].id: Mark.LATE, people[1].id: Mark.ABSENT, people[2].id: Mark.LEAVE}
    everybody = {one.id: Mark.ABSENT for one in people}
    now = session(word)
    return {
        "training.roll": training.roll(t, RollCall(now, people, {}, None, 0), TZ),
        "training.roll marked": training.roll(t, RollCall(now, people, some, None, 0), TZ),
        "training.roll second page": training.roll(t, RollCall(now, people, everybody, None, 1), TZ),
        "training.roll called": training.roll(t, RollCall(now, people, some, NOW, 0), TZ),
        "training.roll nobody": training.roll(t, RollCall(now, (), {}, None, 0), TZ),
        "training.unplaced": training.unplaced(t, [(one, now) for one in people]),
        "training.unplaced none": training.unplaced(t, []),
    }
