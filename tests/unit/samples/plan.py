"""Screens of the plan."""

from dataclasses import replace
from datetime import date, timedelta

from domain.clock import DAY, HOUR
from domain.people import Role
from domain.plan import (
    Ask,
    AskKind,
    AskState,
    Count,
    Edge,
    Evidence,
    EvidenceKind,
    Fact,
    FactKind,
    Phase,
    Task,
    TaskState,
    count,
)
from domain.plan.shown import (
    Agenda,
    AskCard,
    Change,
    ChangeKind,
    Choosing,
    Handed,
    Listing,
    Loaded,
    Overdue,
    Overview,
    PhasePreview,
    Preview,
    Rights,
    TaskCard,
    TaskPreview,
    Told,
    Which,
)
from domain.plan.table import CellChange, TaskChange, TaskColumn, TaskDiff
from domain.roster import RowFault
from tests.unit.samples.outbox import item
from tests.unit.test_views_samples import NOW, TZ, office, person, station, toll_office, unit
from views import plan
from views.screen import Screen
from views.texts import Texts

TODAY = date(2026, 11, 24)
OWNER = Rights(finish=True, ask=True, manage=False, give=False, look_closer=True)
OFFICE = Rights(finish=True, ask=False, manage=True, give=True, look_closer=True)
HEAD = Rights(finish=False, ask=False, manage=False, give=True, look_closer=True)
NOBODY = Rights(finish=False, ask=False, manage=False, give=False, look_closer=False)


def task(word: str = "", **fields: object) -> Task:
    """An open task of the second phase, somebody's, due in two days."""
    values: dict[str, object] = {
        "id": 12,
        "code": "B07",
        "phase": 2,
        "title": f"更新公示栏{word}",
        "detail": f"核对承诺内容{word}",
        "element": f"七(二)3{word}",
        "measure": 2,
        "evidence": f"照片{word}",
        "owner_id": 7,
        "due_on": TODAY + timedelta(days=2),
        "edits": 3,
        "changed_at": NOW - DAY,
        "pieces": 2,
    }
    return Task(**(values | fields))  # type: ignore[arg-type]


def phase(word: str = "", **fields: object) -> Phase:
    """The second phase, under way."""
    values: dict[str, object] = {"brief": f"健全制度{word}", "edits": 4}
    return Phase(2, f"实施{word}", TODAY, TODAY + timedelta(days=45), **(values | fields))  # type: ignore[arg-type]


