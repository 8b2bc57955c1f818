"""The ledger in the database: entries and their steps are added, never changed. Decides nothing."""

from collections.abc import Iterable
from datetime import date

from domain.people import Unit, UnitKind
from domain.scores import Clause, Entry, Step, StepKind, SubjectKind, first_and_last
from storage.database import Connection, Row, Value, value_list
from storage.scores.standards import clause_of

# Names of people who were erased are pseudonyms; who left is still named on what they did.
_ENTRY = """
    SELECT e.*, u.kind AS unit_kind, u.name AS unit_name, u.parent_id, u.path,
           CASE WHEN u.kind = 'team' THEN s.name ELSE u.name END AS station,
           p.name AS person_name, p.staff_no, a.name AS proposer_name,
           c.id AS clause_of_id, c.standard_id, c.subject AS clause_of_subject, c.code, c.text AS clause_of_text,
           c.points AS clause_of_points, c.cap, c.evidence, c.deeds,
           d.id AS about_deed, d.text AS deed_text, k.month AS closed
      FROM score_entries e JOIN units u ON u.id = e.unit_id LEFT JOIN units s ON s.id = u.parent_id
      JOIN score_clauses c ON c.id = e.clause_id JOIN people a ON a.id = e.proposer_id
      LEFT JOIN people p ON p.id = e.person_id
      LEFT JOIN score_entries r ON r.id = e.reverses LEFT JOIN deeds d ON d.id = coalesce(e.deed_id, r.deed_id)
      LEFT JOIN score_close_entries b ON b.entry_id = e.id LEFT JOIN score_closes k ON k.id = b.close_id
"""
_AT_ONCE = 10_000  # ids in one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535
_WITHIN = "substr(u.path, 1, length(:scope)) = :scope"
# What may still change what it counts, or does count and is in no close.
_OPEN = """b.entry_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM score_steps x WHERE x.entry_id = e.id AND x.step IN ('refused', 'withdrawn', 'granted'))"""


def _entry(row: Row, steps: tuple[Step, ...], deed_people: frozenset[int]) -> Entry:
    return Entry(
        id=row["id"],
        subject=SubjectKind(row["subject"]),
        person_id=row["person_id"],
        staff_no=row["staff_no"] or "",
        name=row["person_name"] or row["unit_name"],
        unit=Unit(row["unit_id"], UnitKind(row["unit_kind"]), row["unit_name"], row["parent_id"], row["path"]),
        station=row["station"] or "",
        clause=clause_of(row, "clause_of_"),
        points=row["points"],
        happened_on=date.fromisoformat(row["happened_on"]),
        reason=row["reason"],
        deed_id=row["deed_id"],
        deed_text=row["deed_text"] or "",
        deed_people=deed_people,
        reverses=row["reverses"],
        proposer_id=row["proposer_id"],
        proposer=row["proposer_name"],
        proposed_at=row["proposed_at"],
        steps=steps,
        closed=row["closed"],
    )


# reading ---------------------------------------------------------------------------------------------------------


async def entries(tx: Connection, where: str, **values: Value) -> tuple[Entry, ...]:
    """The entries for which ``where`` (SQL of this folder, over ``e``, ``u``, ``b``) holds, in its order."""
    rows = await tx.all(f"{_ENTRY} WHERE {where}", **values)
    steps: dict[int, tuple[Step, ...]] = {}
    sharers: dict[int, frozenset[int]] = {}
    for at in range(0, len(rows), _AT_ONCE):
        some = rows[at : at + _AT_ONCE]
        steps |= await _steps(tx, [row["id"] for row in some])
        sharers |= await _deed_people(tx, [row["about_deed"] for row in some if row["about_deed"] is not None])
    return tuple(_entry(row, steps.get(row["id"], ()), sharers.get(row["about_deed"], frozenset())) for row in rows)


async def _steps(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Step, ...]]:
    names, values = value_list("id", ids)
    rows = await tx.all(
        f"""SELECT t.entry_id, t.step, t.person_id, p.name, t.at, t.text, t.until
              FROM score_steps t JOIN people p ON p.id = t.person_id WHERE t.entry_id IN ({names}) ORDER BY t.id""",
        **values,
    )
    found: dict[int, tuple[Step, ...]] = {}
    for row in rows:
        one = Step(StepKind(row["step"]), row["person_id"], row["name"], row["at"], row["text"], row["until"])
        found[row["entry_id"]] = (*found.get(row["entry_id"], ()), one)
    return found


async def _deed_people(tx: Connection, ids: Iterable[int]) -> dict[int, frozenset[int]]:
    names, values = value_list("id", ids)
    rows = await tx.all(f"SELECT deed_id, person_id FROM deed_people WHERE deed_id IN ({names})", **values)
    found: dict[int, frozenset[int]] = {}
    for row in rows:
        found[row["deed_id"]] = found.get(row["deed_id"], frozenset()) | {row["person_id"]}
    return found


async def entry(tx: Connection, entry_id: int) -> Entry | None:
    """One entry by id."""
    return next(iter(await entries(tx, "e.id = :id", id=entry_id)), None)


async def of_origin(tx: Connection, origin: str) -> Entry | None:
    """The entry that a form made."""
    return next(iter(await entries(tx, "e.origin = :origin", origin=origin)), None)


async def about_person(tx: Connection, person_id: int) -> tuple[Entry, ...]:
    """Every entry about a person, newest first."""
    return await entries(tx, "e.person_id = :person ORDER BY e.id DESC", person=person_id)


async def about_team(tx: Connection, unit_id: int) -> tuple[Entry, ...]:
    """Every entry about a team, its people's apart, newest first."""
    return await entries(tx, "e.unit_id = :unit AND e.subject = 'team' ORDER BY e.id DESC", unit=unit_id)


