"""The scoring standard in the database: versions are added and never changed."""

import json
from datetime import date

from domain.scores import Clause, Standard, SubjectKind
from storage.database import Connection, Row

_CLAUSE = "SELECT id, standard_id, subject, code, text, points, cap, evidence, deeds FROM score_clauses"


def clause_of(row: Row, prefix: str = "") -> Clause:
    """A clause from a row whose columns may have a prefix."""
    return Clause(
        id=row[f"{prefix}id"],
        standard_id=row["standard_id"],
        subject=SubjectKind(row[f"{prefix}subject"]),
        code=row["code"],
        text=row[f"{prefix}text"],
        points=row[f"{prefix}points"],
        cap=row["cap"],
        evidence=row["evidence"],
        deeds=frozenset(json.loads(row["deeds"])),
    )


async def standards(tx: Connection) -> tuple[Standard, ...]:
    """Every version, oldest first, with its clauses in the order of their file."""
    rows = await tx.all("SELECT id, version, title, effective_from FROM score_standards ORDER BY version")
    clauses: dict[int, tuple[Clause, ...]] = {}
    for row in await tx.all(f"{_CLAUSE} ORDER BY standard_id, position"):
        clauses[row["standard_id"]] = (*clauses.get(row["standard_id"], ()), clause_of(row))
    return tuple(
        Standard(
            id=row["id"],
            version=row["version"],
            title=row["title"],
            effective_from=date.fromisoformat(row["effective_from"]),
            clauses=clauses.get(row["id"], ()),
        )
        for row in rows
    )


async def clause(tx: Connection, clause_id: int) -> Clause | None:
    """One clause by id."""
    row = await tx.one(f"{_CLAUSE} WHERE id = :id", id=clause_id)
    return clause_of(row) if row else None


async def add_standard(tx: Connection, standard: Standard, by: int | None, now: int) -> None:
    """A new version; its ids are ignored, its ``version`` is kept. ``by``: who loaded it."""
    row = await tx.one(
        """INSERT INTO score_standards (version, title, effective_from, loaded_by, loaded_at)
           VALUES (:version, :title, :day, :by, :now) RETURNING id""",
        version=standard.version,
        title=standard.title,
        day=standard.effective_from.isoformat(),
        by=by,
        now=now,
    )
    assert row is not None
    await tx.many(
        """INSERT INTO score_clauses (standard_id, position, subject, code, text, points, cap, evidence, deeds)
           VALUES (:standard, :position, :subject, :code, :text, :points, :cap, :evidence, :deeds)""",
        [
            {
                "standard": row["id"],
                "position": position,
                "subject": one.subject.value,
                "code": one.code,
                "text": one.text,
                "points": one.points,
                "cap": one.cap,
                "evidence": one.evidence,
                "deeds": json.dumps(sorted(one.deeds)),
            }
            for position, one in enumerate(standard.clauses)
        ],
    )
