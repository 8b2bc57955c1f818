"""Dialogs of practice: one message, one tap a question, and going on after anything."""

from domain.questions import Kind
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
    for _ in range(30):
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
