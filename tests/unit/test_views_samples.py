"""Every screen once, with ordinary or hostile content, for the tests that ask something of all of them."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from domain.clock import DAY, HOUR, millis
from domain.home import Home
from domain.people import IssuedInvitation, Locale, Person, Role, Unit, UnitCount, UnitKind
from domain.plan import Phase
from domain.practice import Item, Overview, Run, RunState, Weakness, WrongBook
from domain.questions import Course, Difficulty, Kind, Question, Topic
from domain.roster import (
    Column,
    FieldChange,
    NewUnit,
    Place,
    RosterChange,
    RosterCounts,
    RosterDiff,
    RosterResult,
    RosterRow,
    RowFault,
)
from domain.training import CourseInfo, Session
from views import awards, deeds, home, people, plan, practice, reminders, roster, scores, training
from views.practice import class_quizzes, quizzes
from views.screen import Screen
from views.texts import Texts

TZ = ZoneInfo("Asia/Shanghai")
NOW = millis(datetime(2026, 11, 24, 10, 0, tzinfo=TZ))
HOSTILE = '<b>&"张'
SAMPLES = Path(__file__).parent / "samples"
USERNAME = "sample_toll_bot"


def unit(id_: int = 9, kind: UnitKind = UnitKind.TEAM, name: str = "一班", path: str = "1.2.4.9.") -> Unit:
    """A unit; by default a team of the toll office 2, station 4."""
    ids = path.rstrip(".").split(".")
    return Unit(id_, kind, name, int(ids[-2]) if len(ids) > 1 else None, path)


def person(id_: int = 7, role: Role = Role.COLLECTOR, name: str = "张三", **fields: object) -> Person:
    """A collector of 城东收费站一班 unless told otherwise."""
    values: dict[str, object] = {"unit": unit(), "station": "城东收费站", "batch": 1, "locale": Locale.ZH_CN}
    return Person(id_, f"10{id_:02}", name, role, **(values | fields))  # type: ignore[arg-type]


def office(name: str = "李办") -> Person:
    """Somebody of the office."""
    return person(1, Role.OFFICE, name, unit=toll_office(), station=None, batch=None)


def toll_office(name: str = "云岭收费所") -> Unit:
    """The toll office."""
    return unit(2, UnitKind.TOLL_OFFICE, name, "1.2.")


def station(name: str = "城东收费站") -> Unit:
    """A station below it."""
    return unit(4, UnitKind.STATION, name, "1.2.4.")


def question(kind: Kind = Kind.SINGLE, word: str = "题", **fields: object) -> Question:
    """A question whose key is the first option (for several answers: the first two)."""
    options = ("正确", "错误") if kind is Kind.TRUE_FALSE else (f"甲{word}", f"乙{word}", f"丙{word}", f"丁{word}")
    values: dict[str, object] = {
        "id": "reg-001",
        "version": 1,
        "topic": Topic.REGULATIONS,
        "kind": kind,
        "stem": f"问{word}？",
        "options": options,
        "key": frozenset({0, 1}) if kind is Kind.MULTIPLE else frozenset({0}),
        "explanation": f"因为{word}",
        "source": f"《公路法》{word}",
        "facts": (),
        "tags": (),
        "difficulty": Difficulty.EASY,
        "fixed_order": False,
        "author": "",
        "reviewer": "",
    }
    return Question(**(values | fields))  # type: ignore[arg-type]


def item(position: int = 0, kind: Kind = Kind.SINGLE, word: str = "题", **fields: object) -> Item:
    """An item whose options are shown in an order that is not the bank's: 丙 丁 甲 乙."""
    order = (0, 1) if kind is Kind.TRUE_FALSE else (2, 3, 0, 1)
    return Item(position, question(kind, word), order, **fields)  # type: ignore[arg-type]


def run(*items: Item, state: RunState = RunState.OPEN) -> Run:
    """A run of these items."""
    return Run(12, 7, 3, None, state, items)


def session(word: str = "", **fields: object) -> Session:
    """The first course, tomorrow from nine to half past four."""
    start = millis(datetime(2026, 11, 25, 9, 0, tzinfo=TZ))
    values: dict[str, object] = {
        "id": 5,
        "uid": "laws-1@tollmate",
        "course": CourseInfo(Course.LAWS, f"法律法规{word}", 2),
        "batch": 1,
        "starts_at": start,
        "ends_at": start + 7 * HOUR + HOUR // 2,
        "venue": f"三楼会议室{word}",
        "lecturer": f"龚老师{word}",
        "bring": f"笔{word}",
        "sequence": 2,
        "cancelled_at": None,
        "updated_at": NOW - DAY,
    }
    return Session(**(values | fields))  # type: ignore[arg-type]


