"""Materials of self-study and the checks that complete a course, in the database."""

from collections.abc import Iterable, Mapping

from domain.practice import Item, Run, RunState
from domain.questions import Course, Question
from domain.training.studying import Content, Material, MaterialKind
from storage.database import Connection, Row

Bank = Mapping[tuple[str, int], Question]

_MATERIAL = "SELECT id, course_code, kind, title, body FROM materials WHERE removed_at IS NULL"


def _material(row: Row) -> Material:
    content = Content(MaterialKind(row["kind"]), row["title"], row["body"])
    return Material(row["id"], Course(row["course_code"]), content)


async def add_material(tx: Connection, course: Course, content: Content, by: int, now: int) -> int:
    """A new material. Returns its id."""
    row = await tx.one(
        """INSERT INTO materials (course_code, kind, title, body, added_by, added_at)
           VALUES (:course, :kind, :title, :body, :by, :now) RETURNING id""",
        course=course.value,
        kind=content.kind.value,
        title=content.title,
        body=content.body,
        by=by,
        now=now,
    )
    assert row is not None
    return int(row["id"])


async def materials(tx: Connection) -> tuple[Material, ...]:
    """Everything that is up, oldest first."""
    return tuple(_material(row) for row in await tx.all(f"{_MATERIAL} ORDER BY id"))


async def material(tx: Connection, material_id: int) -> Material | None:
    """One of them; None when it was taken down."""
    row = await tx.one(f"{_MATERIAL} AND id = :id", id=material_id)
    return _material(row) if row else None


async def remove_material(tx: Connection, material_id: int, now: int) -> bool:
    """Take it down. False when it was down before."""
    changed = await tx.run(
        "UPDATE materials SET removed_at = :now WHERE id = :id AND removed_at IS NULL", id=material_id, now=now
    )
    return changed == 1


# checks ----------------------------------------------------------------------------------------------------------


async def completed(tx: Connection, person_id: int) -> frozenset[Course]:
    """The courses that a person has completed by a check."""
    rows = await tx.all(
        "SELECT DISTINCT course_code FROM checks WHERE person_id = :person AND state = 'passed'", person=person_id
    )
    return frozenset(Course(row["course_code"]) for row in rows)


async def check_counts(tx: Connection, person_id: int) -> dict[Course, tuple[int, int | None]]:
    """By course: how many checks a person has begun, and the id of the open one."""
    rows = await tx.all(
        """SELECT course_code, max(number) AS n, max(CASE WHEN state = 'open' THEN id END) AS open
             FROM checks WHERE person_id = :person GROUP BY course_code""",
        person=person_id,
    )
    return {Course(row["course_code"]): (row["n"], row["open"]) for row in rows}


async def add_check(tx: Connection, person_id: int, course: Course, number: int) -> int:
    """A new open check. Returns its id."""
    row = await tx.one(
        """INSERT INTO checks (person_id, course_code, number, state) VALUES (:person, :course, :number, 'open')
           RETURNING id""",
        person=person_id,
        course=course.value,
        number=number,
    )
    assert row is not None
    return int(row["id"])


async def add_check_items(tx: Connection, check_id: int, items: Iterable[Item]) -> None:
    """Its questions."""
    await tx.many(
        """INSERT INTO check_items (check_id, position, question_id, question_version, shown_order)
           VALUES (:check, :position, :question, :version, :order)""",
        [
            {
                "check": check_id,
                "position": item.position,
                "question": item.question.id,
                "version": item.question.version,
                "order": "".join(map(str, item.order)),
            }
            for item in items
        ],
    )


async def check(tx: Connection, check_id: int, bank: Bank) -> tuple[Course, Run] | None:
    """A check by id: of which course, and its questions."""
    head = await tx.one("SELECT id, person_id, course_code, number, state FROM checks WHERE id = :id", id=check_id)
    if head is None:
        return None
    rows = await tx.all("SELECT * FROM check_items WHERE check_id = :id ORDER BY position", id=check_id)
    state = RunState.OPEN if head["state"] == "open" else RunState.FINISHED
    items = tuple(_item(row, bank) for row in rows)
    return Course(head["course_code"]), Run(head["id"], head["person_id"], head["number"], None, state, items)


def _item(row: Row, bank: Bank) -> Item:
    return Item(
        position=row["position"],
        question=bank[row["question_id"], row["question_version"]],
        order=tuple(map(int, row["shown_order"])),
        ticked=frozenset(map(int, row["ticked"])),
        answered_at=row["answered_at"],
        noted_at=row["noted_at"],
    )


async def numbered_check(tx: Connection, person_id: int, course: Course, number: int) -> int | None:
    """The id of a person's n-th check of a course."""
    row = await tx.one(
        "SELECT id FROM checks WHERE person_id = :person AND course_code = :course AND number = :number",
        person=person_id,
        course=course.value,
        number=number,
    )
    return row["id"] if row else None


async def save_check_item(tx: Connection, check_id: int, item: Item) -> None:
    """An item after a press."""
    await tx.run(
        """UPDATE check_items SET ticked = :ticked, answered_at = :answered, noted_at = :noted
            WHERE check_id = :check AND position = :position""",
        check=check_id,
        position=item.position,
        ticked="".join(map(str, sorted(item.ticked))),
        answered=item.answered_at,
        noted=item.noted_at,
    )


async def end_check(tx: Connection, check_id: int, *, passed: bool) -> None:
    """All questions are answered."""
    await tx.run(
        "UPDATE checks SET state = :state WHERE id = :id AND state = 'open'",
        id=check_id,
        state="passed" if passed else "failed",
    )
