"""Who was where, in the database: marks of rolls that were called."""

from domain.questions import Course
from domain.training.covering import Attendance
from domain.training.managing import Mark
from storage.database import Connection


async def attendances(tx: Connection, scope: str) -> tuple[Attendance, ...]:
    """The marks of the present people of ``scope`` in every roll that was called."""
    rows = await tx.all(
        """SELECT a.person_id, s.course_code, s.batch, coalesce(s.starts_at, r.confirmed_at) AS at, a.mark
             FROM attendance a
             JOIN roll_calls r ON r.session_id = a.session_id
             JOIN sessions s ON s.id = a.session_id
             JOIN people p ON p.id = a.person_id AND p.left_at IS NULL
             JOIN units u ON u.id = p.unit_id AND substr(u.path, 1, length(:scope)) = :scope
            ORDER BY at, a.person_id""",
        scope=scope,
    )
    return tuple(
        Attendance(row["person_id"], Course(row["course_code"]), row["batch"], row["at"], Mark(row["mark"]))
        for row in rows
    )


async def taught(tx: Connection, person_id: int) -> frozenset[Course]:
    """The courses at which a person was present, or late."""
    rows = await tx.all(
        """SELECT DISTINCT s.course_code FROM attendance a
             JOIN roll_calls r ON r.session_id = a.session_id JOIN sessions s ON s.id = a.session_id
            WHERE a.person_id = :person AND a.mark IN ('present', 'late')""",
        person=person_id,
    )
    return frozenset(Course(row["course_code"]) for row in rows)


async def settled(tx: Connection) -> frozenset[int]:
    """Everybody who was at a session already, by person id."""
    rows = await tx.all(
        """SELECT DISTINCT a.person_id FROM attendance a JOIN roll_calls r ON r.session_id = a.session_id
            WHERE a.mark IN ('present', 'late')"""
    )
    return frozenset(row["person_id"] for row in rows)
