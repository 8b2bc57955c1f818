"""Dialogs of [题目有误]: two taps for who reports, the office's answer, and who is told of a changed key."""

from collections.abc import AsyncIterator

import pytest_asyncio

from content.bank import load_bank
from domain.clock import now
from domain.people import Role
from domain.questions import Kind, Question
from services import practice
from storage import people
from storage import practice as runs
from storage.database import Connection, Database
from tests.dialogs.conftest import QUICK, Scene, holds
from tests.dialogs.phone import Phone


def shipped(kind: Kind) -> Question:
    """One question of the bank."""
    return next(one for one in load_bank()[0] if one.kind is kind)


async def keep_only(scene: Scene, *questions: Question) -> None:
    """The bank has only these, though the files have not changed."""
    db = await Database.open(scene.data_dir)
    try:
        digest = await practice.bank_digest(db)
        assert digest
        await practice.replace_bank(db, questions, digest, now())
    finally:
        await db.close()


@pytest_asyncio.fixture
async def single(scene: Scene) -> AsyncIterator[Question]:
    """The bot, quick and without quiet hours, with one question."""
    question = shipped(Kind.SINGLE)
    await keep_only(scene, question)
    scene.extra |= QUICK
    async with scene.bot():
        yield question


async def misses(phone: Phone, question: Question, *, right: bool = False) -> int:
    """/practice, [3题], and an answer to the only question. The number of the run's message."""
    await phone.types("/practice")
    await phone.taps("3题")
    lines = phone.text().splitlines()
    keys = [question.options[index] for index in question.key]
    letters = [line[0] for line in lines if line[1:3] == ". " and (line[3:] in keys) is right]
    await phone.taps(letters[0])
    await phone.shows("答对了" if right else "答错了")
    return number_of(phone)


def number_of(phone: Phone) -> int:
    """The newest message's number."""
    return int(phone.last()["message_id"])  # type: ignore[call-overload,no-any-return]


async def gets(phone: Phone, *parts: str) -> None:
    """Wait until some message contains every part."""

    def found() -> bool:
        texts = [str(m.get("text") or m.get("caption") or "") for m in phone.messages()]
        return any(all(part in text for part in parts) for text in texts)

    try:
        await phone.world.wait_for(lambda _: found(), 15)
    except TimeoutError:
        raise AssertionError((parts, [m.get("text") for m in phone.messages()])) from None


def told(phone: Phone, part: str) -> int:
    """How many messages contain it."""
    return sum(part in str(m.get("text") or "") for m in phone.messages())


async def opens(office: Phone, question: Question) -> None:
    """The office's way from the practice menu to the question."""
    await office.types("/practice")
    await office.taps("题目反馈")
    await office.shows("题目反馈", question.id)
    await office.taps(question.id)


async def stored(scene: Scene, staff_no: str) -> tuple[int, int, list[str]]:
    """How many questions the person has a card of, the live version, and every message about a question."""

    async def unit(tx: Connection) -> tuple[int, int, list[str]]:
        everyone = await people.listed(tx, "")
        who = next(one for one in everyone if one.staff_no == staff_no)
        _, live = await runs.whole_bank(tx)
        rows = await tx.all("SELECT kind, state FROM outbox WHERE kind LIKE 'question%' ORDER BY kind")
        messages = [f"{row['kind']} {row['state']}" for row in rows]
        return len(await runs.cards(tx, who.id)), live[0].version, messages

    db = await Database.open(scene.data_dir)
    try:
        return await db.read(unit)
    finally:
        await db.close()


async def test_a_report_in_two_taps_and_a_changed_key_reach_exactly_who_saw_the_question(scene: Scene) -> None:
    question = shipped(Kind.SINGLE)
    await keep_only(scene, question)
    scene.extra |= QUICK
    numbers = scene.roles[Role.COLLECTOR]
    async with scene.bot():
        reporter, saw, third = [await holds(scene, number) for number in numbers[:3]]
        office = await scene.joined(Role.OFFICE)
        message = await misses(reporter, question)
        await reporter.taps("题目有误")  # 1
        await reporter.shows("哪里有误", question.stem)
        assert "反馈给办公室" in await reporter.taps("答案不对")  # 2
        await reporter.shows("答错了")
        assert reporter.last()["message_id"] == message
        await misses(saw, question, right=True)

        await office.types("/practice")
        assert "题目反馈（1）" in office.buttons()
        await office.taps("题目反馈")
        await office.shows(question.id, "答案不对 1")
        await office.taps(question.id)
        await office.shows(question.stem, "反馈 1 条", "不到 5 人")
        await office.taps("改答案")
        other = next(index for index in range(len(question.options)) if index not in question.key)
        await office.taps(f"☐ {'ABCDEF'[other]}")
        await office.shows("2 人当作新题", "2 人会收到更正")
        assert "已处理" in await office.taps("确认改答案")
        await office.shows("第 2 版", "没有待处理的反馈")

        await gets(reporter, "您反馈的题有结果了", "答案已经改正", f"现答案：{question.options[other]}")
        await gets(saw, "答案更正了", f"现答案：{question.options[other]}")
        assert (told(reporter, "答案更正了"), told(saw, "答案更正了"), told(third, "答案更正了")) == (0, 1, 0)
        assert (told(reporter, "有结果了"), told(saw, "有结果了"), told(third, "有结果了")) == (1, 0, 0)
        await reporter.types("/practice")
        assert not any("错题本" in text for text in reporter.buttons())
        await reporter.taps("3题")
        await reporter.shows(question.stem)
    assert await stored(scene, numbers[0]) == (0, 2, ["question_answer sent", "question_changed sent"])


