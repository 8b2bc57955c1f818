"""Screens of scores."""

from dataclasses import replace
from datetime import date

from domain.clock import DAY, HOUR
from domain.people import Role
from domain.roster import RowFault
from domain.scores import Entry, EntryState, Step, StepKind, SubjectKind
from domain.scores.closing import Close, MonthTotal
from domain.scores.shown import (
    Asking,
    Card,
    Choosing,
    ClosePage,
    ClosePreview,
    ClosesPage,
    Counts,
    DeedProposal,
    Form,
    Line,
    Lines,
    News,
    Own,
    PersonPage,
    Rights,
    Standards,
    UnitFigures,
    UnitPage,
)
from domain.scores.standard import Clause, Standard
from domain.scores.standard_table import StandardCheck
from tests.unit.samples.outbox import item
from tests.unit.test_views_samples import NOW, TZ, office, person, station, toll_office, unit
from views import scores
from views.screen import Screen
from views.texts import Texts

TODAY = date(2026, 11, 24)
ALL = Rights(confirm=True, withdraw=True, appeal=True, decide=True, reverse=True)
EARLIER = tuple(MonthTotal(f"2026-{month:02}", -15, 3, closed=bool(month % 2)) for month in range(10, 4, -1))
STEPS = {
    kind: Step(kind, 22, "站长", NOW, "理由" if kind is not StepKind.CONFIRMED else "", NOW + 3 * DAY)
    for kind in StepKind
}


def clause(word: str = "", number: int = 1, **fields: object) -> Clause:
    """A clause that gives half a point."""
    values: dict[str, object] = {"points": 5, "cap": 30, "evidence": f"好事记录{word}", "deeds": frozenset({"aid"})}
    code = f"P{number:02}"
    return Clause(number, 1, SubjectKind.PERSON, code, f"帮助司乘{word}"[:200], **(values | fields))  # type: ignore[arg-type]


def standard(word: str, many: int) -> Standard:
    """A version with clauses for both."""
    people = tuple(clause(word, n) for n in range(1, many + 1))
    teams = tuple(replace(clause(word, n), subject=SubjectKind.TEAM, points=-20) for n in range(50, 50 + many))
    return Standard(1, 10**6, f"标准{word}"[:60], TODAY, (*people, *teams))