def ask(word: str = "", **fields: object) -> Ask:
    """An open request for another date."""
    values: dict[str, object] = {
        "id": 10**9,
        "task_id": 12,
        "person_id": 7,
        "kind": AskKind.MOVE,
        "text": "",
        "wanted_on": TODAY + timedelta(days=9),
        "state": AskState.OPEN,
        "answer": "",
        "created_at": NOW - HOUR,
        "settled_by": None,
        "settled_at": None,
    }
    return Ask(**(values | fields))  # type: ignore[arg-type]


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Every screen of the plan."""
    return {
        **_looking(t, word, many),
        **_tasks(t, word, many),
        **_dates(t, word, many),
        **_asking(t, word, many),
        **_letters(t, word),
        **_table(t, word, many),
    }


def _looking(t: Texts, word: str, many: int) -> dict[str, Screen]:
    who = person(name=f"张{word}")
    head = person(5, Role.STATION_HEAD, unit=station(f"站{word}"))
    over = task(word, id=13, due_on=TODAY - timedelta(days=2))
    mine = (over, task(word, due_on=None), *(task(word, id=n) for n in range(20, 20 + many)))
    figures = count([*mine, task(word, owner_id=None), task(word, state=TaskState.DONE, settled_at=NOW)], TODAY)
    none = Count(0, 0, 0, 0, 0)
    bare = Overview(who, TODAY, f"题{word}", None, None, (), None, None, 0, False)
    coming = Phase(3, f"自查{word}", TODAY + timedelta(days=3), None)
    listed = Listing(who, TODAY, 2, phase(word), mine, {7: who}, figures)
    kinds = [Fact(f"F{n}", kind, "六1", f"内容{word}") for kind in FactKind for n in range(1 if kind == "title" else 3)]
    return {
        "plan.overview": plan.overview(t, replace(bare, phase=phase(word), mine=mine)),
        "plan.overview nothing": plan.overview(t, bare),
        "plan.overview coming": plan.overview(t, replace(bare, coming=coming)),
        "plan.overview last day": plan.overview(t, replace(bare, phase=Phase(2, "实施", TODAY, TODAY))),
        "plan.overview empty": plan.overview(t, replace(bare, empty=True)),
        "plan.overview empty office": plan.overview(t, replace(bare, person=office(), empty=True)),
        "plan.overview head": plan.overview(t, replace(bare, person=head, phase=phase(word), part=figures)),
        "plan.overview head none": plan.overview(t, replace(bare, person=head, part=none)),
        "plan.overview office": plan.overview(
            t, replace(bare, person=office(), phase=phase(word), mine=mine, whole=figures, asks=many)
        ),
        "plan.about": plan.about(t, kinds),
        "plan.about one": plan.about(t, [Fact("F01", FactKind.THEME, "四", f"主题{word}")]),
        "plan.about nothing": plan.about(t, ()),
        "plan.phases": plan.phases(t, [(phase(word), figures), (Phase(3, f"自查{word}", None, None), none)], TODAY),
        "plan.phases none": plan.phases(t, (), TODAY),
        "plan.listing": plan.listing(t, listed, 0),
        "plan.listing page": plan.listing(t, listed, 1),
        "plan.listing beyond": plan.listing(t, listed, 10**6),
        "plan.listing office": plan.listing(t, replace(listed, person=office(), owners={}), 0),
        **{f"plan.listing {which}": plan.listing(t, replace(listed, which=which, phase=None), 0) for which in Which},
        "plan.listing none": plan.listing(t, replace(listed, which=Which.OVERDUE, phase=None, tasks=()), 0),
    }


def _tasks(t: Texts, word: str, many: int) -> dict[str, Screen]:
    who = person(name=f"张{word}", unit=unit(name=f"一班{word}"))
    help_ = ask(word, kind=AskKind.HELP, wanted_on=None, text=f"人手不够{word}")
    own = TaskCard(task(word), TODAY, phase(word), who, None, (ask(word), help_), OWNER)
    done = task(word, state=TaskState.DONE, settled_at=NOW, settled_by=7)
    dropped = task(word, state=TaskState.DROPPED, settled_at=NOW, settled_by=1)
    bare = task(word, owner_id=None, due_on=None, detail="", element="", measure=None, evidence="", pieces=0)
    pieces = tuple(
        Evidence(n, 12, 7, kind, "file", f"公示栏{word}.pdf", words, NOW)
        for n in range(10, 10 + many)
        for kind, words in ((EvidenceKind.PHOTO, f"东面{word}"), (EvidenceKind.DOCUMENT, ""), (EvidenceKind.TEXT, "好"))
    )
    unnamed = (Evidence(1, 12, 7, EvidenceKind.PHOTO, "file", "", "", NOW),)
    handed = Handed(task(word), pieces, frozenset(piece.id for piece in pieces), may_add=True)
    people = tuple(person(n, name=f"张{word}{n}") for n in range(7, 7 + many))
    units = tuple(unit(n, name=f"班{word}{n}", path=f"1.2.4.{n}.") for n in range(100, 100 + many))
    top = Choosing(task(word), toll_office(), toll_office(f"所{word}"), units, people, may_clear=True)
    empty = Choosing(task(word), toll_office(), station(f"站{word}"), (), (), may_clear=False)
    return {
        "plan.card": plan.card(t, own, TZ),
        "plan.card collector": plan.card(t, replace(own, owner=None, asks=(), rights=NOBODY), TZ),
        "plan.card office": plan.card(t, replace(own, rights=OFFICE), TZ),
        "plan.card head": plan.card(t, replace(own, rights=HEAD), TZ),
        "plan.card bare": plan.card(t, replace(own, task=bare, owner=None, asks=(), rights=OFFICE), TZ),
        "plan.card over": plan.card(t, replace(own, task=task(word, due_on=TODAY - timedelta(days=2))), TZ),
        "plan.card far": plan.card(t, replace(own, task=task(word, due_on=TODAY + timedelta(days=20), pieces=0)), TZ),
        "plan.card done": plan.card(t, replace(own, task=done, settled_by=who), TZ),
        "plan.card done unnamed": plan.card(t, replace(own, task=done, rights=NOBODY), TZ),
        "plan.card dropped": plan.card(t, replace(own, task=dropped, settled_by=office(), rights=OFFICE), TZ),
        "plan.card dropped owner": plan.card(t, replace(own, task=dropped, settled_by=office()), TZ),
        "plan.wants_evidence": plan.wants_evidence(t, own, finishing=True),
        "plan.wants_evidence more": plan.wants_evidence(t, replace(own, task=bare), finishing=False),
        "plan.taken_in": plan.taken_in(t, handed),
        "plan.handed": plan.handed(t, handed, TZ),
        "plan.handed bare": plan.handed(t, Handed(done, unnamed, frozenset(), may_add=False), TZ),
        "plan.handed none": plan.handed(t, Handed(task(word), (), frozenset(), may_add=True), TZ),
        "plan.piece": plan.piece(t, task(word), pieces[0]),
        "plan.piece document": plan.piece(t, task(word), pieces[1]),
        "plan.piece text": plan.piece(t, task(word), replace(pieces[2], file_id=None)),
        "plan.ask_help": plan.ask_help(t, own),
        "plan.ask_move": plan.ask_move(t, own),
        "plan.ask_due": plan.ask_due(t, own),
        "plan.ask_due undated": plan.ask_due(t, replace(own, task=bare)),
        "plan.choosing": plan.choosing(t, top),
        "plan.choosing nobody": plan.choosing(t, empty),
    }


def _dates(t: Texts, word: str, many: int) -> dict[str, Screen]:
    who = person(name=f"张{word}", joined=True)
    told = tuple(Told(NOW + n * HOUR, n + 1) for n in range(many))
    moved = Preview(TODAY, TODAY + timedelta(days=6), told, 1)
    silent = Preview(None, TODAY, (), 0)
    tasks = tuple(task(word, id=n) for n in range(many))
    undated = Phase(3, f"自查{word}", None, None, "", 10**6)
    return {
        "plan.ask_edge": plan.ask_edge(t, phase(word), Edge.START),
        "plan.ask_edge end": plan.ask_edge(t, undated, Edge.END),
        "plan.task_preview": plan.task_preview(t, TaskPreview(task(word), who, moved), TZ),
        "plan.task_preview nobody": plan.task_preview(t, TaskPreview(task(word), None, silent), TZ),
        "plan.task_preview not joined": plan.task_preview(
            t, TaskPreview(task(word), replace(who, joined=False), silent), TZ
        ),
        "plan.task_preview near": plan.task_preview(t, TaskPreview(task(word), who, silent), TZ),
        "plan.task_preview cleared": plan.task_preview(
            t, TaskPreview(task(word), who, Preview(TODAY, None, (), 0)), TZ
        ),
        "plan.phase_preview": plan.phase_preview(t, PhasePreview(phase(word), Edge.END, moved, tasks), TZ),
        "plan.phase_preview bare": plan.phase_preview(t, PhasePreview(undated, Edge.START, silent, ()), TZ),
    }


def _asking(t: Texts, word: str, many: int) -> dict[str, Screen]:
    who, boss = person(name=f"张{word}", unit=unit(name=f"一班{word}")), office(f"李{word}")
    move = AskCard(ask(word), task(word), who, None, may_settle=True)
    help_ = AskCard(ask(word, kind=AskKind.HELP, wanted_on=None, text=f"没人{word}"), task(word), who, None, True)
    settled = {
        state: replace(
            move, ask=ask(word, state=state, settled_at=NOW, settled_by=1), settled_by=boss, may_settle=False
        )
        for state in (AskState.GRANTED, AskState.REFUSED)
    }
    answered = AskCard(
        replace(help_.ask, state=AskState.ANSWERED, answer=f"派人{word}", settled_at=NOW), task(word), None, boss, False
    )
    moot = replace(move, ask=ask(word, state=AskState.MOOT, settled_at=NOW), may_settle=False)
    return {
        "plan.asked": plan.asked(t, move),
        "plan.asked help": plan.asked(t, help_),
        "plan.asks": plan.asks(t, [move, help_] * many, TZ),
        "plan.asks none": plan.asks(t, [], TZ),
        "plan.ask": plan.ask(t, move, TZ),
        "plan.ask help": plan.ask(t, help_, TZ),
        **{f"plan.ask {state}": plan.ask(t, card, TZ) for state, card in settled.items()},
        "plan.ask answered": plan.ask(t, answered, TZ),
        "plan.ask moot": plan.ask(t, moot, TZ),
        "plan.ask_answer": plan.ask_answer(t, help_),
        "plan.ask_letter": plan.ask_letter(t, boss, move, item(), NOW, TZ),
        **{f"plan.answer_letter {s}": plan.answer_letter(t, who, card, item(), NOW, TZ) for s, card in settled.items()},
        "plan.answer_letter answered": plan.answer_letter(t, who, answered, item(), NOW, TZ),
        "plan.answer_letter in a bundle": Screen(plan.answer_line(t, who, answered, item(), NOW, TZ)),
        "plan.ask_letter in a bundle": Screen(plan.ask_line(t, boss, move, item(), NOW, TZ)),
    }


def _letters(t: Texts, word: str) -> dict[str, Screen]:
    who = person(name=f"张{word}", unit=unit(name=f"一班{word}"))
    over = Overdue(task(word, due_on=TODAY - timedelta(days=1)), who)
    nobodys = replace(over, owner=None, task=replace(over.task, owner_id=None))
    changes = {
        "date": Change(ChangeKind.TASK_DATE, TODAY, task(word)),
        "cleared": Change(ChangeKind.TASK_DATE, TODAY, task(word, due_on=None)),
        "given": Change(ChangeKind.OWNER, None, task(word)),
        "released": Change(ChangeKind.RELEASED, None, task(word)),
        "phase": Change(ChangeKind.PHASE_DATE, TODAY, phase=phase(word), edge=Edge.END),
    }
    return {
        "plan.overdue_letter": plan.overdue_letter(t, who, over, item(), NOW, TZ),
        "plan.overdue_letter nobody": plan.overdue_letter(t, who, nobodys, item(), NOW, TZ),
        "plan.overdue_letter in a bundle": Screen(plan.overdue_line(t, who, over, item(), NOW, TZ)),
        **{f"plan.change_letter {k}": plan.change_letter(t, who, c, item(), NOW, TZ) for k, c in changes.items()},
        **{
            f"plan.change_letter line {k}": Screen(plan.change_line(t, who, c, item(), NOW, TZ))
            for k, c in changes.items()
        },
    }


def _table(t: Texts, word: str, many: int) -> dict[str, Screen]:
    few = [
        RowFault(3, "plan.fault.phase_unknown", {"phase": word, "known": "动员"}),
        RowFault(4, "plan.fault.no_title"),
    ]
    lots = [RowFault(n, "plan.fault.owner_unknown", {"staff_no": f"1{word}"}) for n in range(2, 400)]
    cells = (CellChange(TaskColumn.TITLE, "", f"新{word}"), CellChange(TaskColumn.DUE, "待定", "2026-11-30"))
    changed = tuple(TaskChange(task(word), task(word, id=n), cells) for n in range(many))
    diff = TaskDiff(tuple(task(word, id=n) for n in range(many)), changed, 7)
    dropped = task(word, state=TaskState.DROPPED, settled_at=NOW)
    return {
        "plan.exported": plan.exported(t, b"xlsx"),
        "plan.ask_table": plan.ask_table(t),
        "plan.no_table": plan.no_table(t),
        "plan.faults": plan.faults(t, f"活动{word}.xlsx", few),
        "plan.faults lots": plan.faults(t, f"活动{word}.xlsx", lots),
        "plan.table_preview": plan.table_preview(t, 31, diff),
        "plan.table_preview new": plan.table_preview(t, 31, replace(diff, changed=())),
        "plan.table_preview nothing": plan.table_preview(t, None, TaskDiff((), (), 52)),
        "plan.taken": plan.taken(t, diff),
        "plan.loaded": plan.loaded(t, Loaded(52, 0)),
        "plan.template_faulty": plan.template_faulty(t, [f"campaign.yaml:1:1: {word}"]),
        "plan.calendar": plan.calendar(t, Agenda((task(word), dropped), {2: phase(word)}), NOW),
        "plan.calendar none": plan.calendar(t, Agenda(()), NOW),
    }
