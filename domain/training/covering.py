"""Who was at which course: the table that the office exports, and its totals by team."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.people import Person
from domain.questions import Course
from domain.training.managing import MISSED, Mark
from domain.training.sessions import CourseInfo
from domain.training.splitting import TRAINED

# When somebody has several marks for one course, the better one counts.
_BEST = (Mark.PRESENT, Mark.LATE, Mark.LEAVE, Mark.ABSENT)


@dataclass(frozen=True, slots=True)
class Attendance:
    """One mark of a roll that was called. ``at``: when the session began, ms UTC. ``batch``: the session's."""

    person_id: int
    course: Course
    batch: int
    at: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One person, and the mark that counts for each course; courses without a mark are left out."""

    person: Person
    marks: Mapping[Course, Attendance]

    def covered(self, course: Course) -> bool:
        """Whether the person was there."""
        return course in self.marks and self.marks[course].mark not in MISSED


@dataclass(frozen=True, slots=True)
class TeamTotal:
    """A team's people, and how many of them were at each course."""

    station: str
    team: str
    people: int
    covered: Mapping[Course, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Courses in the plan's order, people by unit, totals by team."""

    courses: tuple[CourseInfo, ...]
    rows: tuple[CoverageRow, ...]
    teams: tuple[TeamTotal, ...]

    def covered(self, course: Course) -> int:
        """How many were at a course."""
        return sum(row.covered(course) for row in self.rows)


def coverage(people: Iterable[Person], courses: Sequence[CourseInfo], marks: Iterable[Attendance]) -> Coverage:
    """The table of these people; marks of others are ignored."""
    best: dict[tuple[int, Course], Attendance] = {}
    for one in sorted(marks, key=lambda mark: (-_BEST.index(mark.mark), mark.at)):
        best[one.person_id, one.course] = one
    rows = tuple(
        CoverageRow(one, {course: best[one.id, course] for course in Course if (one.id, course) in best})
        for one in people
        if one.role in TRAINED
    )
    return Coverage(tuple(courses), rows, _totals(rows, courses))


def _totals(rows: Sequence[CoverageRow], courses: Sequence[CourseInfo]) -> tuple[TeamTotal, ...]:
    teams: dict[int, list[CoverageRow]] = {}
    for row in rows:
        teams.setdefault(row.person.unit.id, []).append(row)
    return tuple(
        TeamTotal(
            team[0].person.station or "",
            team[0].person.unit.name,
            len(team),
            {course.code: sum(row.covered(course.code) for row in team) for course in courses},
        )
        for team in teams.values()
    )