async def test_back_returns_to_the_run_and_a_second_report_shows_the_first(scene: Scene, single: Question) -> None:
    phone = await scene.joined()
    message = await misses(phone, single, right=True)
    shown = phone.text()
    await phone.taps("题目有误")
    await phone.taps("返回")
    assert (phone.text(), phone.last()["message_id"]) == (shown, message)
    await phone.taps("题目有误")
    await phone.taps("规定已变")
    assert phone.text() == shown
    await phone.taps("题目有误")
    await phone.shows("您反馈过：规定已变", "还没有处理")
    await phone.taps("返回")
    assert (phone.text(), phone.last()["message_id"]) == (shown, message)


async def test_another_reason_is_one_sentence_and_the_office_rejects_with_one(scene: Scene, single: Question) -> None:
    phone, office = await scene.joined(), await scene.joined(Role.OFFICE)
    await misses(phone, single)
    await phone.taps("题目有误")
    await phone.taps("其他")
    await phone.shows("一句话")
    await phone.taps("返回")
    await phone.taps("题目有误")
    await phone.taps("其他")
    await phone.types("选项里的单位写错了")
    await phone.shows("已反馈给办公室", "答错了")
    await phone.taps("题目有误")
    await phone.shows("您反馈过：其他")
    await opens(office, single)
    await office.shows("收费员：选项里的单位写错了")
    await office.taps("驳回")
    await office.shows("为什么不改")
    await office.types("单位和办法原文一致")
    await office.shows("已处理", "没有待处理的反馈")
    await gets(phone, "有结果了", "没有改：单位和办法原文一致")


async def test_the_office_mends_a_wording_and_a_fault_is_said_and_asked_for_again(
    scene: Scene, single: Question
) -> None:
    phone, office = await scene.joined(), await scene.joined(Role.OFFICE)
    await misses(phone, single)
    await phone.taps("题目有误")
    await phone.taps("题干不清")
    await opens(office, single)
    await office.taps("改文字")
    await office.taps("解析")
    await office.shows("现在的解析")
    await office.types("所以选项B是对的")
    await office.shows("没有改", "不要写选项字母")
    await office.types("以现行规定的原文为准。")
    await office.shows("已处理", "第 2 版", "解析：以现行规定的原文为准。")
    await gets(phone, "解析已经改为：以现行规定的原文为准。")
    assert told(phone, "答案更正了") == 0


async def test_a_retired_question_is_asked_no_more_and_old_buttons_say_so(scene: Scene) -> None:
    question, other = shipped(Kind.SINGLE), shipped(Kind.TRUE_FALSE)
    await keep_only(scene, question, other)
    scene.extra |= QUICK
    async with scene.bot():
        phone, office = await scene.joined(), await scene.joined(Role.OFFICE)
        await phone.types("/practice")
        await phone.taps("3题")
        reported = question if question.stem in phone.text() else other
        await phone.presses(next(d for d in phone.buttons().values() if d.startswith("practice:answer")))
        await phone.taps("题目有误")
        await phone.taps("答案不对")
        await opens(office, reported)
        stale = office.button("改文字")
        await office.taps("停用")
        await office.taps("确认停用")
        await office.shows("这道题已停用")
        assert "有了变化" in await office.presses(stale)
        await office.shows("这道题已停用")
        await gets(phone, "有结果了", "已经停用")


async def test_a_statement_flips_and_a_picture_question_is_reported_under_its_picture(scene: Scene) -> None:
    statement, picture = shipped(Kind.TRUE_FALSE), shipped(Kind.PICTURE)
    await keep_only(scene, statement, picture)
    scene.extra |= QUICK
    async with scene.bot():
        phone, office = await scene.joined(), await scene.joined(Role.OFFICE)
        await phone.types("/practice")
        await phone.taps("3题")
        wrong = "错误" if 0 in statement.key else "正确"
        await phone.taps(wrong)
        await phone.taps("题目有误")
        await phone.taps("答案不对")
        await phone.taps("明白了")
        message = phone.last()["message_id"]
        assert phone.last().get("photo")
        await phone.presses(next(d for d in phone.buttons().values() if d.startswith("practice:answer")))
        await phone.taps("题目有误")
        await phone.shows("哪里有误", picture.stem)
        await phone.taps("规定已变")
        assert (phone.last()["message_id"], bool(phone.last().get("photo"))) == (message, True)
        await opens(office, statement)
        await office.taps("改答案")
        await office.shows(f"现答案：{wrong}")
        await office.taps("确认改答案")
        await office.shows("第 2 版", f"答案：{wrong}")
        await gets(phone, "答案已经改正", f"现答案：{wrong}")


async def test_forged_presses_of_others_are_refused(scene: Scene, single: Question) -> None:
    owner, thief = await scene.joined(Role.COLLECTOR, 0), await scene.joined(Role.COLLECTOR, 1)
    await misses(owner, single)
    data = owner.button("题目有误")
    assert await thief.presses(data)
    assert await thief.presses("practice:reports")
    assert await thief.presses(f"practice:rekey:{single.id}:1:2")
    for nonsense in ("practice:rekey:../x:1:2", f"practice:rekey:{single.id}:1:64", "practice:because:1:0:no"):
        assert await thief.presses(nonsense)
    await owner.taps("题目有误")
    await owner.shows("哪里有误")