def roster_diff(word: str = "", count: int = 2) -> RosterDiff:
    """New, changed and leaving people, ``count`` of each."""
    rows = tuple(
        RosterRow(n + 2, f"20{n:02}", f"新人{word}", Role.COLLECTOR, f"城东{word}", "一班", 1) for n in range(count)
    )
    fields = (FieldChange(Column.ROLE, "collector", "team_leader"), FieldChange(Column.TEAM, "", f"二班{word}"))
    changes = tuple(RosterChange(person(n, name=f"旧人{word}"), row, fields) for n, row in enumerate(rows))
    leaving = tuple(person(n, name=f"走人{word}") for n in range(count))
    place = Place(UnitKind.TEAM, f"城东{word}", f"二班{word}")
    return RosterDiff(rows, changes, leaving, 3, (NewUnit(UnitKind.TEAM, place.team, place),))


def screens(t: Texts, word: str = "", many: int = 3) -> Mapping[str, Screen]:
    """Every screen by name, ``word`` in every foreign text, lists ``many`` long."""
    own = {**_home(t, word), **_people(t, word, many), **_practice(t, word), **_roster(t, word, many)}
    for name in sorted(path.stem for path in SAMPLES.glob("*.py")):
        own |= _area(name).screens(t, word, many)
    return own


def _area(name: str) -> ModuleType:
    """The samples of one area: tests/unit/samples/<area>.py."""
    return import_module(f"tests.unit.samples.{name}")


def home_sample(t: Texts, word: str) -> Screen:
    """A plain screen, for what is put around one."""
    return home.home(t, Home(person(name=f"张{word}"), None, None, None, None), NOW, TZ)


def _home(t: Texts, word: str) -> dict[str, Screen]:
    who = person(name=f"张{word}")
    phase = Phase(2, f"集中培训{word}", date(2026, 11, 1), date(2026, 12, 1))
    full = Home(who, session(word), phase, 7, run(item(), item(1)), 3, 1, 2, deeds=10**6, scores=10**6, awards=10**6)
    bare = Home(office(), None, None, None, None)
    return {
        "home.home": home.home(t, full, NOW, TZ),
        "home.home bare": home.home(t, bare, NOW, TZ),
        "home.hint": home.hint(t),
        **{f"home.help {role}": home.help(t, person(role=role, name=word)) for role in Role},
    }


def _people(t: Texts, word: str, many: int) -> dict[str, Screen]:
    who = person(name=f"张{word}", station=f"城东{word}", unit=unit(name=f"一班{word}"))
    group = tuple(person(n, name=f"张{word}{n}", joined=bool(n % 2)) for n in range(10, 10 + many))
    issued = IssuedInvitation(who, "T" * 32, NOW + 3 * DAY)
    boss = office(f"李{word}")
    counts = (
        UnitCount(toll_office(f"所{word}"), 40, 12),
        *(UnitCount(unit(n, UnitKind.STATION, f"站{word}{n}", f"1.2.{n}."), 4, 2) for n in range(100, 100 + many)),
    )
    bureau = person(3, Role.BUREAU, unit=unit(1, UnitKind.BUREAU, "局", "1."), station=None)
    return {
        "people.stranger": people.stranger(t),
        "people.ask_join": people.ask_join(t, who, 10**15),
        "people.declined": people.declined(t),
        "people.joined": people.joined(t, who),
        "people.already_joined": people.already_joined(t, who),
        "people.reinvited": people.reinvited(t),
        "people.me": people.me(t, who, 120, 30),
        "people.languages": people.languages(t),
        "people.unbind_confirm": people.unbind_confirm(t),
        "people.unbound": people.unbound(t),
        "people.export_file": people.export_file(t, who, b"{}"),
        "people.units": people.units(t, boss, toll_office(f"所{word}"), counts, group),
        "people.units station": people.units(t, boss, station(f"站{word}"), ()),
        "people.units bureau": people.units(t, bureau, toll_office(f"所{word}"), counts),
        "people.team": people.team(t, boss, unit(name=f"一班{word}"), group),
        "people.team leader": people.team(t, person(role=Role.TEAM_LEADER), unit(), group),
        "people.team bureau": people.team(t, bureau, unit(), group),
        "people.card": people.card(t, who, bound=True),
        "people.card unbound": people.card(t, who, bound=False),
        "people.leave_confirm": people.leave_confirm(t, who),
        "people.left": people.left(t, who),
        "people.invitation": people.invitation(t, issued, USERNAME, TZ),
        "people.sheet_confirm": people.sheet_confirm(t, station(f"站{word}"), group),
        "people.sheet_confirm nobody": people.sheet_confirm(t, station(f"站{word}"), ()),
        "people.sheet": people.sheet(t, station(f"站{word}"), (issued,) * min(many, 9), USERNAME, TZ),
        "people.sheet nobody": people.sheet(t, station(f"站{word}"), (), USERNAME, TZ),
    }


