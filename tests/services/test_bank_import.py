"""The office's questions on a real database: checked first, written once, never deleting, never undoing."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
import pytest_asyncio

from content.bank_table import bank_table, read_bank_table
from content.gift import read_gift, write_gift
from domain.errors import MovedOn, NotForRole
from domain.people import Person, Role
from domain.practice.importing import (
    MOST_CHANGES,
    BankCheck,
    FileKind,
    KnownBank,
    NumbersUsedUp,
    Part,
    TooManyChanges,
    UnknownFile,
    changes,
    compare,
    next_id,
    renumbered,
)
from domain.questions import Difficulty, Kind, Question, Topic
from services import audit, practice
from services.practice import Bank, importing
from services.practice.changes import CHANGED
from storage import outbox, people
from storage.database import Connection, Database
from storage.practice import reports as versions
from storage.practice.running import whole_bank
from tests.conftest import NOW
from tests.services.test_practice import answer_current, person

NEW = Question(
    id="",
    version=1,
    topic=Topic.REGULATIONS,
    kind=Kind.SINGLE,
    stem="收费站早班交接时，哪一样东西可以不当面清点？",
    options=("班长的水杯", "备用金", "通行卡"),
    key=frozenset({0}),
    explanation="水杯是私人物品，别的都要当面点清。",
    source="行业通行做法",
    facts=(),
    tags=("交接班",),
    difficulty=Difficulty.EASY,
    fixed_order=False,
    author="办公室",
    reviewer="",
)


@pytest.fixture(scope="session")
def some(shipped_bank: tuple[Question, ...]) -> tuple[Question, ...]:
    """Questions of every topic and kind, few enough to be held against each other again and again."""
    return shipped_bank[::8]


@pytest_asyncio.fixture
async def bank(db: Database, some: tuple[Question, ...]) -> Bank:
    await practice.replace_bank(db, some, "digest")
    return await practice.load_bank(db)


@pytest_asyncio.fixture
async def office(db: Database) -> Person:
    return await person(db, "B0001", Role.OFFICE)


async def check(db: Database, caller: Person | None, *questions: Question, origin: str = "1:1") -> BankCheck:
    return await importing.check_import(db, caller, bank_table(questions), "题.xlsx", origin, NOW)


async def take(db: Database, bank: Bank, caller: Person, *questions: Question, origin: str = "1:1") -> None:
    checked = await check(db, caller, *questions, origin=origin)
    assert checked.draft_id is not None
    await importing.confirm_import(db, bank, caller, checked.draft_id, NOW)


def single(bank: Bank) -> Question:
    return next(question for question in bank.live if question.kind is Kind.SINGLE)


# comparing, without a database -------------------------------------------------------------------------------------


def known(*questions: Question, latest: Mapping[str, int] | None = None) -> KnownBank:
    live = {question.id: question for question in questions}
    return KnownBank(live, {one.id: one.version for one in questions} | dict(latest or {}))


ONE = replace(NEW, id="reg-001", version=3)


def test_a_changed_question_gets_the_next_version_or_a_higher_one_that_is_given() -> None:
    for given, wanted in ((3, 4), (4, 4), (9, 9)):
        refused, diff = compare([replace(ONE, stem="新题干", version=given)], known(ONE))
        assert (refused, [change.after.version for change in diff.changed]) == ({}, [wanted])


def test_a_version_that_was_ever_stored_is_not_given_twice() -> None:
    _, diff = compare([replace(ONE, stem="新题干")], known(ONE, latest={"reg-001": 7}))
    assert diff.changed[0].after.version == 8
    _, diff = compare([replace(ONE, version=1)], known(latest={"reg-001": 2}))
    assert diff.new[0].version == 3


def test_an_older_version_is_refused_unless_it_says_the_same() -> None:
    refused, diff = compare([replace(ONE, stem="旧题干", version=2)], known(ONE))
    assert (refused["reg-001"].key, diff.nothing) == ("bank.fault.older", True)
    refused, diff = compare([replace(ONE, version=2)], known(ONE))
    assert (refused, diff.unchanged) == ({}, 1)


def test_the_stem_of_another_question_is_refused_and_the_same_question_changes_nothing() -> None:
    refused, _ = compare([replace(ONE, id="reg-501", source="别的依据")], known(ONE))
    assert (refused["reg-501"].key, refused["reg-501"].values) == ("bank.fault.same_stem", {"id": "reg-001"})
    refused, diff = compare([replace(ONE, id="reg-501", version=1)], known(ONE))
    assert (refused, diff.nothing, diff.unchanged) == ({}, True, 1)


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({}, ()),
        ({"version": 9}, ()),
        ({"stem": "x"}, (Part.STEM,)),
        ({"options": ("班长的水杯。", "备用金", "通行卡")}, (Part.OPTIONS,)),
        ({"options": ("备用金", "班长的水杯", "通行卡"), "key": frozenset({1})}, (Part.OPTIONS,)),
        ({"key": frozenset({1})}, (Part.KEY,)),
        ({"options": ("发票", "备用金", "通行卡")}, (Part.OPTIONS, Part.KEY)),
        ({"reviewer": "王芳", "reviewed": "2026-11-24"}, (Part.REVIEWER, Part.REVIEWED)),
        ({"topic": Topic.ETHICS, "difficulty": Difficulty.HARD}, (Part.TOPIC, Part.DIFFICULTY)),
    ],
)
def test_what_a_change_is_a_change_of(fields: dict[str, object], parts: tuple[Part, ...]) -> None:
    assert changes(ONE, replace(ONE, **fields)) == parts  # type: ignore[arg-type]


def test_more_changes_than_one_import_takes_are_refused() -> None:
    many = [replace(NEW, id=f"reg-{n}", stem=f"第{n}题") for n in range(MOST_CHANGES + 1)]
    with pytest.raises(TooManyChanges):
        compare(many, known())


def test_numbers_end_at_999() -> None:
    assert next_id("reg", {f"reg-{n}" for n in range(501, 999)}) == "reg-999"
    with pytest.raises(NumbersUsedUp):
        next_id("reg", {f"reg-{n}" for n in range(501, 1000)})


def test_numbers_that_we_gave_give_way() -> None:
    questions = (replace(NEW, id="reg-501"), replace(NEW, id="reg-502"), replace(NEW, id="reg-777"))
    numbered = renumbered(questions, {"reg-501", "reg-502"}, {Topic.REGULATIONS: "reg"}, {"reg-502"})
    assert [one.id for one in numbered] == ["reg-501", "reg-503", "reg-777"]


# out ---------------------------------------------------------------------------------------------------------------


async def test_both_files_hold_every_live_question(db: Database, bank: Bank, office: Person) -> None:
    table = await importing.export_bank(db, office, FileKind.XLSX, NOW)
    text = await importing.export_bank(db, office, FileKind.GIFT, NOW)
    assert len(read_bank_table(table, "题.xlsx").handed) == len(bank.live)
    assert len(read_gift(text, "题.gift").handed) == len(bank.live)
    rows, broken = await audit.verify(db)
    assert (rows, broken) == (2, None)


async def test_what_is_exported_and_imported_again_changes_nothing(db: Database, bank: Bank, office: Person) -> None:
    for kind, name in ((FileKind.XLSX, "题.xlsx"), (FileKind.GIFT, "题.TXT")):
        data = await importing.export_bank(db, office, kind, NOW)
        found = await importing.check_import(db, office, data, name, f"1:{kind}", NOW)
        assert (found.faults, found.draft_id) == ((), None)
        assert found.diff
        assert (found.diff.nothing, found.diff.unchanged) == (True, len(bank.live))


async def test_the_overview_counts_by_topic_and_tells_what_is_the_offices(
    db: Database, bank: Bank, office: Person
) -> None:
    before = await importing.bank_overview(db, office)
    await take(db, bank, office, NEW)
    after = await importing.bank_overview(db, office)
    assert (before.total, before.own) == (len(bank.live) - 1, 0)
    assert (after.total, after.own) == (len(bank.live), 1)
    assert after.topics[Topic.REGULATIONS] == (before.topics[Topic.REGULATIONS][0] + 1, 1)


async def test_a_topic_without_questions_counts_none(db: Database, office: Person) -> None:
    assert (await importing.bank_overview(db, office)).topics == dict.fromkeys(Topic, (0, 0))


# in ----------------------------------------------------------------------------------------------------------------


async def test_a_dry_run_changes_nothing(db: Database, bank: Bank, office: Person) -> None:
    before = await db.read(whole_bank)
    found = await check(db, office, NEW)
    assert found.diff
    assert [question.id for question in found.diff.new] == ["reg-501"]
    assert await db.read(whole_bank) == before
    assert len(bank.live) == len(before[1])


async def test_a_confirmed_question_is_in_the_next_set_and_in_the_next_start(
    db: Database, bank: Bank, office: Person
) -> None:
    await take(db, bank, office, NEW)
    stored = next(question for question in bank.live if question.stem == NEW.stem)
    assert stored == replace(NEW, id="reg-501")
    assert stored in (await practice.load_bank(db)).live


async def test_what_the_office_made_survives_a_refresh_of_the_shipped_files(
    db: Database, bank: Bank, office: Person, some: tuple[Question, ...]
) -> None:
    old = single(bank)
    await take(db, bank, office, NEW, replace(old, explanation="改过的解析。"))
    await practice.replace_bank(db, some, "newer", NOW)
    live = {question.id: question for question in (await practice.load_bank(db)).live}
    assert live["reg-501"].stem == NEW.stem
    assert live[old.id].explanation == "改过的解析。"


async def test_any_fault_and_nothing_can_be_confirmed(db: Database, bank: Bank, office: Person) -> None:
    found = await check(db, office, NEW, replace(NEW, stem=""))
    assert [(one.line, one.values["words"]) for one in found.faults] == [(3, "“题干”是空的")]
    assert found.draft_id is None


async def test_the_faults_of_the_rules_the_bank_and_the_comparison_are_told_together(
    db: Database, bank: Bank, office: Person
) -> None:
    old = single(bank)
    await take(db, bank, office, replace(old, source="新的依据"))
    stale = replace(old, source="旧的依据")
    alike = replace(old, id="", stem=f"{old.stem[:-1]}呢？")
    found = await check(db, office, stale, replace(NEW, source=""), alike, origin="1:2")
    assert [(one.line, one.key) for one in found.faults] == [
        (2, "bank.fault.older"),
        (3, "bank.fault.told"),
        (4, "bank.fault.told"),
    ]
    assert "几乎是同一道题" in str(found.faults[2].values["words"])


async def test_confirming_twice_writes_once(db: Database, bank: Bank, office: Person) -> None:
    draft = (await check(db, office, NEW)).draft_id
    assert draft is not None
    presses = [importing.confirm_import(db, bank, office, draft, NOW) for _ in range(3)]
    results = await asyncio.gather(*presses, return_exceptions=True)
    assert sum(isinstance(result, MovedOn) for result in results) == 2
    assert sum(question.stem == NEW.stem for question in bank.live) == 1


async def test_the_same_message_twice_is_one_draft_and_a_dropped_one_is_over(
    db: Database, bank: Bank, office: Person
) -> None:
    first, again = await check(db, office, NEW), await check(db, office, NEW)
    assert first.draft_id == again.draft_id is not None
    await importing.drop_import(db, office, first.draft_id, NOW)
    for press in (
        importing.drop_import(db, office, first.draft_id, NOW),
        importing.confirm_import(db, bank, office, first.draft_id, NOW),
    ):
        with pytest.raises(MovedOn):
            await press


async def test_a_draft_is_its_owners_and_a_form_that_awaits_a_file_confirms_nothing(
    db: Database, bank: Bank, office: Person
) -> None:
    other = await person(db, "B0002", Role.OFFICE)
    draft = (await check(db, office, NEW)).draft_id
    assert draft is not None
    with pytest.raises(MovedOn):
        await importing.confirm_import(db, bank, other, draft, NOW)
    await importing.begin_import(db, office, "bank:1", NOW)
    for number in (draft, draft + 1):
        with pytest.raises(MovedOn):
            await importing.confirm_import(db, bank, office, number, NOW)


async def test_two_files_checked_side_by_side_get_different_numbers(db: Database, bank: Bank, office: Person) -> None:
    other = await person(db, "B0002", Role.OFFICE)
    mine = await check(db, office, NEW)
    theirs = await check(db, other, replace(NEW, stem="下班前票款该由谁当面清点？"), origin="2:1")
    assert mine.draft_id is not None
    assert theirs.draft_id is not None
    await importing.confirm_import(db, bank, office, mine.draft_id, NOW)
    diff = await importing.confirm_import(db, bank, other, theirs.draft_id, NOW)
    assert [question.id for question in diff.new] == ["reg-502"]


async def test_a_question_that_changed_meanwhile_is_not_overwritten(db: Database, bank: Bank, office: Person) -> None:
    other, old = await person(db, "B0002", Role.OFFICE), single(bank)
    mine = await check(db, office, replace(old, source="我的依据"))
    assert mine.draft_id is not None
    await take(db, bank, other, replace(old, source="别人的依据"), origin="2:1")
    with pytest.raises(MovedOn):
        await importing.confirm_import(db, bank, office, mine.draft_id, NOW)
    assert next(question for question in bank.live if question.id == old.id).source == "别人的依据"


async def test_the_same_new_question_from_two_people_is_written_once(db: Database, bank: Bank, office: Person) -> None:
    other = await person(db, "B0002", Role.OFFICE)
    drafts = [(await check(db, one, NEW, origin=f"{n}:1")).draft_id for n, one in enumerate((office, other))]
    assert drafts[0] is not None
    assert drafts[1] is not None
    await importing.confirm_import(db, bank, office, drafts[0], NOW)
    with pytest.raises(MovedOn):
        await importing.confirm_import(db, bank, other, drafts[1], NOW)


async def test_a_retired_question_that_is_handed_in_is_used_again(db: Database, bank: Bank, office: Person) -> None:
    old = single(bank)
    await db.write(lambda tx: versions.retire(tx, old.id))
    await take(db, bank, office, old)
    assert next(question for question in bank.live if question.id == old.id).version == old.version + 1


async def test_another_key_makes_cards_begin_anew_and_is_told_and_another_wording_is_not(
    db: Database, bank: Bank, office: Person
) -> None:
    who = await person(db, "S0001")
    shown = await practice.begin(db, Bank(bank.known, (single(bank),) * 3), who, 1, 3, None, NOW, None)  # type: ignore[arg-type]
    item = shown.run.current
    assert item
    await answer_current(db, bank, who, shown)
    old = item.question

    async def asked(tx: Connection) -> int:
        return await versions.asked_of(tx, old.id)

    await take(db, bank, office, replace(old, source="新的依据"))
    assert await db.read(asked) == 1
    live = next(question for question in bank.live if question.id == old.id)
    other = next(index for index in range(len(old.options)) if index not in old.key)
    await take(db, bank, office, replace(live, key=frozenset({other})), origin="1:2")
    assert await db.read(asked) == 0
    told = await db.read(lambda tx: outbox.unsent(tx, CHANGED))
    assert [(item.person_id, item.detail["question"]) for item in told] == [(who.id, old.id)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
async def test_the_bank_is_the_offices(db: Database, bank: Bank, office: Person, role: Role) -> None:
    other = await person(db, "S0001", role)
    for press in (
        importing.bank_overview(db, other),
        importing.export_bank(db, other, FileKind.XLSX, NOW),
        importing.template(db, other),
        importing.begin_import(db, other, "bank:1", NOW),
        check(db, other, NEW),
        importing.confirm_import(db, bank, other, 1, NOW),
    ):
        with pytest.raises(NotForRole):
            await press


async def test_who_lost_the_role_or_left_cannot_confirm(db: Database, bank: Bank, office: Person) -> None:
    draft = (await check(db, office, NEW)).draft_id
    assert draft is not None
    await db.write(lambda tx: people.leave(tx, office.id, NOW))
    with pytest.raises(NotForRole):
        await importing.confirm_import(db, bank, office, draft, NOW)


async def test_leaving_the_form_closes_it_and_no_other(db: Database, office: Person, bank: Bank) -> None:
    await importing.leave_import(db, office, NOW)
    await importing.begin_import(db, office, "bank:1", NOW)
    await importing.leave_import(db, office, NOW)
    draft = (await check(db, office, NEW)).draft_id
    assert draft is not None
    await importing.drop_import(db, office, draft, NOW)


async def test_a_file_of_another_sort_is_refused(db: Database, bank: Bank, office: Person) -> None:
    with pytest.raises(UnknownFile):
        await importing.check_import(db, office, b"", "题.docx", "1:1", NOW)


async def test_the_template_is_given_to_the_office(db: Database, office: Person) -> None:
    assert (await importing.template(db, office)).startswith(b"PK")


# the command line ---------------------------------------------------------------------------------------------------


async def test_the_command_line_imports_at_once_or_tells_the_faults(db: Database, bank: Bank) -> None:
    data = write_gift([NEW])
    dry = await importing.check_import(db, None, data, "题.gift", "", NOW)
    assert (dry.draft_id, dry.faults) == (None, ())
    done = await importing.import_now(db, bank, data, "题.gift", NOW)
    assert done.diff
    assert [question.id for question in done.diff.new] == ["reg-501"]
    assert any(question.id == "reg-501" for question in bank.live)
    again = await importing.import_now(db, None, data, "题.gift", NOW)
    assert again.diff
    assert again.diff.nothing
    faulty = await importing.import_now(db, None, write_gift([replace(NEW, tags=())]), "题.gift", NOW)
    assert faulty.faults
    await importing.import_now(db, None, write_gift([replace(NEW, stem="下班前票款该由谁当面清点？")]), "题.gift", NOW)
    assert len((await practice.load_bank(db)).live) == len(bank.live) + 1
