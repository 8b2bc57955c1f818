"""The question bank as it was ever shown, practice runs and cards in the database. A tap costs the same for ever."""

import json
from collections.abc import Iterable, Mapping, Sequence

from domain.practice import Card, Item, Run, RunState
from domain.questions import Difficulty, Kind, Question, Topic
from storage.database import Connection, Row

Bank = Mapping[tuple[str, int], Question]


# the bank --------------------------------------------------------------------------------------------------------


def _body(question: Question) -> str:
    fields = {name: getattr(question, name) for name in Question.__dataclass_fields__}
    return json.dumps(fields | {"key": sorted(question.key)}, ensure_ascii=False)


def _question(row: Row) -> Question:
    fields = json.loads(row["body"])
    return Question(
        id=fields["id"],
        version=fields["version"],
        topic=Topic(fields["topic"]),
        kind=Kind(fields["kind"]),
        stem=fields["stem"],
        options=tuple(fields["options"]),
        key=frozenset(fields["key"]),
        explanation=fields["explanation"],
        source=fields["source"],
        facts=tuple(fields["facts"]),
        tags=tuple(fields["tags"]),
        difficulty=Difficulty(fields["difficulty"]),
        fixed_order=fields["fixed_order"],
        author=fields["author"],
        reviewer=fields["reviewer"],
        reviewed=fields.get("reviewed", ""),
        picture=fields.get("picture", ""),
    )


async def put_bank(tx: Connection, questions: Iterable[Question]) -> None:
    """Make ``questions`` the live bank. Versions that were live before stay readable for the runs that show them."""
    await tx.run("UPDATE questions SET live = 0 WHERE live = 1")
    await tx.many(
        """INSERT INTO questions (id, version, topic, body, live) VALUES (:id, :version, :topic, :body, 1)
           ON CONFLICT (id, version) DO UPDATE SET topic = excluded.topic, body = excluded.body, live = 1""",
        [{"id": q.id, "version": q.version, "topic": q.topic, "body": _body(q)} for q in questions],
    )


async def whole_bank(tx: Connection) -> tuple[dict[tuple[str, int], Question], tuple[Question, ...]]:
    """Every version ever shown by (id, version), and the live questions."""
    rows = await tx.all("SELECT id, version, body, live FROM questions ORDER BY id, version")
    known = {(row["id"], row["version"]): _question(row) for row in rows}
    live = tuple(known[row["id"], row["version"]] for row in rows if row["live"])
    return known, live


# runs ------------------------------------------------------------------------------------------------------------

_RUN = """
    SELECT r.id, r.person_id, r.ordinal, r.topic, r.state, i.position, i.question_id, i.question_version,
           i.shown_order, i.ticked, i.answered_at, i.noted_at
      FROM runs r JOIN run_items i ON i.run_id = r.id
"""


def _run(rows: Sequence[Row], bank: Bank) -> Run | None:
    if not rows:
        return None
    first = rows[0]
    topic = Topic(first["topic"]) if first["topic"] else None
    items = tuple(_item(row, bank) for row in rows)
    return Run(first["id"], first["person_id"], first["ordinal"], topic, RunState(first["state"]), items)


def _item(row: Row, bank: Bank) -> Item:
    return Item(
        position=row["position"],
        question=bank[row["question_id"], row["question_version"]],
        order=tuple(map(int, row["shown_order"])),
        ticked=frozenset(map(int, row["ticked"])),
        answered_at=row["answered_at"],
        noted_at=row["noted_at"],
    )


def _digits(indexes: Iterable[int]) -> str:
    return "".join(map(str, indexes))


async def run(tx: Connection, run_id: int, bank: Bank) -> Run | None:
    """A run with its items, whoever owns it."""
    return _run(await tx.all(f"{_RUN} WHERE r.id = :id ORDER BY i.position", id=run_id), bank)


async def open_run(tx: Connection, person_id: int, bank: Bank) -> Run | None:
    """The person's open run."""
    rows = await tx.all(
        f"{_RUN} WHERE r.person_id = :person AND r.state = 'open' ORDER BY i.position", person=person_id
    )
    return _run(rows, bank)


async def latest_run(tx: Connection, person_id: int, bank: Bank) -> Run | None:
    """The person's newest run in whatever state."""
    rows = await tx.all(
        f"""{_RUN} WHERE r.person_id = :person
              AND r.ordinal = (SELECT max(ordinal) FROM runs WHERE person_id = :person) ORDER BY i.position""",
        person=person_id,
    )
    return _run(rows, bank)


