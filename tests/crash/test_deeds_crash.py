"""kill -9 at every step of a good deed and of its score: one deed, two signatures, one entry, whatever moment it is."""

import pytest

from sandbox.records import Json, Upload
from tests.crash.test_practice_crash import MOMENTS, Moment, Process, called, rows, running
from tests.dialogs.conftest import Scene, office, scene
from tests.dialogs.phone import Phone
from tests.dialogs.test_plan import PNG

__all__ = ["office", "scene"]

WORDS = "捡到钱包交还失主"


async def _sends_photo(phone: Phone) -> None:
    await phone._acts(lambda: phone.world.send_photos(phone.account, [Upload("a.png", "image/png", PNG)], WORDS))


async def _press_and_kill(scene: Scene, process: Process, phone: Phone, part: str, moment: Moment) -> None:
    """Press the newest button of this name, end the bot at the moment, start it again, wait for the press's effect.

    An update of just before may be handled again and send its message once more: only the pressed one is looked at.
    """
    await scene.world.wait_for(lambda _: _newest(phone, part) is not None, 20)
    number, data = _newest(phone, part) or (0, "")
    since = scene.world.calls[-1].n
    scene.world.press(phone.account, number, data)
    await scene.world.wait_for(lambda w: moment(w, since), 15)
    await process.kill()
    dead = scene.world.calls[-1].n
    await process.start()
    await scene.world.wait_for(lambda w: called("deleteWebhook")(w, dead), 20)  # it takes updates in again
    await scene.world.wait_for(lambda _: data not in str(_message(phone, number).get("reply_markup")), 30)


def _newest(phone: Phone, part: str) -> tuple[int, str] | None:
    """The newest message with a button of this name, and the button's data."""
    for message in reversed(phone.messages()):
        markup = message.get("reply_markup") or {"inline_keyboard": []}
        for row in markup["inline_keyboard"]:  # type: ignore[index]
            for button in row:
                if part in button["text"]:
                    return int(str(message["message_id"])), str(button["callback_data"])
    return None


def _message(phone: Phone, number: int) -> Json:
    return next(one for one in phone.messages() if one["message_id"] == number)


async def _opens_waiting(phone: Phone) -> None:
    """What waits for a leader: asked for, whether or not the request to sign has come by itself."""
    await phone.types("/deed")
    phone.world.press(phone.account, int(str(phone.last()["message_id"])), "deeds:next:0")


@pytest.mark.parametrize("moment", ["at once", "when the answer was sent"])  # the others: test_practice_crash.py
async def test_a_kill_neither_loses_nor_doubles_a_deed_its_signatures_and_its_score(scene: Scene, moment: str) -> None:
    at = MOMENTS[moment]
    async with running(scene) as process:
        await scene.world.wait_for(lambda w: w.bot_online, 20)
        author = await scene.joined("collector")
        leader, head = await scene.joined("team_leader"), await scene.joined("station_head")
        await _sends_photo(author)
        await _press_and_kill(scene, process, author, "记为好事", at)
        await author.types("/deed")
        await author.taps(f"✎ {WORDS}")
        await _press_and_kill(scene, process, author, "提交", at)
        for phone in (leader, head):
            await _opens_waiting(phone)
            await _press_and_kill(scene, process, phone, "属实", at)
        await head.types("/home")
        await head.presses("deeds:open:1")
        await _press_and_kill(scene, process, head, "提议加分", at)
    deed = rows(scene.data_dir, "SELECT state, text, first_by <> second_by FROM deeds")
    assert deed == [("confirmed", WORDS, 1)]
    assert rows(scene.data_dir, "SELECT count(*) FROM deed_photos") == [(1,)]
    verbs = rows(
        scene.data_dir, "SELECT verb, count(*) FROM audit WHERE verb LIKE 'deed.%' GROUP BY verb ORDER BY verb"
    )
    assert verbs == [("deed.confirm", 1), ("deed.submit", 1), ("deed.vouch", 1)]
    assert rows(scene.data_dir, "SELECT count(*) FROM outbox WHERE kind = 'deed_thanks'") == [(1,)]
    assert rows(scene.data_dir, "SELECT count(*), sum(points) FROM score_entries") == [(1, 20)]
    assert rows(scene.data_dir, "PRAGMA integrity_check") == [("ok",)]
    assert rows(scene.data_dir, "SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