async def reversals_of(tx: Connection, entry_id: int) -> tuple[Entry, ...]:
    """Every reversal of an entry, whatever became of it, in order."""
    return await entries(tx, "e.reverses = :id ORDER BY e.id", id=entry_id)


async def of_deed(tx: Connection, deed_id: int) -> tuple[Entry, ...]:
    """Every entry from a deed, and every reversal of one, whatever became of it, in order."""
    return await entries(
        tx,
        """e.id IN (SELECT o.id FROM score_entries o WHERE o.deed_id = :deed
                    UNION SELECT o.id FROM score_entries o JOIN score_entries f ON f.id = o.reverses WHERE f.deed_id = :deed)
           ORDER BY e.id""",
        deed=deed_id,
    )


async def of_cap(
    tx: Connection, clause_id: int, person_id: int | None, unit_id: int, month: str, but: int = 0
) -> tuple[Entry, ...]:
    """The entries that a clause's cap counts: one subject (a person, or None: the team), one month of ``happened_on``.

    ``but``: an entry that is left out.
    """
    first, last = first_and_last(month)
    subject = "e.subject = 'team' AND e.unit_id = :subject" if person_id is None else "e.person_id = :subject"
    return await entries(
        tx,
        f"e.clause_id = :clause AND {subject} AND e.happened_on BETWEEN :first AND :last AND e.id <> :but",
        clause=clause_id,
        subject=unit_id if person_id is None else person_id,
        first=first.isoformat(),
        last=last.isoformat(),
        but=but,
    )


async def waiting_within(tx: Connection, scope: str) -> tuple[Entry, ...]:
    """What waits for a signature or a reply in the units under ``scope``, the longest first."""
    return await entries(
        tx,
        f"""e.id IN (SELECT w.entry_id FROM score_waiting w) AND {_WITHIN}
            ORDER BY (SELECT w.since FROM score_waiting w WHERE w.entry_id = e.id), e.id""",
        scope=scope,
    )


async def open_within(tx: Connection, scope: str) -> tuple[Entry, ...]:
    """What is live and in no close in the units under ``scope``, in order."""
    return await entries(tx, f"{_OPEN} AND {_WITHIN} ORDER BY e.id", scope=scope)


async def of_books(tx: Connection, unit_id: int) -> tuple[Entry, ...]:
    """What is live and in no close, and belongs to the books of a unit: its own and its teams'."""
    return await entries(
        tx,
        f"{_OPEN} AND (u.id = :unit OR (u.kind = 'team' AND u.parent_id = :unit)) ORDER BY e.id",
        unit=unit_id,
    )


async def within(tx: Connection, scope: str) -> tuple[Entry, ...]:
    """The whole ledger of the units under ``scope``, in order."""
    return await entries(tx, f"{_WITHIN} ORDER BY e.id", scope=scope)


async def counts(tx: Connection, scope: str) -> dict[int, int]:
    """How many entries of each unit under ``scope`` count or are under way, by unit id; units without any left out."""
    rows = await tx.all(
        f"""SELECT e.unit_id, count(*) AS n FROM score_entries e JOIN units u ON u.id = e.unit_id
             WHERE {_WITHIN} AND NOT EXISTS (
                   SELECT 1 FROM score_steps x WHERE x.entry_id = e.id AND x.step IN ('refused', 'withdrawn', 'granted'))
             GROUP BY e.unit_id""",
        scope=scope,
    )
    return {row["unit_id"]: row["n"] for row in rows}


# adding ----------------------------------------------------------------------------------------------------------


async def add_entry(
    tx: Connection,
    *,
    origin: str,
    person_id: int | None,
    unit_id: int,
    clause: Clause,
    points: int,
    happened_on: date,
    reason: str,
    proposer_id: int,
    now: int,
    deed_id: int | None = None,
    reverses: int | None = None,
) -> int:
    """A new entry that waits for a signature, and its id. ``origin`` is new; ``person_id`` None: the team ``unit_id``."""
    row = await tx.one(
        """INSERT INTO score_entries (subject, person_id, unit_id, clause_id, points, happened_on, reason, deed_id,
                                      reverses, proposer_id, proposed_at, origin)
           VALUES (:subject, :person, :unit, :clause, :points, :day, :reason, :deed, :reverses, :proposer, :now, :origin)
           RETURNING id""",
        subject=(SubjectKind.TEAM if person_id is None else SubjectKind.PERSON).value,
        person=person_id,
        unit=unit_id,
        clause=clause.id,
        points=points,
        day=happened_on.isoformat(),
        reason=reason,
        deed=deed_id,
        reverses=reverses,
        proposer=proposer_id,
        now=now,
        origin=origin,
    )
    assert row is not None
    await tx.run("INSERT INTO score_waiting (entry_id, since) VALUES (:id, :now)", id=row["id"], now=now)
    return int(row["id"])


async def add_step(
    tx: Connection, entry_id: int, kind: StepKind, person_id: int, now: int, text: str = "", until: int | None = None
) -> None:
    """One more step of an entry; an appeal makes it wait again, any other ends the waiting."""
    await tx.run(
        """INSERT INTO score_steps (entry_id, step, person_id, at, text, until)
           VALUES (:entry, :step, :person, :now, :text, :until)""",
        entry=entry_id,
        step=kind.value,
        person=person_id,
        now=now,
        text=text,
        until=until,
    )
    await tx.run("DELETE FROM score_waiting WHERE entry_id = :id", id=entry_id)
    if kind is StepKind.APPEALED:
        await tx.run("INSERT INTO score_waiting (entry_id, since) VALUES (:id, :now)", id=entry_id, now=now)
