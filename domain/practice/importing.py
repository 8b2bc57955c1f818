"""Questions that the office hands in as a file: what is new, what changes, what is refused. Nothing is ever deleted.

Rows are matched by the question's id; a question that is not listed stays as it is. Knows no file format and no
storage; whether a question is well made is told elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.errors import DomainError
from domain.practice.reports import rekeyed
from domain.questions import Question, Topic

FIRST_NUMBER, LAST_NUMBER = 501, 999  # numbers that new questions of the office get; the shipped bank stays below
MOST_CHANGES = 1000  # new and changed questions of one file: each is held against the whole bank


class Part(StrEnum):
    """What a question consists of: columns of the table, and what a change is a change of."""

    ID = "id"
    KIND = "kind"
    TOPIC = "topic"
    STEM = "stem"
    OPTIONS = "options"
    KEY = "key"
    EXPLANATION = "explanation"
    SOURCE = "source"
    FACTS = "facts"
    TAGS = "tags"
    DIFFICULTY = "difficulty"
    VERSION = "version"
    PICTURE = "picture"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    REVIEWED = "reviewed"
    ORDER = "order"


class FileKind(StrEnum):
    """In which form questions are handed over."""

    XLSX = "xlsx"
    GIFT = "gift"


class TooManyChanges(DomainError):
    """The file has more new and changed questions than one import takes."""

    key = "bank.too_many"


class NumbersUsedUp(DomainError):
    """No free number is left for a new question of the topic."""

    key = "bank.numbers_used_up"


class UnknownFile(DomainError):
    """A file that is neither a table nor a GIFT text."""

    key = "bank.bad_kind"


class NoQuestions(DomainError):
    """The file holds no question."""

    key = "bank.no_questions"


@dataclass(frozen=True, slots=True)
class ImportFault:
    """What is wrong in a file: a catalogue key and its values. ``line`` and ``column`` count from 1."""

    line: int
    column: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownBank:
    """The bank as it stands: the live questions by id, and the highest version ever stored of every id."""

    live: Mapping[str, Question]
    latest: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question of which the file says something new."""

    before: Question
    after: Question
    parts: tuple[Part, ...]

    @property
    def of_key(self) -> bool:
        """Whether another answer is right now: what people remember of the question no longer holds."""
        return Part.KEY in self.parts


@dataclass(frozen=True, slots=True)
class BankDiff:
    """What an import would do, or did."""

    new: tuple[Question, ...]
    changed: tuple[QuestionChange, ...]
    unchanged: int

    @property
    def nothing(self) -> bool:
        """Whether the file says what is known already."""
        return not (self.new or self.changed)

    @property
    def written(self) -> tuple[Question, ...]:
        """The versions that an import writes."""
        return (*self.new, *(change.after for change in self.changed))


@dataclass(frozen=True, slots=True)
class BankCheck:
    """The outcome of a dry run: faults, or else a diff. ``draft_id`` is what to confirm; None: nothing to confirm.

    ``remarks``: what the bank as a whole would fall short of, in Chinese; they refuse nothing.
    """

    kind: FileKind
    faults: tuple[ImportFault, ...]
    diff: BankDiff | None = None
    draft_id: int | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BankOverview:
    """The live bank in numbers: by topic how many questions, and how many of these the office made or mended."""

    topics: Mapping[Topic, tuple[int, int]]

    @property
    def total(self) -> int:
        """All live questions."""
        return sum(total for total, _ in self.topics.values())

    @property
    def own(self) -> int:
        """The office's among them."""
        return sum(own for _, own in self.topics.values())


def file_kind(filename: str) -> FileKind:
    """By the name's ending: .xlsx, or .gift and .txt. Raises UnknownFile."""
    suffix = filename.lower().rpartition(".")[2]
    if suffix == "xlsx":
        return FileKind.XLSX
    if suffix in {"gift", "txt"}:
        return FileKind.GIFT
    raise UnknownFile


