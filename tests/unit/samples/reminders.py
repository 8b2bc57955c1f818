"""Screens of reminders."""

from datetime import date

from domain.clock import DAY, HOUR
from domain.people import Role
from domain.plan import Phase, Task
from domain.quiet import Pattern
from domain.reminders import (
    Digest,
    Missed,
    OpenTask,
    PhaseReminder,
    PuttingOff,
    SessionReminder,
    TaskReminder,
    Unheard,
)
from tests.unit.samples.outbox import item
from tests.unit.test_views_samples import NOW, TZ, office, person, session, unit
from views import reminders
from views.screen import Screen
from views.texts import Texts

TODAY = date(2026, 11, 24)
MAY, DONE, NO = PuttingOff(True), PuttingOff(False, NOW + HOUR), PuttingOff(False)


def task(word: str, due: date = TODAY, **fields: object) -> Task:
    """A task with a date."""
    values = {"id": 4, "code": "B07", "phase": 2, "title": f"修订规章{word}", "evidence": f"文件{word}", "due_on": due}
    return Task(**(values | fields))  # type: ignore[arg-type]


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """What is told, and what can be set."""
    return {**_told(t, word), **_leaders(t, word, many), **_set(t, word, many)}


def _told(t: Texts, word: str) -> dict[str, Screen]:
    who, row = person(), item(10**9, kind="session")
    phase = Phase(2, f"集中培训{word}", date(2026, 11, 24), date(2026, 12, 1), f"简介{word}")
    open_end = Phase(2, f"集中培训{word}", date(2026, 11, 24), None)
    over = task(word, date(2026, 11, 20), evidence="")
    return {
        "reminders.session": reminders.session(t, who, SessionReminder(session(word), MAY), row, NOW, TZ),
        "reminders.session last": reminders.session(
            t, who, SessionReminder(session(word, venue=None, bring=None), NO), row, NOW, TZ
        ),
        "reminders.phase": reminders.phase(t, who, PhaseReminder(phase, "start", 3, MAY), row, NOW, TZ),
        "reminders.phase open": reminders.phase(t, who, PhaseReminder(open_end, "start", 0, MAY), row, NOW, TZ),
        "reminders.phase end": reminders.phase(t, who, PhaseReminder(phase, "week", 0, NO), row, NOW, TZ),
        "reminders.phase late": reminders.phase(t, who, PhaseReminder(phase, "start", 0, NO), row, NOW + DAY, TZ),
        "reminders.phase put off": reminders.phase(t, who, PhaseReminder(phase, "start", 0, DONE), row, NOW, TZ),
        "reminders.task": reminders.task(t, who, TaskReminder(task(word), MAY), row, NOW, TZ),
        "reminders.task over": reminders.task(t, who, TaskReminder(over, NO), row, NOW, TZ),
        "reminders.session put off": reminders.session(t, who, SessionReminder(session(word), DONE), row, NOW, TZ),
        "reminders.task put off": reminders.task(t, who, TaskReminder(task(word), DONE), row, NOW, TZ),
    }


def _leaders(t: Texts, word: str, many: int) -> dict[str, Screen]:
    late = date(2026, 11, 20)
    over = tuple(OpenTask(task(f"{word}{n}", late, id=n), f"张{word}" if n % 2 else None) for n in range(1, many + 1))
    unheard = tuple(Unheard(f"通知{word}{n}", (f"张{word}",) * (n + 1)) for n in range(many))
    incomplete = tuple(session(word, id=n, venue=None) for n in range(1, many + 1))
    row = item()
    full, small = (
        Digest(TODAY, over, unheard, 1, 3, 2, incomplete, 5, deeds=3, scores=2, awards=1),
        Digest(TODAY, asks=1),
    )
    missed = Missed("session", TODAY, NOW - DAY, f"法律{word}")
    return {
        "reminders.digest": reminders.digest(t, office(), full, row, NOW, TZ),
        "reminders.digest small": reminders.digest(t, office(), small, row, NOW, TZ),
        "reminders.missed": reminders.missed(t, office(), missed, row, NOW, TZ),
        "reminders.missed unknown": reminders.missed(t, office(), Missed("notice", TODAY, NOW, None), row, NOW, TZ),
    }


def _set(t: Texts, word: str, many: int) -> dict[str, Screen]:
    pattern = Pattern(TODAY, "DDNNRR")
    team = unit(name=f"一班{word}")
    found = tuple((unit(n, name=f"{n}班{word}"), pattern if n % 2 else None) for n in range(100, 100 + many))
    return {
        "reminders.mutes": reminders.mutes(t, person(), frozenset({"session"})),
        "reminders.mutes leader": reminders.mutes(t, person(role=Role.TEAM_LEADER), frozenset()),
        "reminders.teams": reminders.teams(t, found),
        "reminders.team": reminders.team(t, team, pattern, TODAY),
        "reminders.team none": reminders.team(t, team, None, TODAY),
        "reminders.ask_cycle": reminders.ask_cycle(t, team),
        "reminders.ask_position": reminders.ask_position(t, team, "DN" * 14, TODAY),
        "reminders.bad_cycle": reminders.bad_cycle(t, team),
        "reminders.confirm_pattern": reminders.confirm_pattern(t, team, Pattern(TODAY, "DNR"), TODAY),
        "reminders.ask_calendar": reminders.ask_calendar(t, 7),
        "reminders.calendar_faults": reminders.calendar_faults(t, [(n, "reminders.fault.day") for n in range(many)]),
        "reminders.calendar_taken": reminders.calendar_taken(t, 7),
        "reminders.calendar_taken nothing": reminders.calendar_taken(t, 0),
        "reminders.ask_calendar first": reminders.ask_calendar(t, 0),
    }
