"""Screens of rewards and penalties."""

from dataclasses import replace

from domain.clock import DAY
from domain.people import Person, Role
from domain.scores.award_shown import Asking, Card, Form, Line, Listing, News, Rights, Which
from domain.scores.awards import Award, AwardKind, AwardState, AwardStep, Objection, Step
from domain.scores.shown import Choosing
from domain.scores.standard import SubjectKind
from tests.unit.samples.outbox import item
from tests.unit.test_views_samples import NOW, TZ, office, person, station, toll_office, unit
from views import awards
from views.screen import Screen
from views.texts import Texts

ALL = Rights(agree=True, decide=True, withdraw=True, object=True)


def award(word: str = "", kind: AwardKind = AwardKind.REWARD, many: int = 1, **fields: object) -> Award:
    """A proposal for a person that was agreed to, with objections."""
    values: dict[str, object] = {
        "id": 10**9,
        "subject": SubjectKind.PERSON,
        "person_id": 7,
        "staff_no": "1007",
        "name": f"张{word}",
        "unit": unit(name=f"一班{word}"),
        "station": f"城东收费站{word}",
        "office": "1.2.",
        "what": f"通报表扬{word}"[:100],
        "why": f"拾到钱包主动交还{word}"[:300],
        "proposer_id": 22,
        "proposer": f"站{word}",
        "proposed_at": NOW - DAY,
        "steps": (step(AwardStep.AGREED, word, until=NOW + 5 * DAY),),
        "objections": tuple(
            Objection(30 + n, f"李{word}", f"不同意{word}"[:300], NOW, None if n % 2 else NOW + 1) for n in range(many)
        ),
    }
    return Award(kind=kind, **(values | fields))  # type: ignore[arg-type]


def step(kind: AwardStep, word: str = "", until: int | None = None) -> Step:
    """A step by the office, with words."""
    return Step(kind, 1, f"办{word}", NOW, "" if until else f"经核实{word}"[:300], until)