async def last_ordinal(tx: Connection, person_id: int) -> int:
    """The number of runs the person has begun."""
    row = await tx.one("SELECT coalesce(max(ordinal), 0) AS n FROM runs WHERE person_id = :person", person=person_id)
    return int(row["n"]) if row else 0


async def drop_open(tx: Connection, person_id: int) -> None:
    """Close the person's open run without a result."""
    await tx.run("UPDATE runs SET state = 'dropped' WHERE person_id = :person AND state = 'open'", person=person_id)


async def add_run(
    tx: Connection, person_id: int, ordinal: int, topic: Topic | None, items: Sequence[Item], now: int
) -> int:
    """A new open run with its items. Returns its id."""
    row = await tx.one(
        """INSERT INTO runs (person_id, ordinal, topic, state, created_at)
           VALUES (:person, :ordinal, :topic, 'open', :now) RETURNING id""",
        person=person_id,
        ordinal=ordinal,
        topic=topic,
        now=now,
    )
    assert row is not None
    await tx.many(
        """INSERT INTO run_items (run_id, position, question_id, question_version, shown_order)
           VALUES (:run, :position, :question, :version, :order)""",
        [
            {
                "run": row["id"],
                "position": item.position,
                "question": item.question.id,
                "version": item.question.version,
                "order": _digits(item.order),
            }
            for item in items
        ],
    )
    return int(row["id"])


async def save_ticks(tx: Connection, run_id: int, item: Item) -> None:
    """The options ticked so far on an item that is not answered yet."""
    await tx.run(
        "UPDATE run_items SET ticked = :ticked WHERE run_id = :run AND position = :position AND answered_at IS NULL",
        ticked=_digits(sorted(item.ticked)),
        run=run_id,
        position=item.position,
    )


async def save_answer(tx: Connection, run: Run, item: Item, now: int) -> bool:
    """The final answer of an item, and what it says about the card. False when it was answered before."""
    changed = await tx.run(
        """UPDATE run_items SET ticked = :ticked, answered_at = :now, correct = :correct
            WHERE run_id = :run AND position = :position AND answered_at IS NULL""",
        ticked=_digits(sorted(item.ticked)),
        now=now,
        correct=int(item.right),
        run=run.id,
        position=item.position,
    )
    if not changed:
        return False
    await tx.run(
        """INSERT INTO cards (person_id, question_id, shown, missed, last_at)
           VALUES (:person, :question, 1, :missed, :now)
           ON CONFLICT (person_id, question_id) DO UPDATE
               SET shown = cards.shown + 1, missed = cards.missed + excluded.missed, last_at = excluded.last_at""",
        person=run.person_id,
        question=item.question.id,
        missed=int(item.wrong),
        now=now,
    )
    if run.state is RunState.FINISHED:
        await tx.run("UPDATE runs SET state = 'finished' WHERE id = :run AND state = 'open'", run=run.id)
    return True


async def save_note(tx: Connection, run_id: int, item: Item) -> None:
    """A wrong answer's explanation was acknowledged."""
    await tx.run(
        "UPDATE run_items SET noted_at = :at WHERE run_id = :run AND position = :position AND noted_at IS NULL",
        at=item.noted_at,
        run=run_id,
        position=item.position,
    )


async def cards(tx: Connection, person_id: int) -> dict[str, Card]:
    """What is known of the person, by question id."""
    rows = await tx.all(
        "SELECT question_id, shown, missed, last_at FROM cards WHERE person_id = :person", person=person_id
    )
    return {row["question_id"]: Card(*row) for row in rows}


async def totals(tx: Connection, person_id: int) -> tuple[int, int]:
    """How many answers a person has given, and how many runs they have begun."""
    row = await tx.one("SELECT coalesce(sum(shown), 0) AS n FROM cards WHERE person_id = :person", person=person_id)
    return (int(row["n"]) if row else 0), await last_ordinal(tx, person_id)


async def answers(tx: Connection, person_id: int) -> list[dict[str, str | int | None]]:
    """Every answer of a person, for the export of the own data."""
    rows = await tx.all(
        """SELECT i.question_id, i.question_version, i.ticked, i.correct, i.answered_at
             FROM run_items i JOIN runs r ON r.id = i.run_id
            WHERE r.person_id = :person AND i.answered_at IS NOT NULL ORDER BY i.answered_at""",
        person=person_id,
    )
    return [dict(row) for row in rows]
