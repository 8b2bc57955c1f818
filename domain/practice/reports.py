"""[题目有误]: what people say of a question, what the office does about it, and when a question itself is suspect.

It is always the question that is judged, never who answers it. Knows no storage and no text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import DomainError
from domain.practice.running import Item, Run
from domain.questions import Kind, Question

WORDS = 200  # characters of a report's or an answer's own words
LEAST_PEOPLE = 5  # below it nothing is said of their answers (PRODUCT §2.6)
FEW_ANSWERS = 30
LAPSES = 4  # so often wrong, a person does not learn it any more
LAPSING_PEOPLE = 5
TOO_OFTEN_WRONG = 0.7
LEAST_RIGHT_OF_SEVERAL = 2  # options of a multiple-choice key


class Reason(StrEnum):
    """What is wrong with it: the key, the wording, a rule that has changed since, or something in own words."""

    KEY = "key"
    TEXT = "text"
    OUTDATED = "outdated"
    OTHER = "other"


class ReportState(StrEnum):
    """Where a report stands. All but the first are final."""

    OPEN = "open"
    FIXED = "fixed"
    REJECTED = "rejected"
    RETIRED = "retired"


class TextPart(StrEnum):
    """What of a question's wording the office can change. Its options and its key are another matter."""

    STEM = "stem"
    EXPLANATION = "explanation"
    SOURCE = "source"


class NotAnswered(DomainError):
    """Only a question that the person has answered can be reported."""

    key = "report.not_answered"


class NoWords(DomainError):
    """A sentence was awaited."""

    key = "report.no_words"


class WordsTooLong(DomainError):
    """The sentence is longer than what is kept (``most``, ``count``)."""

    key = "report.too_long"


class BadText(DomainError):
    """The new wording would be a fault (``fault``: one sentence, as the bank's loader says it). Nothing has changed."""

    key = "report.bad_text"


class KeyRefused(DomainError):
    """The options that were chosen can be no key of this question, or are the key already."""

    key = "report.bad_key"


@dataclass(frozen=True, slots=True)
class Report:
    """What one person said of one version of a question, and what became of it. Moments are ms UTC."""

    id: int
    question_id: str
    version: int
    person_id: int
    reason: Reason
    words: str
    state: ReportState
    reply: str
    created_at: int
    settled_at: int | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """How a question was answered since its key last changed.

    ``people`` were asked it and gave ``answers``, of which ``wrong``; ``lapsing`` of them missed it LAPSES times or
    more.
    """

    people: int = 0
    answers: int = 0
    wrong: int = 0
    lapsing: int = 0

    @property
    def hidden(self) -> bool:
        """Whether so few were asked that figures would speak of persons."""
        return self.people < LEAST_PEOPLE

    @property
    def few(self) -> bool:
        """Whether the share rests on a small sample."""
        return self.answers < FEW_ANSWERS

    @property
    def share(self) -> float:
        """The share of wrong answers, 0 to 1."""
        return self.wrong / self.answers if self.answers else 0.0

    @property
    def suspect(self) -> bool:
        """Whether the question may be at fault: several people miss it again and again, or most answers miss it."""
        if self.hidden:
            return False
        return self.lapsing >= LAPSING_PEOPLE or (not self.few and self.share > TOO_OFTEN_WRONG)


@dataclass(frozen=True, slots=True)
class Reported:
    """For who reports: the run, the item, and the report if there is one. ``first``: it was made just now."""

    run: Run
    item: Item
    report: Report | None = None
    first: bool = False

    @property
    def waits(self) -> bool:
        """Whether it was reported just now and the office will answer."""
        return self.first and self.report is not None and self.report.state is ReportState.OPEN

    @property
    def last(self) -> Item | None:
        """The item, if its feedback still stands above what comes next in the run."""
        latest = max((item.position for item in self.run.items if item.answered), default=None)
        return self.item if self.item.right and self.item.position == latest else None


@dataclass(frozen=True, slots=True)
class Complaint:
    """One question in the office's inbox: open reports by reason, and how it is answered."""

    question: Question
    reasons: Mapping[Reason, int]
    usage: Usage

    @property
    def count(self) -> int:
        """How many open reports there are."""
        return sum(self.reasons.values())