def _practice(t: Texts, word: str) -> dict[str, Screen]:
    right = item(0, word=word, ticked=frozenset({0}), answered_at=NOW)
    wrong = item(0, Kind.MULTIPLE, word, ticked=frozenset({2}), answered_at=NOW)
    noted = tuple(item(n, Kind.MULTIPLE, word, ticked=frozenset({2}), answered_at=NOW, noted_at=NOW) for n in range(10))
    mixed = (right, noted[1])
    picture = replace(item(1, word=word), question=question(Kind.PICTURE, word, picture="lane-signals"))
    pictured = replace(picture, position=10, ticked=frozenset({0}), answered_at=NOW)
    missed = replace(picture, ticked=frozenset({1}), answered_at=NOW)
    weak = (Topic.COUNTERFEIT, f"冠字号{word}", 12, 7, 0.4)
    topics = dict.fromkeys(Topic, 40)
    return {
        "practice.menu": practice.menu(t, Overview(None, 10**9, topics, 0)),
        "practice.menu open": practice.menu(t, Overview(run(right, item(1)), 4, topics, 55)),
        "practice.run single": practice.run(t, run(item(word=word))),
        "practice.run true or false": practice.run(t, run(item(kind=Kind.TRUE_FALSE, word=word))),
        "practice.run multiple": practice.run(t, run(item(kind=Kind.MULTIPLE, word=word, ticked=frozenset({3})))),
        "practice.run after right": practice.run(t, run(right, item(1, word=word)), right),
        "practice.run wrong": practice.run(t, run(wrong, item(1, word=word)), wrong),
        "practice.run wrong true or false": practice.run(
            t, run(item(kind=Kind.TRUE_FALSE, ticked=frozenset({1}), answered_at=NOW))
        ),
        "practice.run all right": practice.run(t, run(right, state=RunState.FINISHED), right),
        "practice.run mixed": practice.run(t, run(*mixed, state=RunState.FINISHED)),
        "practice.run all wrong": practice.run(t, run(*noted, state=RunState.FINISHED)),
        "practice.run picture": practice.run(t, run(right, picture), right),
        "practice.run picture wrong": practice.run(t, run(missed)),
        "practice.run picture result": practice.run(t, run(*noted, pictured, state=RunState.FINISHED), pictured),
        "practice.without_picture": practice.without_picture(t, practice.run(t, run(picture)), f"①左边{word[:150]}"),
        "practice.menu own": practice.menu(t, Overview(None, 5, topics, 55, 3, (Weakness(*weak), Weakness(*weak)))),
        "practice.wrong_book": practice.wrong_book(t, WrongBook(tuple(one.question for one in noted), 5)),
        "practice.wrong_book empty": practice.wrong_book(t, WrongBook((), 5)),
        "practice.run dropped": practice.run(t, run(item(word=word), state=RunState.DROPPED)),
    }


def _roster(t: Texts, word: str, many: int) -> dict[str, Screen]:
    few = [RowFault(3, "roster.fault.role_unknown", {"role": word}), RowFault(4, "roster.fault.no_name")]
    lots = [RowFault(n, "roster.fault.role_unknown", {"role": f"{word}员"}) for n in range(2, 400)]
    empty = RosterDiff((), (), (), 8, ())
    staying = RosterDiff(roster_diff(word).new, (), (), 8, ())
    return {
        "roster.help": roster.help(t),
        "roster.template": roster.template(t, b"xlsx"),
        "roster.faults": roster.faults(t, f"名册{word}.xlsx", few),
        "roster.faults lots": roster.faults(t, f"名册{word}.xlsx", lots),
        "roster.preview": roster.preview(t, 31, roster_diff(word, many)),
        "roster.preview nobody leaves": roster.preview(t, 31, staying),
        "roster.preview nothing": roster.preview(t, None, empty),
        "roster.done": roster.done(t, RosterResult(RosterCounts(1, 2, 3, 4), (), ())),
    }


@pytest.mark.parametrize(
    "module", [awards, deeds, home, people, plan, practice, quizzes, class_quizzes, reminders, roster, scores, training]
)
def test_every_screen_function_is_among_the_samples(module: object) -> None:
    shown = {name.split()[0] for name in screens(Texts.of(Locale.ZH_CN))}
    area = module.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    functions = {
        f"{area}.{name}"
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__.startswith(module.__name__)  # type: ignore[attr-defined]
        and not name.startswith("_")
        and inspect.signature(function).return_annotation is Screen
    }
    assert functions
    assert functions <= shown
