"""The office's questions: out as a file, in as a dry run with every fault or a diff, then the confirmed import.

Decides nothing about questions (domain, content) and knows no file format (content).
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

from content.bank import PREFIXES
from content.bank_items import Handed, Read, at, read_items, told, whole_bank_faults
from content.bank_table import bank_table, bank_template, read_bank_table
from content.gift import read_gift, write_gift
from content.yaml_files import Fault
from domain.errors import MovedOn, NotForRole
from domain.people import Person, Role, require_role
from domain.practice.importing import (
    BankCheck,
    BankDiff,
    BankOverview,
    FileKind,
    ImportFault,
    KnownBank,
    Part,
    compare,
    file_kind,
    renumbered,
)
from domain.questions import Question
from services.practice.changes import after_key
from services.practice.reports import renew
from services.practice.running import Bank
from storage import audit, drafts, people
from storage.database import Connection, Database
from storage.practice import importing as store
from storage.practice import reports as versions
from storage.practice.running import whole_bank

KIND = "bank"  # the form: a file is awaited, then a checked one waits to be confirmed
FILE, CONFIRM = "file", "confirm"


async def bank_overview(db: Database, caller: Person) -> BankOverview:
    """[题库管理]. Raises NotForRole."""

    async def unit(tx: Connection) -> BankOverview:
        await _office(tx, caller)
        return await store.bank_overview(tx)

    return await db.read(unit)


async def export_bank(db: Database, caller: Person | None, kind: FileKind, now: int) -> bytes:
    """The live questions as a file that an import takes. ``caller`` None: the command line. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[Question, ...]:
        person = await _office(tx, caller) if caller else None
        _, live = await whole_bank(tx)
        detail: dict[str, object] = {"format": kind.value, "questions": len(live)}
        await audit.append(tx, person.id if person else None, "bank.export", "bank", now, detail)
        return live

    questions = await db.write(unit)
    return await asyncio.to_thread(bank_table if kind is FileKind.XLSX else write_gift, questions)


async def template(db: Database, caller: Person) -> bytes:
    """[模板]. Raises NotForRole."""
    await db.read(lambda tx: _office(tx, caller))
    return await asyncio.to_thread(bank_template)


async def begin_import(db: Database, caller: Person, origin: str, now: int) -> None:
    """[导入]: what comes next is the file. Raises NotForRole."""

    async def unit(tx: Connection) -> None:
        person = await _office(tx, caller)
        await drafts.begin(tx, person.id, KIND, FILE, "{}", origin, now)

    await db.write(unit)


async def check_import(
    db: Database, caller: Person | None, data: bytes, filename: str, origin: str, now: int
) -> BankCheck:
    """Dry run: every fault, or what would change; then a draft is kept, except for the command line (None).

    The same ``origin`` again gives the same draft. Raises NotForRole; UnknownFile, BadTable, NoQuestions and
    TooManyChanges when the file cannot be taken.
    """
    found = await _examined(db, caller, data, filename)
    if caller is None or found.check.faults or found.diff.nothing:
        return found.check

    async def unit(tx: Connection) -> BankCheck:
        person = await _office(tx, caller)
        draft = await drafts.begin(tx, person.id, KIND, CONFIRM, found.as_text(), origin, now)
        return BankCheck(found.check.kind, (), found.diff, draft.id, found.check.remarks)

    return await db.write(unit)


async def confirm_import(db: Database, bank: Bank, caller: Person, draft_id: int, now: int) -> BankDiff:
    """[确认导入], once. Raises NotForRole; MovedOn when it is over, or the bank has changed in what it touches."""

    async def unit(tx: Connection) -> BankDiff:
        person = await _office(tx, caller)
        draft = await _draft(tx, person, draft_id)
        if draft.step != CONFIRM or not await drafts.close(tx, draft_id, now):
            raise MovedOn
        return await _apply(tx, bank, _Waiting.of_text(draft.data), person, now)

    diff = await db.write(unit)
    await renew(db, bank)
    return diff


async def drop_import(db: Database, caller: Person, draft_id: int, now: int) -> None:
    """[取消] of a checked file. Raises MovedOn when it is over already, or somebody else's."""

    async def unit(tx: Connection) -> None:
        await _draft(tx, caller, draft_id)
        await drafts.close(tx, draft_id, now)

    await db.write(unit)


async def leave_import(db: Database, caller: Person, now: int) -> None:
    """[取消] while a file is awaited; nothing happens when none is."""

    async def unit(tx: Connection) -> None:
        draft = await drafts.awaiting(tx, caller.id)
        if draft is not None and draft.kind == KIND:
            await drafts.close(tx, draft.id, now)

    await db.write(unit)


async def import_now(db: Database, bank: Bank | None, data: bytes, filename: str, now: int) -> BankCheck:
    """For the command line: import at once, or return the faults and change nothing. Raises as ``check_import``.

    ``bank``: the one in memory, when a bot runs.
    """
    found = await _examined(db, None, data, filename)
    if found.check.faults or found.diff.nothing:
        return found.check
    diff = await db.write(lambda tx: _apply(tx, bank, found.waiting(), None, now))
    if bank is not None:
        await renew(db, bank)
    return BankCheck(found.check.kind, (), diff, None, found.check.remarks)


