"""Screens of training."""

from dataclasses import replace

from domain.clock import DAY, HOUR
from domain.people import Role
from domain.practice import RunState
from domain.questions import Course, Kind
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
    Unplaced,
)
from domain.training.covering import Attendance, coverage
from domain.training.splitting import Move, Split, Splitting, TeamSplit
from domain.training.studying import Check, Content, CourseStudy, Material, MaterialDraft, MaterialKind
from domain.training.swapping import Batches, Colleagues, Swap, SwapLetter, SwapState
from tests.unit.samples.outbox import item
from tests.unit.test_views_samples import NOW, TZ, office, person, run, session, unit
from tests.unit.test_views_samples import item as question_item
from views import training
from views.screen import Screen
from views.texts import Texts


def screens(t: Texts, word: str, many: int) -> dict[str, Screen]:
    """Looking up, changing, telling, calling the roll, batches, self-study."""
    return {
        **_looking(t, word, many),
        **_changing(t, word),
        **_telling(t, word),
        **_calling(t, word, many),
        **_splitting(t, word, many),
        **_swapping(t, word, many),
        **_studying(t, word, many),
    }


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
        "training.change cleared": training.change(t, who, ChangeLetter(unknown, first, (Part.VENUE,)), row, NOW, TZ),
        "training.roll_due": training.roll_due(t, who, now, row, NOW, TZ),
        "training.roll_due assigned": training.roll_due(t, who, now, replace(row, detail={"assigned": True}), NOW, TZ),
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
        "training.unplaced": training.unplaced(
            t,
            [
                Unplaced(Makeup(10**9, 5, one.id, None, ("waiting", "declined")[n % 2]), one, now)
                for n, one in enumerate(people)
            ],
        ),
        "training.unplaced none": training.unplaced(t, []),
    }


def _splitting(t: Texts, word: str, many: int) -> dict[str, Screen]:
    people = tuple(person(n, name=f"张{word}{n}", batch=None, station=f"城东{word}") for n in range(10, 10 + many))
    teams = tuple(TeamSplit(unit(n, name=f"一班{word}"), f"城东{word}", 3, 2) for n in range(100, 100 + many))
    moves = tuple(Move(replace(one, batch=(None, 1, 2)[n % 3]), 1 + n % 2) for n, one in enumerate(people))
    found, row = Split(teams, moves), item()
    sessions = tuple(session(word, id=n) for n in range(4))
    marks = [Attendance(10, Course.LAWS, 2, NOW, Mark.PRESENT)]
    covered = coverage(people, [session(word).course], marks)
    return {
        "training.split": training.split(t, Splitting(found)),
        "training.split done": training.split(t, Splitting(found, done=True)),
        "training.split even": training.split(t, Splitting(Split(teams, ()), stale=True)),
        "training.unbatched": training.unbatched(t, people),
        "training.unbatched nobody": training.unbatched(t, ()),
        "training.batch_changed": training.batch_changed(t, Batches(2, sessions), TZ),
        "training.change batch": training.change(t, person(), Batches(2, ()), row, NOW, TZ),
        "training.coverage": training.coverage(t, covered, b"xlsx"),
    }


def _swapping(t: Texts, word: str, many: int) -> dict[str, Screen]:
    mine = person(7, name=f"张{word}")
    other = person(
        8, name=f"李{word}", batch=2, station=f"城西{word}", unit=unit(12, name=f"二班{word}", path="1.2.5.12.")
    )
    leader = person(9, Role.TEAM_LEADER, f"王{word}")
    asked = Swap(10**9, mine, other, 1, SwapState.ASKED, None, None)
    agreed = replace(asked, state=SwapState.AGREED)
    done = replace(asked, state=SwapState.DONE, asker_by=leader, colleague_by=leader)
    people = tuple(person(n, name=f"赵{word}{n}", batch=2, unit=unit(9 + n % 2)) for n in range(20, 20 + many))
    row = item()
    return {
        "training.colleagues": training.colleagues(t, mine, Colleagues(people, None, 0)),
        "training.colleagues second page": training.colleagues(t, mine, Colleagues(people, None, 1)),
        "training.colleagues nobody": training.colleagues(t, mine, Colleagues((), None, 0)),
        "training.colleagues open": training.colleagues(t, mine, Colleagues(people, asked, 0)),
        "training.swap asker": training.swap(t, mine, asked),
        "training.swap colleague": training.swap(t, other, asked),
        "training.swap leader": training.swap(t, leader, agreed),
        **{f"training.swap {state}": training.swap(t, other, replace(done, state=state)) for state in SwapState},
        "training.swaps": training.swaps(t, (agreed,) * many),
        "training.swaps none": training.swaps(t, ()),
        "training.swap_asked": training.swap_asked(t, other, SwapLetter(asked), row, NOW, TZ),
        "training.swap_answered": training.swap_answered(t, mine, SwapLetter(done, (session(word),) * 4), row, NOW, TZ),
        "training.swap_answered refused": training.swap_answered(
            t, mine, SwapLetter(replace(asked, state=SwapState.REFUSED)), row, NOW, TZ
        ),
    }


def _studying(t: Texts, word: str, many: int) -> dict[str, Screen]:
    course = CourseInfo(Course.LAWS, f"法律法规{word}", 2)
    kinds = list(MaterialKind)
    texts = {MaterialKind.TEXT: "<b>第一章</b> 总则", MaterialKind.LINK: "https://example.org/a"}
    contents = {kind: Content(kind, f"资料{word}", texts.get(kind, "file-id")) for kind in kinds}
    materials = tuple(Material(n, Course.LAWS, contents[kinds[n % 4]]) for n in range(many))
    new, open_, done = (
        CourseStudy(course, materials, completed=False, open_check=None, next_number=10**6),
        CourseStudy(course, (), completed=False, open_check=10**9, next_number=3),
        CourseStudy(course, materials, completed=True, open_check=None, next_number=3),
    )
    right = question_item(0, word=word, ticked=frozenset({0}), answered_at=NOW)
    wrong = question_item(0, word=word, ticked=frozenset({2}), answered_at=NOW)
    noted = replace(wrong, noted_at=NOW)
    multiple = question_item(0, Kind.MULTIPLE, word)
    return {
        "training.study": training.study(t, (new, open_, done)),
        "training.study_course": training.study_course(t, new, manages=False),
        "training.study_course office": training.study_course(t, open_, manages=True),
        "training.study_course completed": training.study_course(t, done, manages=False),
        **{
            f"training.material {kind}": training.material(t, Material(5, Course.LAWS, content), manages=True)
            for kind, content in contents.items()
        },
        **{
            f"training.material_preview {kind}": training.material_preview(t, MaterialDraft(10**9, course, content))
            for kind, content in contents.items()
        },
        "training.ask_material": training.ask_material(t, course),
        "training.ask_remove": training.ask_remove(t, Material(5, Course.LAWS, contents[MaterialKind.TEXT])),
        "training.check": training.check(t, Check(course, run(right, question_item(1, word=word))), right),
        "training.check multiple": training.check(t, Check(course, run(multiple))),
        "training.check wrong": training.check(t, Check(course, run(wrong, right)), wrong),
        "training.check passed": training.check(t, Check(course, run(right, state=RunState.FINISHED)), right),
        "training.check failed": training.check(t, Check(course, run(noted, state=RunState.FINISHED))),
    }