def entry(word: str = "", **fields: object) -> Entry:
    """Proposed an hour ago for somebody of 城东收费站一班."""
    values: dict[str, object] = {
        "id": 10**9,
        "subject": SubjectKind.PERSON,
        "person_id": 7,
        "staff_no": "1007",
        "name": f"张{word}",
        "unit": unit(name=f"一班{word}"),
        "station": f"城东收费站{word}",
        "clause": clause(word),
        "points": 5,
        "happened_on": TODAY,
        "reason": f"帮司机推车{word}"[:300],
        "deed_id": 10**9,
        "deed_text": "",
        "deed_people": frozenset(),
        "reverses": None,
        "proposer_id": 20,
        "proposer": f"班{word}",
        "proposed_at": NOW - HOUR,
    }
    return Entry(**(values | fields))  # type: ignore[arg-type]


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Every screen of scores."""
    return {
        **_entries(t, word, many),
        **_proposing(t, word, many),
        **_units(t, word, many),
        **_closing(t, word, many),
        **_standard(t, word, many),
        **_letters(t, word),
    }


def _lines(word: str, many: int) -> Lines:
    """A page of entries in every state."""
    confirmed = entry(word, steps=(replace(STEPS[StepKind.CONFIRMED], name=f"站{word}"),))
    states = [Line(confirmed, state, "2026-11", reversed=n % 2 == 1) for n, state in enumerate(EntryState)]
    reversal = Line(
        entry(word, reverses=5, points=-5, reason="", deed_text=f"好事{word}"), EntryState.PROPOSED, "2026-11"
    )
    return Lines((*states, reversal)[: min(many, 6)], 1, 3)


def _entries(t: Texts, word: str, many: int) -> dict[str, Screen]:
    who, head = person(7, name=f"张{word}"), person(22, Role.STATION_HEAD, unit=station(f"站{word}"))
    month = MonthTotal("2026-11", 45, many, closed=False)
    lines, empty = _lines(word, many), Lines((), 0, 1)
    appealed = tuple(replace(one, name=f"王{word}", text=f"说明{word}"[:300]) for one in STEPS.values())
    full = Card(entry(word, steps=appealed), EntryState.APPEALED, head, ALL, entry(word), EntryState.PROPOSED, many)
    team = entry(word, subject=SubjectKind.TEAM, person_id=None, staff_no="", deed_id=None, points=-20)
    none = Rights()
    return {
        "scores.own": scores.own(t, Own(who, lines, month, EARLIER), TZ),
        "scores.own empty": scores.own(t, Own(who, empty, MonthTotal("2026-11", 0, 0, closed=False), ()), TZ),
        "scores.own leader": scores.own(t, Own(head, lines, month, (), 3, 2, head.unit, may_close=True), TZ),
        "scores.own team leader": scores.own(t, Own(head, empty, month, (), 0, 0, head.unit), TZ),
        "scores.card": scores.card(t, full, TZ),
        "scores.card onward": scores.card(t, full, TZ, onward=True),
        "scores.card team": scores.card(t, Card(team, EntryState.EFFECTIVE, head, none), TZ),
        "scores.card reversal": scores.card(t, Card(entry(word, reverses=4), EntryState.VOID, who, none), TZ),
        "scores.nothing_waits": scores.nothing_waits(t),
        **{
            f"scores.ask_words {asking}": scores.ask_words(t, full, asking)
            for asking in (Asking.REFUSAL, Asking.APPEAL, Asking.GRANT, Asking.DISMISS)
        },
    }


def _proposing(t: Texts, word: str, many: int) -> dict[str, Screen]:
    head, who = person(22, Role.STATION_HEAD, unit=station(f"站{word}")), person(7, name=f"张{word}")
    found = standard(word, many)
    bare = Form(10**9, Asking.CLAUSE, head, TODAY, TODAY, found, SubjectKind.PERSON, who, who.unit)
    chosen = replace(bare, clause=clause(word), points=5, reason=f"推车{word}"[:300], used=5, signers=2)
    reversal = replace(chosen, reverses=entry(word), points=-5, person=None, unit=None, signers=0)
    people = tuple(person(n, name=f"李{word}{n}") for n in range(7, 7 + many))
    units = tuple(unit(n, name=f"班{word}{n}", path=f"1.2.4.{n}.") for n in range(100, 100 + many))
    made = tuple(entry(word, id=n, name=f"李{word}{n}") for n in range(1, min(many, 9) + 1))
    full = DeedProposal(5, clause(word), made, made[:1], (f"赵{word}",), 2)
    return {
        "scores.choosing": scores.choosing(
            t, Choosing(10**9, toll_office(), station(f"站{word}"), units, people, team=False)
        ),
        "scores.choosing team": scores.choosing(
            t, Choosing(10**9, station(), unit(name=f"一班{word}"), (), people, team=True)
        ),
        "scores.choosing nobody": scores.choosing(t, Choosing(10**9, station(), station(), (), (), team=False)),
        "scores.form clause": scores.form(t, bare),
        "scores.form clause last": scores.form(t, bare, 10**6),
        "scores.form clause chosen": scores.form(t, chosen, 1),
        "scores.form no standard": scores.form(t, replace(bare, standard=None)),
        "scores.form day": scores.form(t, replace(bare, asking=Asking.DAY)),
        "scores.form reason": scores.form(t, replace(chosen, asking=Asking.REASON)),
        "scores.form preview": scores.form(t, replace(chosen, asking=Asking.PREVIEW)),
        "scores.form reversal": scores.form(t, replace(reversal, asking=Asking.REASON)),
        "scores.form reversal preview": scores.form(t, replace(reversal, asking=Asking.PREVIEW)),
        "scores.form team": scores.form(
            t, replace(chosen, asking=Asking.PREVIEW, person=None, subject=SubjectKind.TEAM)
        ),
        "scores.dropped": scores.dropped(t),
        "scores.deed_proposal": scores.deed_proposal(t, full),
        "scores.deed_proposal nothing": scores.deed_proposal(t, DeedProposal(5, clause(word), (), made[:1], (), 0)),
    }


def _units(t: Texts, word: str, many: int) -> dict[str, Screen]:
    head, who = person(22, Role.STATION_HEAD, unit=station(f"站{word}")), person(7, name=f"张{word}")
    month, lines = MonthTotal("2026-11", -45, many, closed=False), _lines(word, many)
    teams = tuple(unit(n, name=f"班{word}{n}", path=f"1.2.4.{n}.") for n in range(100, 100 + many))
    people = tuple(person(n, name=f"李{word}{n}") for n in range(7, 7 + many))
    counts = Counts(3, 2, 1, 9)
    above = UnitPage(head, station(f"站{word}"), counts, teams, people, None, None, (), False, True, "2026-10")
    team = UnitPage(head, unit(name=f"一班{word}"), counts, (), people, lines, month, EARLIER, True, False, None)
    figures = [UnitFigures(station(f"站{word}"), 3), UnitFigures(station(f"站{word}"), None)] * max(many, 1)
    return {
        "scores.unit": scores.unit(t, above, TZ),
        "scores.unit team": scores.unit(t, team, TZ),
        "scores.person": scores.person(t, PersonPage(head, who, lines, month, EARLIER, may_propose=True), TZ),
        "scores.person empty": scores.person(
            t, PersonPage(head, who, Lines((), 0, 1), month, (), may_propose=False), TZ
        ),
        "scores.figures": scores.figures(t, figures),
        "scores.exports": scores.exports(t),
        "scores.exported": scores.exported(t, "ledger", "xlsx", b"x"),
        "scores.exported close": scores.exported(t, "close", "csv", b"x"),
    }


def _closing(t: Texts, word: str, many: int) -> dict[str, Screen]:
    head = person(22, Role.STATION_HEAD, unit=station(f"站{word}"))
    here = station(f"站{word}")
    done = tuple(Close(n, here, f"2026-{1 + n % 12:02}", 22, f"站长{word}", NOW) for n in range(many))
    others = tuple(station(f"站{word}{n}") for n in range(many))
    preview = ClosePreview(head, here, "2026-10", ("2026-10",), 12, 3, 2**32 - 1)
    return {
        "scores.closes": scores.closes(t, ClosesPage(head, here, done, others, ("2026-10",), may_close=True), TZ),
        "scores.closes none": scores.closes(t, ClosesPage(head, here, (), (), (), may_close=True), TZ),
        "scores.close_preview": scores.close_preview(t, preview),
        "scores.close_preview clean": scores.close_preview(t, replace(preview, undecided=0)),
        "scores.close_preview none": scores.close_preview(t, replace(preview, month="", months=())),
        "scores.closed": scores.closed(t, ClosePage(head, Close(1, here, "2026-10", 22, f"站{word}", NOW), 12), TZ),
    }


def _standard(t: Texts, word: str, many: int) -> dict[str, Screen]:
    found = standard(word, many)
    versions = tuple(replace(found, version=n) for n in range(many, 0, -1))
    faults = [RowFault(n, "scores.fault.points_odd", {"text": word, "limit": 100}) for n in range(1, 20 * many)]
    return {
        "scores.standards": scores.standards(t, Standards(office(f"李{word}"), versions, found, may_load=True)),
        "scores.standards none": scores.standards(t, Standards(person(), (), None, may_load=False)),
        "scores.standard": scores.standard(t, found, 0),
        "scores.standard last": scores.standard(t, found, 10**6),
        "scores.standard_file": scores.standard_file(t, b"x"),
        "scores.ask_table": scores.ask_table(t),
        "scores.table_faults": scores.table_faults(t, faults),
        "scores.table_preview": scores.table_preview(t, StandardCheck((), found, 10**9)),
    }


def _letters(t: Texts, word: str) -> dict[str, Screen]:
    who, row = person(7, name=f"张{word}"), item(1, kind="score_news")
    shown = Card(entry(word, steps=(STEPS[StepKind.CONFIRMED],)), EntryState.CONFIRMED, who, Rights(appeal=True))
    appealed = Card(entry(word, steps=(STEPS[StepKind.APPEALED],)), EntryState.APPEALED, who, Rights(decide=True))
    found = {
        "scores.asked": scores.asked(t, who, Card(entry(word), EntryState.PROPOSED, who, ALL), row, NOW, TZ),
        "scores.line asked": Screen(scores.asked_line(t, who, shown, row, NOW, TZ)),
        "scores.line appeal": Screen(scores.asked_line(t, who, appealed, row, NOW, TZ)),
    }
    for kind in (StepKind.CONFIRMED, StepKind.GRANTED, StepKind.DISMISSED):
        news = News(shown, replace(STEPS[kind], name=f"站{word}", text=f"说明{word}"[:300]))
        found[f"scores.news {kind}"] = scores.news(t, who, news, row, NOW, TZ)
        found[f"scores.line news {kind}"] = Screen(scores.news_line(t, who, news, row, NOW, TZ))
    for kind in (StepKind.CONFIRMED, StepKind.GRANTED, StepKind.REFUSED):
        news = News(shown, replace(STEPS[kind], name=f"站{word}", text=f"说明{word}"[:300]))
        found[f"scores.answer {kind}"] = scores.answer(t, who, news, row, NOW, TZ)
        found[f"scores.line answer {kind}"] = Screen(scores.answer_line(t, who, news, row, NOW, TZ))
    return found
