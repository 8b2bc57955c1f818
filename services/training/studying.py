"""自学: reading materials, putting them up and taking them down, and the three questions that complete a course."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from domain import practice
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.people import Person, Role
from domain.practice import Change, Item, Run, Step
from domain.questions import Course, Kind
from domain.training import CourseInfo
from domain.training.studying import (
    Check,
    Content,
    CourseStudy,
    Material,
    MaterialDraft,
    MaterialKind,
    check_run,
    draw,
    studies,
    with_id,
)
from services.practice import Bank
from services.training.common import fresh, office
from storage import audit, drafts
from storage import training as store
from storage.database import Connection, Database
from storage.drafts import Draft
from storage.training import studying

FORM = "material"


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A check, the item just answered, and whether the press was stale."""

    check: Check
    last: Item | None = None
    stale: bool = False


# reading ---------------------------------------------------------------------------------------------------------


async def overview(db: Database, caller: Person) -> tuple[CourseStudy, ...]:
    """[自学]: every course with its materials, and whether the caller has completed it. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[CourseStudy, ...]:
        return await _studies(tx, await fresh(tx, caller))

    return await db.read(unit)


async def course(db: Database, caller: Person, code: Course) -> CourseStudy:
    """One course. Raises NotForRole, NotFound."""
    found = next((one for one in await overview(db, caller) if one.course.code is code), None)
    if found is None:
        raise NotFound
    return found


async def _studies(tx: Connection, person: Person) -> tuple[CourseStudy, ...]:
    return studies(
        await store.courses(tx),
        await studying.materials(tx),
        await studying.completed(tx, person.id),
        await studying.check_counts(tx, person.id),
    )


async def material(db: Database, caller: Person, material_id: int) -> Material:
    """One material. Raises NotForRole, NotFound when it was taken down."""

    async def unit(tx: Connection) -> Material:
        await fresh(tx, caller)
        return await _material(tx, material_id)

    return await db.read(unit)


async def _material(tx: Connection, material_id: int) -> Material:
    found = await studying.material(tx, material_id)
    if found is None:
        raise NotFound
    return found


# putting up ------------------------------------------------------------------------------------------------------


async def ask(db: Database, caller: Person, code: Course, origin: str, now: int) -> CourseInfo:
    """[添加资料]: what the caller sends next is one. Raises NotForRole, NotFound."""

    async def unit(tx: Connection) -> CourseInfo:
        person, info = await office(tx, caller), await _course(tx, code)
        await drafts.begin(tx, person.id, FORM, "ask", json.dumps({"course": code.value}), origin, now)
        return info

    return await db.write(unit)


async def _course(tx: Connection, code: Course) -> CourseInfo:
    info = next((one for one in await store.courses(tx) if one.code is code), None)
    if info is None:
        raise NotFound
    return info


async def take(db: Database, caller: Person, draft: Draft, content: Content, message_id: int) -> MaterialDraft:
    """What was sent, before it is put up; sent again it replaces what was sent before. Raises NotForRole, MovedOn."""

    async def unit(tx: Connection) -> MaterialDraft:
        await office(tx, caller)
        current = await drafts.open_draft(tx, draft.id, caller.id)
        if current is None:
            raise MovedOn
        data = json.loads(current.data)
        if message_id > current.seen:
            data |= {"kind": content.kind.value, "title": content.title, "body": content.body}
            await drafts.put(tx, current.id, "confirm", json.dumps(data, ensure_ascii=False), message_id)
        return MaterialDraft(current.id, await _course(tx, Course(data["course"])), _content(data))

    return await db.write(unit)


def _content(data: dict[str, str]) -> Content:
    return Content(MaterialKind(data["kind"]), data["title"], data["body"])


async def put_up(db: Database, caller: Person, draft_id: int, now: int) -> Course:
    """[放上去]: of which course it was. Raises NotForRole, MovedOn when it was put up or dropped already."""

    async def unit(tx: Connection) -> Course:
        person, draft = await office(tx, caller), await drafts.open_draft(tx, draft_id, caller.id)
        if draft is None or draft.kind != FORM or draft.step != "confirm" or not await drafts.close(tx, draft.id, now):
            raise MovedOn
        data = json.loads(draft.data)
        code = Course(data["course"])
        added = await studying.add_material(tx, code, _content(data), person.id, now)
        await audit.append(tx, person.id, "training.material_added", f"material:{added}", now)
        return code

    return await db.write(unit)


async def take_down(db: Database, caller: Person, material_id: int, now: int) -> Course:
    """[撤下]: of which course it was. Raises NotForRole, NotFound when it is down already."""

    async def unit(tx: Connection) -> Course:
        person, found = await office(tx, caller), await _material(tx, material_id)
        await studying.remove_material(tx, material_id, now)
        await audit.append(tx, person.id, "training.material_removed", f"material:{material_id}", now)
        return found.course

    return await db.write(unit)


# the three questions ---------------------------------------------------------------------------------------------


async def begin(db: Database, bank: Bank, caller: Person, code: Course, number: int) -> ShownCheck:
    """[做三道题]: the caller's check number ``number`` of a course; pressed again it shows the one it began.

    Raises NotForRole, NotFound, NothingToPractise, MovedOn when the button is older than that.
    """
    rng = random.Random(random.SystemRandom().getrandbits(64))

    async def unit(tx: Connection) -> ShownCheck:
        person, info = await _learner(tx, caller), await _course(tx, code)
        known = await studying.numbered_check(tx, person.id, code, number)
        if known is not None:
            return ShownCheck(await _own(tx, bank, person, known))
        last, open_id = (await studying.check_counts(tx, person.id)).get(code, (0, None))
        if number != last + 1 or open_id is not None:
            raise MovedOn
        before = await _asked_last(tx, bank, person, code, last)
        questions = draw([q for q in bank.live if q.topic.course is code and q.kind is not Kind.PICTURE], before, rng)
        run = check_run(0, person.id, number, questions, rng)
        check_id = await studying.add_check(tx, person.id, code, number)
        await studying.add_check_items(tx, check_id, run.items)
        return ShownCheck(Check(info, with_id(run, check_id)))

    return await db.write(unit)


async def _learner(tx: Connection, caller: Person) -> Person:
    person = await fresh(tx, caller)
    if person.role is Role.BUREAU:
        raise NotForRole
    return person


async def _asked_last(tx: Connection, bank: Bank, person: Person, code: Course, number: int) -> frozenset[str]:
    check_id = await studying.numbered_check(tx, person.id, code, number)
    found = await studying.check(tx, check_id, bank.known) if check_id is not None else None
    return frozenset(item.question.id for item in found[1].items) if found else frozenset()


async def _own(tx: Connection, bank: Bank, person: Person, check_id: int) -> Check:
    found = await studying.check(tx, check_id, bank.known)
    if found is None or found[1].person_id != person.id:
        raise NotYours
    return Check(await _course(tx, found[0]), found[1])


async def resume(db: Database, bank: Bank, caller: Person, check_id: int) -> ShownCheck:
    """The check as it stands. Raises NotForRole, NotYours."""

    async def unit(tx: Connection) -> ShownCheck:
        return ShownCheck(await _own(tx, bank, await _learner(tx, caller), check_id))

    return await db.read(unit)


async def answer(
    db: Database, bank: Bank, caller: Person, check_id: int, position: int, place: int, now: int
) -> ShownCheck:
    """A press on an option. Raises NotForRole, NotYours."""
    return await _press(db, bank, caller, check_id, lambda run: practice.choose(run, position, place, now))


async def untick(db: Database, bank: Bank, caller: Person, check_id: int, position: int, place: int) -> ShownCheck:
    """A press on a ticked option of a multiple choice. Raises NotForRole, NotYours."""
    return await _press(db, bank, caller, check_id, lambda run: practice.untick(run, position, place))


async def submit(db: Database, bank: Bank, caller: Person, check_id: int, position: int, now: int) -> ShownCheck:
    """[提交] of a multiple choice. Raises NotForRole, NotYours, NothingChosen."""
    return await _press(db, bank, caller, check_id, lambda run: practice.submit(run, position, now))


async def note(db: Database, bank: Bank, caller: Person, check_id: int, position: int, now: int) -> ShownCheck:
    """[明白了]. Raises NotForRole, NotYours."""
    return await _press(db, bank, caller, check_id, lambda run: practice.note(run, position, now))


async def _press(db: Database, bank: Bank, caller: Person, check_id: int, decide: Callable[[Run], Step]) -> ShownCheck:
    async def unit(tx: Connection) -> ShownCheck:
        check = await _own(tx, bank, await _learner(tx, caller), check_id)
        step = decide(check.run)
        after = Check(check.course, step.run)
        if step.item is not None:
            await studying.save_check_item(tx, check_id, step.item)
        if step.change is Change.ANSWERED and step.run.complete:
            await studying.end_check(tx, check_id, passed=after.passed)
        last = step.item if step.change is Change.ANSWERED else None
        return ShownCheck(after, last, stale=step.change is Change.NOTHING)

    return await db.write(unit)
