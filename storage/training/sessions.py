"""Courses and sessions in the database."""

from domain.questions import Course
from domain.training import CourseInfo, Session
from storage.database import Connection, Row, Value

_SESSION = """
    SELECT s.*, c.title, c.half_days FROM sessions s JOIN courses c ON c.code = s.course_code
"""


def _session(row: Row) -> Session:
    return Session(
        id=row["id"],
        uid=row["uid"],
        course=CourseInfo(Course(row["course_code"]), row["title"], row["half_days"]),
        batch=row["batch"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        venue=row["venue"],
        lecturer=row["lecturer"],
        bring=row["bring"],
        sequence=row["sequence"],
        cancelled_at=row["cancelled_at"],
        updated_at=row["updated_at"],
        organiser_id=row["organiser_id"],
    )


async def put_course(tx: Connection, course: CourseInfo) -> None:
    """Add a course or replace its title and length."""
    await tx.run(
        """INSERT INTO courses (code, title, half_days) VALUES (:code, :title, :half_days)
           ON CONFLICT (code) DO UPDATE SET title = excluded.title, half_days = excluded.half_days""",
        code=course.code,
        title=course.title,
        half_days=course.half_days,
    )


async def courses(tx: Connection) -> tuple[CourseInfo, ...]:
    """All courses in the plan's order."""
    rows = await tx.all("SELECT code, title, half_days FROM courses")
    found = {Course(row["code"]): CourseInfo(Course(row["code"]), row["title"], row["half_days"]) for row in rows}
    return tuple(found[code] for code in Course if code in found)


def _columns(session: Session) -> dict[str, Value]:
    return {
        "starts": session.starts_at,
        "ends": session.ends_at,
        "venue": session.venue,
        "lecturer": session.lecturer,
        "bring": session.bring,
        "updated": session.updated_at,
        "organiser": session.organiser_id,
    }


async def change_session(tx: Connection, session: Session) -> bool:
    """Write the session as it is now, if nobody changed it since: ``sequence`` is the one that was read.

    The stored sequence grows by one. False when somebody was faster.
    """
    changed = await tx.run(
        """UPDATE sessions SET starts_at = :starts, ends_at = :ends, venue = :venue, lecturer = :lecturer,
                  bring = :bring, organiser_id = :organiser, cancelled_at = :cancelled, updated_at = :updated,
                  sequence = sequence + 1
            WHERE id = :id AND sequence = :sequence""",
        id=session.id,
        sequence=session.sequence,
        cancelled=session.cancelled_at,
        **_columns(session),
    )
    return changed == 1


async def add_session(tx: Connection, session: Session) -> int:
    """A new session; its ``id`` is ignored. Returns the id given."""
    row = await tx.one(
        """INSERT INTO sessions (uid, course_code, batch, starts_at, ends_at, venue, lecturer, bring, updated_at,
                                 organiser_id)
           VALUES (:uid, :course, :batch, :starts, :ends, :venue, :lecturer, :bring, :updated, :organiser)
           RETURNING id""",
        uid=session.uid,
        course=session.course.code,
        batch=session.batch,
        **_columns(session),
    )
    assert row is not None
    return int(row["id"])


async def sessions(tx: Connection, batch: int | None = None) -> tuple[Session, ...]:
    """The sessions of one batch, or of all (None), in order of id."""
    rows = await tx.all(f"{_SESSION} WHERE :batch IS NULL OR s.batch = :batch ORDER BY s.id", batch=batch)
    return tuple(_session(row) for row in rows)


async def session(tx: Connection, session_id: int) -> Session | None:
    """One session by id."""
    row = await tx.one(f"{_SESSION} WHERE s.id = :id", id=session_id)
    return _session(row) if row else None