@dataclass(frozen=True, slots=True)
class Inbox:
    """What the office has to look at: reported questions, the oldest report first, and suspect ones nobody reported."""

    reported: tuple[Complaint, ...]
    suspect: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question as the office sees it: open reports, oldest first, and how it is answered. ``live``: it is in use."""

    question: Question
    live: bool
    reports: tuple[Report, ...]
    usage: Usage

    @property
    def reasons(self) -> Mapping[Reason, int]:
        """Open reports by reason."""
        return tally(report.reason for report in self.reports)

    @property
    def newest(self) -> int:
        """The newest open report's id; 0 without any."""
        return max((report.id for report in self.reports), default=0)


@dataclass(frozen=True, slots=True)
class Rekeying:
    """What another key would do. ``cards``: people for whom it begins anew; ``told``: who will hear of it."""

    question: Question
    key: frozenset[int]
    cards: int
    told: int

    @property
    def ready(self) -> bool:
        """Whether the key that was chosen can be stored."""
        return may_be_key(self.question, self.key)


@dataclass(frozen=True, slots=True)
class RightAnswer:
    """What counts as right: the kind, and the right options' texts in the bank's order. ``true``: of a statement."""

    kind: Kind
    texts: tuple[str, ...]
    true: bool = False

    @property
    def meaning(self) -> frozenset[str]:
        """The texts without punctuation, in no order: equal for what says the same."""
        return frozenset("".join(filter(str.isalnum, text)) for text in self.texts)


@dataclass(frozen=True, slots=True)
class AnswerChanged:
    """For a message: the question as it is now, and what counted as right before."""

    question: Question
    old: RightAnswer


@dataclass(frozen=True, slots=True)
class ReportAnswered:
    """For a message: the report, the question as it was reported, and what was changed.

    ``change``: another key. ``part``: another wording, and the question as it is now in ``mended``.
    """

    report: Report
    question: Question
    change: AnswerChanged | None = None
    part: TextPart | None = None
    mended: Question | None = None


def tally(reasons: Iterable[Reason]) -> Mapping[Reason, int]:
    """How often each reason is given, in the order of Reason; reasons that nobody gave are left out."""
    listed = list(reasons)
    return {reason: listed.count(reason) for reason in Reason if reason in listed}


def right_answer(question: Question) -> RightAnswer:
    """What counts as right."""
    texts = tuple(question.options[index] for index in sorted(question.key))
    return RightAnswer(question.kind, texts, true=question.kind is Kind.TRUE_FALSE and 0 in question.key)


def rekeyed(old: Question, new: Question) -> bool:
    """Whether another answer is right now, so that what people learned of ``old`` is wrong.

    Punctuation and the order of options do not matter. Under one version a right option that only reads otherwise is a
    mended text; a new version says that it means something else (decision 0005).
    """
    if right_answer(old).meaning == right_answer(new).meaning:
        return False
    return old.version != new.version or old.key != new.key or old.kind is not new.kind


def same_choices(old: Question, new: Question) -> bool:
    """Whether a question on somebody's screen can be judged by ``new`` without their seeing another text."""
    return (old.kind, old.options) == (new.kind, new.options)


def may_be_key(question: Question, key: frozenset[int]) -> bool:
    """Whether ``key`` (indexes into the options) fits the question's kind and differs from the present one."""
    if key == question.key or not all(0 <= index < len(question.options) for index in key):
        return False
    return len(key) >= LEAST_RIGHT_OF_SEVERAL if question.kind is Kind.MULTIPLE else len(key) == 1


def reworded(question: Question, part: TextPart, wording: str) -> Question:
    """The question with another wording of one part."""
    if part is TextPart.STEM:
        return replace(question, stem=wording)
    if part is TextPart.EXPLANATION:
        return replace(question, explanation=wording)
    return replace(question, source=wording)


def wording_of(question: Question, part: TextPart) -> str:
    """One part as it reads now."""
    texts = {
        TextPart.STEM: question.stem,
        TextPart.EXPLANATION: question.explanation,
        TextPart.SOURCE: question.source,
    }
    return texts[part]


def next_version(question: Question, version: int) -> Question:
    """The question as another version that nobody has read a second time yet."""
    return replace(question, version=version, reviewer="", reviewed="")


def one_sentence(text: str) -> str:
    """What was typed, as one line. Raises NoWords, WordsTooLong."""
    line = " ".join(text.split())
    if not line:
        raise NoWords
    if len(line) > WORDS:
        raise WordsTooLong(most=WORDS, count=len(line))
    return line
