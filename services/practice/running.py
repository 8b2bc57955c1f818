"""Practice use cases: open the menu, begin a set, answer, note an explanation, own up to a guess, take it up again.

Every call is idempotent: a run is begun once per ordinal, an item answered once, whoever presses how often.
"""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from domain import practice as rules
from domain.clock import midnight, millis
from domain.errors import MovedOn, NotForRole, NotYours
from domain.people import Person, Role
from domain.practice import (
    Card,
    Change,
    Focus,
    Grade,
    Item,
    Overview,
    Run,
    Scheduler,
    Step,
    Subject,
    Weakness,
    WrongBook,
)
from domain.practice.quizzes import may_bind
from domain.questions import Question, Topic
from services.practice.changes import after_refresh
from storage import installation
from storage import practice as store
from storage.database import Connection, Database
from storage.practice import quizzes
from storage.practice.reports import newest_questions

_DIGEST = "bank_digest"
_PARAMETERS = "fsrs"


class Bank:
    """The questions in memory: every version that any run may show, and the live ones new runs draw from."""

    def __init__(
        self,
        known: dict[tuple[str, int], Question],
        live: tuple[Question, ...],
        scheduler: Scheduler | None = None,
    ) -> None:
        self.scheduler = scheduler or Scheduler()
        self.renewing = asyncio.Lock()
        self.become(known, live)

    def become(self, known: dict[tuple[str, int], Question], live: tuple[Question, ...]) -> None:
        """Hold another bank from now on: everybody who has this object sees it."""
        self.known = known
        self.live = live
        self._of_id = {question.id: question for question in live}
        self.topics = {topic: sum(q.topic is topic for q in live) for topic in Topic}

    def outdated(self, question: Question) -> bool:
        """Whether another answer is right by now than in this version: then it teaches nothing about the live one."""
        live = self.asked_as(question.id)
        return live is not None and live.version != question.version and rules.rekeyed(question, live)

    def asked_as(self, question_id: str) -> Question | None:
        """The live version; None when it is not in use."""
        return self._of_id.get(question_id)

    def of(self, topic: Topic | None) -> tuple[Question, ...]:
        """The live questions of a topic, or all (None)."""
        return self.live if topic is None else tuple(q for q in self.live if q.topic is topic)


async def bank_digest(db: Database) -> str | None:
    """The digest of the content files that the stored bank was made from."""
    return await db.read(lambda tx: installation.get(tx, _DIGEST))


async def replace_bank(db: Database, questions: tuple[Question, ...], digest: str, now: int = 0) -> None:
    """Store a checked bank as the live one. A question whose text changed under the same version gets the new text.

    Where another answer is right now, the question counts as new for all, and who saw it is told.
    """

    async def unit(tx: Connection) -> None:
        before = await newest_questions(tx)
        await store.put_bank(tx, questions, now)
        await after_refresh(tx, before, await newest_questions(tx), now)
        await installation.put(tx, _DIGEST, digest)

    await db.write(unit)


async def load_bank(db: Database) -> Bank:
    """The stored bank and the parameters of the memory, into memory. The first call stores the parameters."""

    async def unit(tx: Connection) -> str | None:
        return await installation.get(tx, _PARAMETERS)

    kept = await db.read(unit)
    scheduler = _scheduler(kept)
    if kept is None:
        said = json.dumps({"parameters": scheduler.parameters, "retention": scheduler.retention})
        await db.write(lambda tx: installation.put(tx, _PARAMETERS, said))
    return Bank(*await db.read(store.whole_bank), scheduler)


def _scheduler(kept: str | None) -> Scheduler:
    if kept is None:
        return Scheduler()
    said = json.loads(kept)
    return Scheduler(said["parameters"], said["retention"])


@dataclass(frozen=True, slots=True)
class Shown:
    """A run to show, the item just answered or noted (its feedback stands above), and whether the press was stale."""

    run: Run
    last: Item | None = None
    stale: bool = False


async def overview(db: Database, bank: Bank, person: Person) -> Overview:
    """The practice menu of a person."""
    _require_practice(person)

    async def unit(tx: Connection) -> Overview:
        current = await store.open_run(tx, person.id, bank.known)
        answered, ordinal = await store.totals(tx, person.id)
        cards = await store.cards(tx, person.id)
        wrong = len(_chosen(bank, Focus.WRONG, cards))
        reports = await store.reported_count(tx, person.scope) if person.role is Role.OFFICE else None
        leads = may_bind(person) and bool(await quizzes.groups(tx, person.scope))
        return Overview(current, ordinal + 1, bank.topics, answered, wrong, _weak(bank, cards), reports, leads)

    return await db.read(unit)


async def wrong_book(db: Database, bank: Bank, person: Person) -> WrongBook:
    """The person's 错题本. A question leaves it with the next right answer."""
    _require_practice(person)

    async def unit(tx: Connection) -> WrongBook:
        questions = _chosen(bank, Focus.WRONG, await store.cards(tx, person.id))
        return WrongBook(questions, await store.last_ordinal(tx, person.id) + 1)

    return await db.read(unit)


def _weak(bank: Bank, cards: Mapping[str, Card]) -> tuple[Weakness, ...]:
    live = {question.id: question for question in bank.live}
    seen = [(live[card.question_id], card) for card in cards.values() if card.question_id in live]
    return rules.weaknesses((q.topic, tag, card.shown, card.missed) for q, card in seen for tag in q.tags)


def _chosen(bank: Bank, subject: Subject, cards: Mapping[str, Card]) -> tuple[Question, ...]:
    if subject is Focus.WRONG:
        missed = {card.question_id for card in cards.values() if card.missed_last}
        return tuple(question for question in bank.live if question.id in missed)
    if subject is Focus.WEAK:
        weak = {(one.topic, one.tag) for one in _weak(bank, cards)}
        return tuple(q for q in bank.live if any((q.topic, tag) in weak for tag in q.tags))
    return bank.of(subject)


