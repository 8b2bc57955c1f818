"""A question of the bank and what counts as a right answer. Knows nothing of runs, people or files."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"
    PICTURE = "picture"


class Course(StrEnum):
    """The four courses of the campaign's training plan, in its order."""

    LAWS = "laws"
    ETHICS = "ethics"
    SERVICE = "service"
    OPERATIONS = "operations"


class Topic(StrEnum):
    """What a person can choose to practise. Counterfeit notes are a topic of their own in the fourth course."""

    REGULATIONS = "regulations"
    ETHICS = "ethics"
    SERVICE = "service"
    PROCEDURE = "procedure"
    COUNTERFEIT = "counterfeit"

    @property
    def course(self) -> Course:
        """The course under which the topic is taught."""
        return COURSE_OF[self]


COURSE_OF = {
    Topic.REGULATIONS: Course.LAWS,
    Topic.ETHICS: Course.ETHICS,
    Topic.SERVICE: Course.SERVICE,
    Topic.PROCEDURE: Course.OPERATIONS,
    Topic.COUNTERFEIT: Course.OPERATIONS,
}


class Difficulty(StrEnum):
    """The author's estimate, until answers tell."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Question:
    """One item of the bank. ``key`` holds indexes into ``options``; a true/false question has the options true, false.

    ``facts`` are ids of the fact sheet on which the key rests. ``fixed_order``: the options' order carries meaning.
    ``picture`` names the picture of a picture question. ``reviewed`` is the day of the second reading (ISO), by
    ``reviewer``; both are empty before it.
    """

    id: str
    version: int
    topic: Topic
    kind: Kind
    stem: str
    options: tuple[str, ...]
    key: frozenset[int]
    explanation: str
    source: str
    facts: tuple[str, ...]
    tags: tuple[str, ...]
    difficulty: Difficulty
    fixed_order: bool
    author: str
    reviewer: str
    reviewed: str = ""
    picture: str = ""

    def is_right(self, chosen: frozenset[int]) -> bool:
        """Whether ``chosen`` (indexes into ``options``) is the whole key and nothing but the key."""
        return chosen == self.key
