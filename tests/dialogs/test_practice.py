"""Dialogs of practice: one message, one tap a question, and going on after anything."""

import sqlite3
from contextlib import closing

from domain.questions import Kind
from storage.database import DATABASE_FILE
from tests.dialogs.conftest import Scene
from tests.dialogs.phone import Phone


async def answer(phone: Phone) -> None:
    """Answer the question that stands there, right or wrong, and go on."""
    data = list(phone.buttons().values())
    submit = [d for d in data if d.startswith("practice:submit")]
    await phone.presses(next(d for d in data if d.startswith("practice:answer")))
    if submit:
        await phone.presses(submit[0])
    note = [d for d in phone.buttons().values() if d.startswith("practice:note")]
    if note:
        await phone.presses(note[0])


async def test_five_questions_in_one_message_end_with_a_result(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/practice")
    message = phone.last()["message_id"]
    await phone.taps("5题")
    for n in range(1, 6):
        assert f"{n}/5" in phone.text()
        await answer(phone)
    await phone.shows("本组完成")
    assert phone.last()["message_id"] == message
    assert any(d.startswith("practice:again") for d in phone.buttons().values())


async def test_a_restart_in_the_middle_goes_on_with_the_same_message(scene: Scene) -> None:
    async with scene.bot():
        phone = await scene.joined()
        await phone.types("/practice")
        message = phone.last()["message_id"]
        await phone.taps("5题")
        for _ in range(2):
            await answer(phone)
        assert "3/5" in phone.text()
    async with scene.bot():
        await answer(phone)
        assert "4/5" in phone.text()
        assert phone.last()["message_id"] == message


async def test_an_answer_tapped_while_the_bot_is_down_counts_when_it_is_back(scene: Scene) -> None:
    async with scene.bot():
        phone = await scene.joined()
        await phone.types("/practice")
        await phone.taps("3题")
        data = phone.button("A") if "A" in phone.buttons() else next(iter(phone.buttons().values()))
    scene.world.press(phone.account, phone.last()["message_id"], data)  # type: ignore[arg-type]
    before = phone.text(), phone.buttons()
    async with scene.bot():
        await scene.world.wait_for(lambda _: (phone.text(), phone.buttons()) != before)


async def test_an_open_set_is_taken_up_from_the_menu_in_one_tap(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/practice")
    await phone.taps("10题")
    await answer(phone)
    await phone.types("/practice")
    await phone.taps("继续")
    assert "2/10" in phone.text()


async def test_a_forged_press_on_anothers_run_is_refused_and_shows_nothing(running: Scene) -> None:
    owner, thief = await running.joined("collector", 0), await running.joined("collector", 1)
    await owner.types("/practice")
    await owner.taps("3题")
    before = owner.text()
    data = next(d for d in owner.buttons().values() if d.startswith("practice:answer"))
    shown = thief.text()
    assert await thief.presses(data)
    assert (owner.text(), thief.text()) == (before, shown)


async def test_a_stale_press_says_so_and_shows_the_current_state(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/practice")
    await phone.taps("3题")
    stale = next(d for d in phone.buttons().values() if d.startswith("practice:answer"))
    await answer(phone)
    current = phone.text()
    said = await phone.presses(stale)
    assert said
    assert phone.text().splitlines()[-1] == current.splitlines()[-1]


async def test_nonsense_callback_data_moves_on_to_home(running: Scene) -> None:
    phone = await running.joined()
    for data in ("practice:answer:1:2", "practice:answer:x:0:0", "nothing", "practice:start:1:5:nope", ":" * 30):
        assert await phone.presses(data)
        assert "practice:menu" in phone.buttons().values()


async def test_every_kind_of_question_can_be_answered_from_its_buttons(running: Scene) -> None:
    phone = await running.joined()
    seen: set[str] = set()
    await phone.types("/practice")
    await phone.taps("10题")
    for _ in range(90):  # of which the chance to miss a kind is nil
        data = list(phone.buttons().values())
        if any(d.startswith("practice:again") for d in data):
            await phone.presses(next(d for d in data if d.startswith("practice:again")))
            continue
        has_submit = any(d.startswith("practice:submit") for d in data)
        count = sum(d.startswith("practice:answer") for d in data)
        seen.add(Kind.MULTIPLE if has_submit else Kind.TRUE_FALSE if count == 2 else Kind.SINGLE)
        await answer(phone)
        if len(seen) == 3:
            break
    assert seen == {"single", "multiple", "truefalse"}


async def set_with_pictures(phone: Phone, topic: str = "假币识别") -> None:
    """Begin sets of a topic until one has a picture, and answer up to it."""
    await phone.types("/practice")
    await phone.taps(topic)
    for _ in range(80):
        if "photo" in phone.last():
            return
        await answer(phone)
        again = [d for d in phone.buttons().values() if d.startswith("practice:again")]
        if again:
            await phone.presses(again[0])
    raise AssertionError("no picture among so many questions")


def kept_pictures(running: Scene) -> set[str]:
    """The messenger's ids of pictures that the bot will use again."""
    with closing(sqlite3.connect(running.data_dir / DATABASE_FILE)) as db:
        return {file_id for (file_id,) in db.execute("SELECT file_id FROM pictures")}


async def test_a_picture_comes_into_the_same_message_and_is_uploaded_once(running: Scene) -> None:
    phone = await running.joined()
    await set_with_pictures(phone)
    message = phone.last()["message_id"]
    first = phone.last()["photo"][-1]["file_id"]
    while not any(d.startswith("practice:again") for d in phone.buttons().values()):
        await answer(phone)
        assert phone.last()["message_id"] == message
        assert "photo" in phone.last()
    assert "本组完成" in phone.text()
    await phone.types("/practice")
    assert first in kept_pictures(running)


async def test_a_picture_that_cannot_be_shown_is_said_in_words(running: Scene) -> None:
    phone = await running.joined()
    running.world.faults.add("error", "editMessageMedia", status=400)
    await phone.types("/practice")
    await phone.taps("假币识别")
    for _ in range(80):
        if "（图示：" in phone.text():
            break
        await answer(phone)
        again = [d for d in phone.buttons().values() if d.startswith("practice:again")]
        if again:
            await phone.presses(again[0])
    assert "①" in phone.text()
    assert "photo" not in phone.last()


async def test_a_guess_is_noted_once_and_the_button_goes(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/practice")
    await phone.taps("10题")
    for _ in range(40):
        guess = [d for d in phone.buttons().values() if d.startswith("practice:guess")]
        if guess:
            break
        await answer(phone)
        again = [d for d in phone.buttons().values() if d.startswith("practice:again")]
        if again:
            await phone.presses(again[0])
    text = phone.text()
    assert "早点再问" in await phone.presses(guess[0])
    assert phone.text() == text
    assert guess[0] not in phone.buttons().values()
    assert "早点再问" not in await phone.presses(guess[0])


async def test_what_was_missed_stands_in_the_wrong_book_until_it_is_known(running: Scene) -> None:
    phone = await running.joined()
    await phone.types("/practice")
    await phone.taps("10题")
    missed = 0
    for _ in range(40):
        missed += any(d.startswith("practice:note") for d in phone.buttons().values())
        if any(d.startswith("practice:again") for d in phone.buttons().values()):
            break
        data = list(phone.buttons().values())
        note = [d for d in data if d.startswith("practice:note")]
        answers = [d for d in data if d.startswith(("practice:submit", "practice:answer"))]
        await phone.presses(note[0] if note else answers[0])
        if not note and any(d.startswith("practice:submit") for d in data):
            await phone.presses(next(d for d in data if d.startswith("practice:submit")))
    await phone.types("/practice")
    await phone.taps("错题本")
    assert f"{missed} 题" in phone.text()
    await phone.taps("重练错题")
    assert "1/" in phone.text()
