"""自学: what the office puts up to read, and the three questions that complete a course. Voluntary, never timed.

A check is a small practice run of its own: the same taps, the same explanations, no cards and no ranking.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import DomainError
from domain.markup import length, tidied
from domain.practice import NothingToPractise, Run, RunState, lay_out
from domain.questions import Course, Question
from domain.training.sessions import CourseInfo

QUESTIONS = 3
TEXT_LIMIT = 3000  # visible characters of a text, so that title and buttons fit beside it
TITLE_LIMIT = 40


class MaterialKind(StrEnum):
    """What a material is, and so how it is shown."""

    TEXT = "text"
    LINK = "link"
    DOCUMENT = "document"
    PHOTO = "photo"


class MaterialTooLong(DomainError):
    """A text beyond ``limit`` characters: a file does better. ``length``: what it has."""

    key = "training.material_too_long"


class NoMaterial(DomainError):
    """What was sent is neither text nor a file, a photo or a link."""

    key = "training.no_material"


@dataclass(frozen=True, slots=True)
class Content:
    """What a material holds. ``body``: HTML of a text, address of a link, file id of a document or photo."""

    kind: MaterialKind
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Material:
    """Something to read for a course."""

    id: int
    course: Course
    content: Content


@dataclass(frozen=True, slots=True)
class MaterialDraft:
    """A material before it is put up, and the form that holds it."""

    draft_id: int
    course: CourseInfo
    content: Content


@dataclass(frozen=True, slots=True)
class Check:
    """Three questions of a course. ``run`` holds them; its ordinal is the person's n-th check of the course."""

    course: CourseInfo
    run: Run

    @property
    def passed(self) -> bool:
        """Whether all of them were answered rightly."""
        return self.run.complete and self.run.right == self.run.size

    @property
    def over(self) -> bool:
        """Whether all were answered and every explanation was read."""
        return self.run.complete and self.run.current is None


@dataclass(frozen=True, slots=True)
class CourseStudy:
    """A course to study: materials, whether it is completed, and the check that is open or comes next."""

    course: CourseInfo
    materials: tuple[Material, ...]
    completed: bool
    open_check: int | None
    next_number: int


_LINK = re.compile(r"(?P<title>[^\n]{0,60}?)\s*(?P<url>https?://(?P<host>[^\s/]+\.[^\s/]+)\S*)", re.IGNORECASE)


def content_of(
    text: str, html: str, *, photo: str | None = None, document: str | None = None, file_name: str = ""
) -> Content:
    """What somebody sent, as a material: a file or photo with its caption, ``title https://…``, or a text.

    ``html`` is the text with its formatting. Raises NoMaterial, MaterialTooLong, BrokenMarkup.
    """
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if document:
        return Content(MaterialKind.DOCUMENT, _title(first or file_name or "…"), document)
    if photo:
        return Content(MaterialKind.PHOTO, _title(first or "…"), photo)
    if not first:
        raise NoMaterial
    if found := _LINK.fullmatch(text.strip()):
        return Content(MaterialKind.LINK, _title(found["title"].strip() or found["host"]), found["url"])
    body = tidied(html)
    if length(body) > TEXT_LIMIT:
        raise MaterialTooLong(limit=TEXT_LIMIT, length=length(body))
    return Content(MaterialKind.TEXT, _title(first), body)


def _title(text: str) -> str:
    return text if len(text) <= TITLE_LIMIT else text[: TITLE_LIMIT - 1] + "…"


def draw(bank: Sequence[Question], before: frozenset[str], rng: random.Random) -> tuple[Question, ...]:
    """Three questions at random, others than ``before`` (ids of the last check) where there are enough.

    Raises NothingToPractise when the bank holds fewer than three.
    """
    if len(bank) < QUESTIONS:
        raise NothingToPractise
    fresh = [question for question in bank if question.id not in before]
    return tuple(rng.sample(fresh if len(fresh) >= QUESTIONS else list(bank), QUESTIONS))


def check_run(check_id: int, person_id: int, number: int, questions: Sequence[Question], rng: random.Random) -> Run:
    """A new check as a run."""
    return Run(check_id, person_id, number, None, RunState.OPEN, lay_out(questions, rng))


def with_id(run: Run, check_id: int) -> Run:
    """The run once it is stored."""
    return replace(run, id=check_id)


def studies(
    courses: Sequence[CourseInfo],
    materials: Sequence[Material],
    completed: frozenset[Course],
    checks: Mapping[Course, tuple[int, int | None]],
) -> tuple[CourseStudy, ...]:
    """Every course with its materials. ``checks``: by course the number of checks so far, and the open one's id."""
    return tuple(
        CourseStudy(
            course,
            tuple(one for one in materials if one.course is course.code),
            course.code in completed,
            checks.get(course.code, (0, None))[1],
            checks.get(course.code, (0, None))[0] + 1,
        )
        for course in courses
    )