async def begin(
    db: Database, bank: Bank, person: Person, ordinal: int, size: int, topic: Subject, now: int, tz: tzinfo
) -> Shown:
    """Begin the person's run number ``ordinal``; an open run is dropped.

    Pressing twice shows the run that the first press began. Raises MovedOn when the menu is older than that, and
    NothingToPractise when the bank has no question of the topic.
    """
    _require_practice(person)
    if size not in rules.SIZES:
        raise MovedOn
    seed = random.SystemRandom().getrandbits(64)

    async def unit(tx: Connection) -> Shown:
        last = await store.last_ordinal(tx, person.id)
        if ordinal == last and last > 0:
            return Shown(await _latest(tx, bank, person))
        if ordinal != last + 1:
            raise MovedOn
        rng = random.Random(seed)
        cards = await store.cards(tx, person.id)
        allowed = rules.DUE_A_DAY - await store.asked_again(tx, person.id, midnight(now, tz))
        questions = rules.pick(_chosen(bank, topic, cards), cards, size, rng, now, max(0, allowed))
        await store.drop_open(tx, person.id)
        exam_at = _morning(await store.exam_day(tx), tz)
        run_id = await store.add_run(tx, person.id, ordinal, topic, rules.lay_out(questions, rng), now, exam_at)
        return Shown(await _own(tx, bank, person, run_id))

    return await db.write(unit)


def _morning(day: str | None, tz: tzinfo) -> int | None:
    return millis(datetime.combine(date.fromisoformat(day), time(8), tz)) if day else None


async def again(db: Database, bank: Bank, person: Person, run_id: int, now: int, tz: tzinfo) -> Shown:
    """Another set like the finished run ``run_id``: same topic, five questions."""
    run = await db.read(lambda tx: _own(tx, bank, person, run_id))
    return await begin(db, bank, person, run.ordinal + 1, 5, run.topic, now, tz)


async def resume(db: Database, bank: Bank, person: Person, run_id: int) -> Shown:
    """The run as it stands."""
    _require_practice(person)
    return Shown(await db.read(lambda tx: _own(tx, bank, person, run_id)))


async def answer(db: Database, bank: Bank, person: Person, run_id: int, position: int, place: int, now: int) -> Shown:
    """A press on the option in ``place`` of item ``position``."""
    return await _press(db, bank, person, run_id, lambda run: rules.choose(run, position, place, now), now)


async def untick(db: Database, bank: Bank, person: Person, run_id: int, position: int, place: int, now: int) -> Shown:
    """A press on a ticked option of a multiple-choice item."""
    return await _press(db, bank, person, run_id, lambda run: rules.untick(run, position, place), now)


async def submit(db: Database, bank: Bank, person: Person, run_id: int, position: int, now: int) -> Shown:
    """[提交] on a multiple-choice item."""
    return await _press(db, bank, person, run_id, lambda run: rules.submit(run, position, now), now)


async def note(db: Database, bank: Bank, person: Person, run_id: int, position: int, now: int) -> Shown:
    """[明白了] under a wrong answer."""
    return await _press(db, bank, person, run_id, lambda run: rules.note(run, position, now), now)


async def guess(db: Database, bank: Bank, person: Person, run_id: int, position: int, now: int) -> Shown:
    """[蒙对的] under a right answer: it is asked again sooner. A second press changes nothing."""
    _require_practice(person)

    async def unit(tx: Connection) -> Shown:
        run = await _own(tx, bank, person, run_id)
        step = rules.guess(run, position, now)
        if step.item is None or step.item.answered_at is None:
            return Shown(run, stale=True)
        before = await store.before_last(tx, person.id, step.item.question.id)
        after = bank.scheduler.after(before, Grade.GUESSED, step.item.answered_at, run.exam_at)
        await store.save_guess(tx, step.run, step.item, after)
        return Shown(step.run, step.item)

    return await db.write(unit)


async def _press(
    db: Database, bank: Bank, person: Person, run_id: int, decide: Callable[[Run], Step], now: int
) -> Shown:
    _require_practice(person)

    async def unit(tx: Connection) -> Shown:
        run = await _own(tx, bank, person, run_id)
        step = decide(run)
        await _save(tx, step, bank, now)
        feedback = step.item if step.change is Change.ANSWERED else None
        return Shown(step.run, feedback, stale=step.change is Change.NOTHING)

    return await db.write(unit)


async def _save(tx: Connection, step: Step, bank: Bank, now: int) -> None:
    if step.item is None:
        return
    if step.change is Change.TICKED:
        await store.save_ticks(tx, step.run.id, step.item)
    elif step.change is Change.ANSWERED:
        grade = Grade.RIGHT if step.item.right else Grade.WRONG
        after = bank.scheduler.after(step.item.memory, grade, now, step.run.exam_at)
        known = None if bank.outdated(step.item.question) else after
        await store.save_answer(tx, step.run, step.item, known, now)
    else:
        await store.save_note(tx, step.run.id, step.item)


async def _own(tx: Connection, bank: Bank, person: Person, run_id: int) -> Run:
    run = await store.run(tx, run_id, bank.known)
    if run is None or run.person_id != person.id:
        raise NotYours
    return run


async def _latest(tx: Connection, bank: Bank, person: Person) -> Run:
    run = await store.latest_run(tx, person.id, bank.known)
    assert run is not None
    return run


def _require_practice(person: Person) -> None:
    if person.role is Role.BUREAU:
        raise NotForRole