def next_id(prefix: str, taken: Set[str]) -> str:
    """The first free id of a topic from 501 on. Raises NumbersUsedUp.

    >>> next_id("reg", {"reg-501", "reg-503"})
    'reg-502'
    """
    for number in range(FIRST_NUMBER, LAST_NUMBER + 1):
        if f"{prefix}-{number}" not in taken:
            return f"{prefix}-{number}"
    raise NumbersUsedUp


def compare(handed: Sequence[Question], known: KnownBank) -> tuple[dict[str, ImportFault], BankDiff]:
    """What the questions of a file would do to the bank, and by id why some of them are refused.

    A changed question gets the version it is given, or the next one if that is taken. A new one that the bank has
    already under another id changes nothing, so that a file can be sent twice. Refused are a version older than the
    live one, so that an old export undoes nothing, and the stem of another question. Raises TooManyChanges.
    """
    stems = _stems(handed, known)
    refused: dict[str, ImportFault] = {}
    new: list[Question] = []
    changed: list[QuestionChange] = []
    for question in handed:
        before = known.live.get(question.id)
        same = before or known.live.get(stems.get(question.stem, ""))
        parts = changes(same, question) if same else ()
        if same and not parts:
            continue
        fault = _refusal(question, before, stems)
        if fault:
            refused[question.id] = fault
            continue
        after = replace(question, version=max(question.version, known.latest.get(question.id, 0) + 1))
        if before:
            changed.append(QuestionChange(before, after, parts))
        else:
            new.append(after)
    if len(new) + len(changed) > MOST_CHANGES:
        raise TooManyChanges(limit=MOST_CHANGES)
    unchanged = len(handed) - len(new) - len(changed) - len(refused)
    return refused, BankDiff(tuple(new), tuple(changed), unchanged)


def _stems(handed: Iterable[Question], known: KnownBank) -> dict[str, str]:
    """The stems of the live questions that the file leaves alone, each with its id."""
    listed = {question.id for question in handed}
    return {question.stem: question.id for question in known.live.values() if question.id not in listed}


def _refusal(question: Question, before: Question | None, stems: Mapping[str, str]) -> ImportFault | None:
    if before and question.version < before.version:
        return ImportFault(0, 0, "bank.fault.older", {"live": before.version, "given": question.version})
    if question.stem in stems:
        return ImportFault(0, 0, "bank.fault.same_stem", {"id": stems[question.stem]})
    return None


def changes(before: Question, after: Question) -> tuple[Part, ...]:
    """What differs. The key differs when another answer is right, not when the options stand in another order."""
    told = (
        (Part.TOPIC, before.topic != after.topic),
        (Part.KIND, before.kind != after.kind),
        (Part.STEM, before.stem != after.stem),
        (Part.OPTIONS, before.options != after.options),
        (Part.KEY, rekeyed(before, replace(after, version=before.version + 1))),
        (Part.ORDER, before.fixed_order != after.fixed_order),
        (Part.EXPLANATION, before.explanation != after.explanation),
        (Part.SOURCE, before.source != after.source),
        (Part.FACTS, before.facts != after.facts),
        (Part.TAGS, before.tags != after.tags),
        (Part.DIFFICULTY, before.difficulty != after.difficulty),
        (Part.PICTURE, before.picture != after.picture),
        (Part.AUTHOR, before.author != after.author),
        (Part.REVIEWER, before.reviewer != after.reviewer),
        (Part.REVIEWED, before.reviewed != after.reviewed),
    )
    return tuple(part for part, differs in told if differs)


def renumbered(
    questions: Iterable[Question], numbered: Set[str], prefixes: Mapping[Topic, str], taken: Set[str]
) -> tuple[Question, ...]:
    """The questions with ids that are still free: those that we ``numbered`` give way to what came in between."""
    questions = tuple(questions)
    used = {*taken, *(question.id for question in questions if question.id not in numbered)}
    result: list[Question] = []
    for question in questions:
        one = question if question.id not in numbered else replace(question, id=next_id(prefixes[question.topic], used))
        used.add(one.id)
        result.append(one)
    return tuple(result)