def card(shown: Award, state: AwardState, caller: Person, **fields: object) -> Card:
    """As somebody who deals with it sees it, with every right, unless told otherwise."""
    values: dict[str, object] = {"rights": ALL, "deals": True, "concerned": False, "left": 3}
    return Card(shown, state, caller, **(values | fields))  # type: ignore[arg-type]


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Every screen of rewards and penalties."""
    return {**_lists(t, word, many), **_cards(t, word, many), **_forms(t, word, many), **_letters(t, word, many)}


def _lists(t: Texts, word: str, many: int) -> dict[str, Screen]:
    lines = tuple(
        Line(award(word, kind), state)
        for kind in AwardKind
        for state in (AwardState.NOTICE, AwardState.DUE, AwardState.PROPOSED)
    )
    found = {}
    for which in Which:
        shown = Listing(office(), which, lines, 1, 3, many, tuple(Which), may_propose=True)
        found[f"awards.listing {which}"] = awards.listing(t, shown, TZ)
        bare = Listing(person(), which, (), 0, 1, 0, (Which.PUBLIC, Which.MINE), may_propose=False)
        found[f"awards.listing {which} empty"] = awards.listing(t, bare, TZ)
    return found | {
        "awards.exported": awards.exported(t, "xlsx", b"x"),
        "awards.exported csv": awards.exported(t, "csv", b"x"),
        "awards.nothing_waits": awards.nothing_waits(t),
    }


def _cards(t: Texts, word: str, many: int) -> dict[str, Screen]:
    found = {}
    for kind in AwardKind:
        shown = award(word, kind, many)
        ended = replace(shown, steps=(*shown.steps, step(AwardStep.PASSED, word)))
        new, other = replace(shown, steps=(), objections=()), office(f"李{word}")
        own = Objection(7, f"张{word}", f"说明{word}"[:300], NOW)
        seen = {"rights": Rights(object=True), "deals": False, "own": own, "left": 0}
        cards: dict[str, Card] = {
            **{str(state): card(shown, state, other) for state in AwardState},
            "new": card(new, AwardState.PROPOSED, other),
            "unobjected": card(replace(shown, objections=()), AwardState.DUE, other),
            "passed": card(ended, AwardState.PASSED, other),
            "public": card(replace(shown, objections=()), AwardState.NOTICE, person(9), **(seen | {"own": None})),
            "objector": card(replace(ended, objections=()), AwardState.PASSED, person(9), **seen),
            "subject": card(replace(ended, objections=()), AwardState.PASSED, person(), **seen, concerned=True),
            "team": card(
                replace(shown, subject=SubjectKind.TEAM, person_id=None, name=f"一班{word}"), AwardState.DUE, other
            ),
        }
        for name, one in cards.items():
            found[f"awards.card {kind} {name}"] = awards.card(t, one, TZ, 0, onward=True)
            found[f"awards.card {kind} {name} last"] = awards.card(t, one, TZ, 10**6)
        for asking in (Asking.REFUSAL, Asking.OBJECTION, Asking.PASS, Asking.REJECT):
            found[f"awards.ask {kind} {asking}"] = awards.ask(t, cards["objector"], asking)
        found[f"awards.ask {kind} first"] = awards.ask(t, cards["new"], Asking.OBJECTION)
    return found


def _forms(t: Texts, word: str, many: int) -> dict[str, Screen]:
    people = tuple(person(n, name=f"李{word}{n}") for n in range(8, 8 + many))
    team, root = unit(name=f"一班{word}"), toll_office(f"所{word}")
    stations = tuple(station(f"站{word}") for _ in range(many))
    found = {"awards.dropped": awards.dropped(t)}
    for kind in AwardKind:
        new = Form(12, Asking.SUBJECT, office(), kind)
        full = replace(
            new,
            subject=SubjectKind.PERSON,
            person=person(name=f"张{word}"),
            unit=team,
            what=f"表扬{word}"[:100],
            why=f"帮扶{word}"[:300],
            signers=2,
        )
        found[f"awards.choose {kind}"] = awards.choose(t, Choosing(12, root, root, stations, people, team=False), kind)
        found[f"awards.choose {kind} team"] = awards.choose(t, Choosing(12, root, team, (), people, team=True), kind)
        found[f"awards.form {kind}"] = awards.form(t, new)
        found[f"awards.form {kind} nobody chosen"] = awards.form(t, replace(new, asking=Asking.WHAT))
        found[f"awards.form {kind} team"] = awards.form(
            t, replace(full, asking=Asking.PREVIEW, person=None, signers=0, subject=SubjectKind.TEAM)
        )
        for asking in (Asking.WHAT, Asking.WHY, Asking.PREVIEW):
            found[f"awards.form {kind} {asking}"] = awards.form(t, replace(full, asking=asking))
        found[f"awards.form {kind} first"] = awards.form(t, replace(full, asking=Asking.WHAT, what="", why=""))
    return found


def _letters(t: Texts, word: str, many: int) -> dict[str, Screen]:
    row, found = item(), {}
    for kind in AwardKind:
        shown = award(word, kind, many)
        one = card(shown, AwardState.DUE, office())
        found[f"awards.asked {kind}"] = awards.asked(t, office(), one, row, NOW, TZ)
        found[f"awards.due {kind}"] = awards.due(t, office(), one, row, NOW, TZ)
        found[f"awards.line asked {kind}"] = Screen(awards.asked_line(t, office(), one, row, NOW, TZ))
        found[f"awards.line due {kind}"] = Screen(awards.due_line(t, office(), one, row, NOW, TZ))
        for what in (AwardStep.AGREED, AwardStep.WITHDRAWN, AwardStep.PASSED, AwardStep.REJECTED):
            news = News(replace(one, deals=False, concerned=True), step(what, word))
            found[f"awards.news {kind} {what}"] = awards.news(t, person(), news, row, NOW, TZ)
            found[f"awards.line news {kind} {what}"] = Screen(awards.news_line(t, person(), news, row, NOW, TZ))
        for what in (AwardStep.AGREED, AwardStep.REFUSED, AwardStep.PASSED, AwardStep.REJECTED):
            news = News(replace(one, rights=Rights()), step(what, word))
            caller = person(22, Role.STATION_HEAD)
            found[f"awards.answer {kind} {what}"] = awards.answer(t, caller, news, row, NOW, TZ)
            found[f"awards.line answer {kind} {what}"] = Screen(awards.answer_line(t, caller, news, row, NOW, TZ))
    return found