async def _office(tx: Connection, caller: Person) -> Person:
    """The caller as the rows have them now, of the office. Raises NotForRole."""
    person = await people.person(tx, caller.id)
    if person is None:
        raise NotForRole
    require_role(person, Role.OFFICE)
    return person


async def _draft(tx: Connection, caller: Person, draft_id: int) -> drafts.Draft:
    draft = await drafts.open_draft(tx, draft_id, caller.id)
    if draft is None or draft.kind != KIND:
        raise MovedOn
    return draft


# the dry run -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What is kept until it is confirmed: new and changed questions as they were handed in.

    ``numbered``: ids that we gave. ``base``: the live version of each other id when it was shown, 0 for none.
    """

    questions: tuple[Question, ...]
    numbered: frozenset[str]
    base: Mapping[str, int]

    def as_text(self) -> str:
        """For a draft."""
        bodies = [store.text_of(question) for question in self.questions]
        return json.dumps({"bodies": bodies, "numbered": sorted(self.numbered), "base": self.base}, ensure_ascii=False)

    @classmethod
    def of_text(cls, text: str) -> "_Waiting":
        """From a draft."""
        kept = json.loads(text)
        return cls(tuple(map(store.question_in, kept["bodies"])), frozenset(kept["numbered"]), kept["base"])


@dataclass(frozen=True, slots=True)
class _Examined:
    """A dry run: what it tells, what it read, and the bank it was held against."""

    check: BankCheck
    diff: BankDiff
    read: Read
    known: KnownBank

    def waiting(self) -> _Waiting:
        """What a confirmation would do."""
        written = {question.id for question in self.diff.written}
        questions = tuple(question for question in self.read.questions if question.id in written)
        fixed = written - self.read.numbered
        base = {one: self.known.live[one].version if one in self.known.live else 0 for one in fixed}
        return _Waiting(questions, frozenset(self.read.numbered & written), base)

    def as_text(self) -> str:
        """The same for a draft."""
        return self.waiting().as_text()


async def _examined(db: Database, caller: Person | None, data: bytes, filename: str) -> _Examined:
    kind = file_kind(filename)

    async def unit(tx: Connection) -> KnownBank:
        if caller is not None:
            await _office(tx, caller)
        return await store.known_bank(tx)

    known = await db.read(unit)
    return await asyncio.to_thread(_examine, kind, data, filename, known)


def _examine(kind: FileKind, data: bytes, filename: str, known: KnownBank) -> _Examined:
    """Read the file and hold it against the rules and the bank. Every fault is told, not only the first."""
    handed, faults = _handed(kind, data, filename)
    read = read_items(filename, handed, known.live, known.latest, faults)
    refused, diff = compare(read.questions, known)
    found, remarks = whole_bank_faults(read, diff.written, known.live)
    listed = [*told([*read.faults, *found]), *_refusals(read, refused)]
    check = BankCheck(kind, tuple(sorted(listed, key=lambda one: (one.line, one.column))), diff, None, remarks)
    return _Examined(check, diff, read, known)


def _handed(kind: FileKind, data: bytes, filename: str) -> tuple[tuple[Handed, ...], tuple[Fault, ...]]:
    if kind is FileKind.XLSX:
        sheet = read_bank_table(data, filename)
        return sheet.handed, sheet.faults
    text = read_gift(data, filename)
    return text.handed, text.faults


def _refusals(read: Read, refused: Mapping[str, ImportFault]) -> list[ImportFault]:
    return [at(read.places[question_id], Part.STEM, fault) for question_id, fault in refused.items()]


# writing ---------------------------------------------------------------------------------------------------------


async def _apply(tx: Connection, bank: Bank | None, waiting: _Waiting, caller: Person | None, now: int) -> BankDiff:
    """Write the versions, against the bank as it is now. Raises MovedOn when it changed in what they touch."""
    known = await store.known_bank(tx)
    moved = any(_live_version(known, one) != version for one, version in waiting.base.items())
    questions = renumbered(waiting.questions, waiting.numbered, PREFIXES, set(known.latest))
    refused, diff = compare(questions, known)
    if moved or refused or diff.nothing:
        raise MovedOn
    for question in diff.written:
        await versions.add_version(tx, question, now)
        if bank is not None:  # runs may show it as soon as this is committed
            bank.known[question.id, question.version] = question
    for change in diff.changed:
        if change.of_key:
            await after_key(tx, change.before, change.after, caller, now)
    detail: dict[str, object] = {
        "new": [question.id for question in diff.new],
        "changed": {change.after.id: list(change.parts) for change in diff.changed},
    }
    await audit.append(tx, caller.id if caller else None, "bank.import", "bank", now, detail)
    return diff


def _live_version(known: KnownBank, question_id: str) -> int:
    return known.live[question_id].version if question_id in known.live else 0
