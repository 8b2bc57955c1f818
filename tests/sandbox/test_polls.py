"""Quiz polls in a group: what is sent, who votes, what the bot is told, what a phone shows before and after."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import telegram
from telegram import InputMediaPhoto, InputPollOption

from sandbox.errors import ActError
from sandbox.records import Account, Group, Upload
from sandbox.server import SandboxServer
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]
Told = Callable[[], list[dict[str, Any]]]

QUIZ = {
    "question": "假币怎么办？",
    "options": ["收下", "按规定处置", "退回"],
    "type": "quiz",
    "correct_option_ids": [1],
    "explanation": "规定第三条",
    "is_anonymous": False,
}


async def quiz(ask: Ask, chat: Group | Account, **params: object) -> int:
    status, answer = await ask("sendPoll", chat_id=chat.id, **{**QUIZ, **params})
    assert status == 200, answer
    return int(answer["result"]["message_id"])


def poll_of(chat: Group, number: int) -> dict[str, Any]:
    poll = chat.messages[number]["poll"]
    assert isinstance(poll, dict)
    return poll


def seen(world: World, group: Group, number: int, account: Account) -> dict[str, Any]:
    return world.as_seen(group.messages[number], account.id)["poll"]  # type: ignore[return-value]


# Sending


async def test_a_quiz_comes_back_with_the_fields_of_the_bot_api(ask: Ask, group: Group) -> None:
    number = await quiz(ask, group, hide_results_until_closes=True, shuffle_options=True)
    poll = poll_of(group, number)
    assert poll.pop("id").isdigit()
    assert poll == {
        "question": "假币怎么办？",
        "options": [
            {"persistent_id": "0", "text": "收下", "voter_count": 0},
            {"persistent_id": "1", "text": "按规定处置", "voter_count": 0},
            {"persistent_id": "2", "text": "退回", "voter_count": 0},
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": False,
        "type": "quiz",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
        "correct_option_ids": [1],
        "explanation": "规定第三条",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"question": "字" * 300},
        {"options": ["字" * 100] * 12},
        {"explanation": "字" * 198 + "\n\n"},
        {"explanation": "一\n二\n三"},
        {"open_period": 2_628_000},
        {"allows_multiple_answers": True, "correct_option_ids": [0, 2]},
    ],
)
async def test_what_just_fits_is_sent(ask: Ask, group: Group, change: dict[str, object]) -> None:
    await quiz(ask, group, **change)


async def test_pictures_of_question_option_and_explanation(
    bot: telegram.Bot, world: World, group: Group, png: bytes
) -> None:
    known = world.files.add_photo(Upload("a.png", "", png)).file_id  # PTB 22.8 cannot upload an option's picture
    sent = await bot.send_poll(
        group.id,
        "哪一张？",
        [InputPollOption("甲", media=InputMediaPhoto(known)), "乙"],
        type="quiz",
        correct_option_ids=[0],
        media=InputMediaPhoto(png),
        explanation="看水印",
        explanation_media=InputMediaPhoto(png),
    )
    assert sent.poll.media.photo[-1].width == 40
    assert sent.poll.options[0].media.photo[-1].file_id == known
    assert sent.poll.explanation_media.photo[-1].file_id != sent.poll.media.photo[-1].file_id
    again = await bot.send_poll(
        group.id, "再来", ["甲", "乙"], media=InputMediaPhoto(sent.poll.media.photo[-1].file_id)
    )
    assert again.poll.media.photo[-1].file_id == sent.poll.media.photo[-1].file_id


async def test_ptb_still_offers_the_old_name_and_is_refused(bot: telegram.Bot, group: Group) -> None:
    with pytest.raises(telegram.error.BadRequest, match='Unknown parameter "correct_option_id"'):
        await bot.send_poll(
            group.id, "问", ["甲", "乙"], type="quiz", api_kwargs={"correct_option_id": 0, "correct_option_ids": [0]}
        )


# Voting


async def test_public_votes_are_told_by_name_and_in_counts(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account, told: Told
) -> None:
    number = await quiz(ask, group)
    world.vote(person.id, number, [1], chat=group.id)
    world.vote(stranger.id, number, [0], chat=group.id)
    first, counts, second, final = told()
    assert first["poll_answer"] == {
        "poll_id": poll_of(group, number)["id"],
        "user": person.user(),
        "option_ids": [1],
        "option_persistent_ids": ["1"],
    }
    assert [option["voter_count"] for option in counts["poll"]["options"]] == [0, 1, 0]
    assert second["poll_answer"]["user"]["id"] == stranger.id
    assert [option["voter_count"] for option in final["poll"]["options"]] == [1, 1, 0]
    assert final["poll"]["total_voter_count"] == 2


async def test_anonymous_votes_are_told_in_counts_alone(
    ask: Ask, world: World, group: Group, person: Account, told: Told
) -> None:
    number = await quiz(ask, group, is_anonymous=True)
    world.vote(person.id, number, [1], chat=group.id)
    assert [list(update) for update in told()] == [["poll"]]


async def test_a_quiz_takes_one_answer_once(ask: Ask, world: World, group: Group, person: Account) -> None:
    number = await quiz(ask, group)
    with pytest.raises(ActError, match="one answer"):
        world.vote(person.id, number, [0, 1], chat=group.id)
    with pytest.raises(ActError, match="no such option"):
        world.vote(person.id, number, [3], chat=group.id)
    with pytest.raises(ActError, match="no vote to take back"):
        world.vote(person.id, number, [], chat=group.id)
    world.vote(person.id, number, [0], chat=group.id)
    for options in ([1], []):
        with pytest.raises(ActError, match="no second vote"):
            world.vote(person.id, number, options, chat=group.id)


async def test_a_quiz_that_allows_it_takes_another_vote(
    ask: Ask, world: World, group: Group, person: Account, told: Told
) -> None:
    number = await quiz(ask, group, allows_revoting=True)
    for options in ([0], [1], []):
        world.vote(person.id, number, options, chat=group.id)
    answers = [update["poll_answer"]["option_ids"] for update in told() if "poll_answer" in update]
    assert answers == [[0], [1], []]
    assert poll_of(group, number)["total_voter_count"] == 0


async def test_a_forwarded_quiz_is_the_same_poll(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account
) -> None:
    number = await quiz(ask, group)
    other = world.add_group("城西站", [stranger.id])
    world.set_bot(other.id, "member")
    _, answer = await ask("forwardMessage", chat_id=other.id, from_chat_id=group.id, message_id=number)
    world.vote(person.id, number, [1], chat=group.id)
    world.vote(stranger.id, answer["result"]["message_id"], [0], chat=other.id)
    assert poll_of(group, number) == poll_of(other, answer["result"]["message_id"])
    assert poll_of(group, number)["total_voter_count"] == 2
    with pytest.raises(ActError, match="no second vote"):
        world.vote(stranger.id, number, [1], chat=group.id)


# Closing


async def test_stopping_returns_the_poll_with_its_counts_and_tells_of_it(
    ask: Ask, world: World, group: Group, person: Account, told: Told
) -> None:
    buttons = {"inline_keyboard": [[{"text": "排行", "callback_data": "a"}]]}
    number = await quiz(ask, group, reply_markup=buttons, open_period=600)
    world.vote(person.id, number, [1], chat=group.id)
    told()
    _, answer = await ask("stopPoll", chat_id=group.id, message_id=number)
    assert answer["result"]["is_closed"] is True
    assert [option["voter_count"] for option in answer["result"]["options"]] == [0, 1, 0]
    (update,) = told()
    assert update["poll"] == answer["result"] == poll_of(group, number)
    assert "reply_markup" not in group.messages[number]
    assert world.closings == {}


async def test_stopping_can_hang_other_buttons_below(ask: Ask, group: Group) -> None:
    number = await quiz(ask, group)
    buttons = {"inline_keyboard": [[{"text": "排行", "callback_data": "a"}]]}
    await ask("stopPoll", chat_id=group.id, message_id=number, reply_markup=buttons)
    assert group.messages[number]["reply_markup"] == buttons


async def test_a_closed_poll_takes_neither_votes_nor_edits_nor_another_stop(
    ask: Ask, refusal: Refusal, world: World, group: Group, person: Account
) -> None:
    number = await quiz(ask, group, is_closed=True)
    with pytest.raises(ActError, match="closed"):
        world.vote(person.id, number, [1], chat=group.id)
    here = {"chat_id": group.id, "message_id": number}
    assert await refusal("stopPoll", **here) == "Bad Request: poll can't be stopped"
    assert await refusal("editMessageText", **here, text="x") == "Bad Request: message can't be edited"
    assert await refusal("editMessageCaption", **here, caption="x") == "Bad Request: message can't be edited"
    buttons = {"inline_keyboard": [[{"text": "排行", "callback_data": "a"}]]}
    assert (await ask("editMessageReplyMarkup", **here, reply_markup=buttons))[0] == 200


async def test_only_the_bots_own_polls_are_stopped(ask: Ask, refusal: Refusal, world: World, group: Group) -> None:
    number = await quiz(ask, group)
    _, answer = await ask("forwardMessage", chat_id=group.id, from_chat_id=group.id, message_id=number)
    forwarded = answer["result"]["message_id"]
    assert await refusal("stopPoll", chat_id=group.id, message_id=forwarded) == "Bad Request: poll can't be stopped"


async def test_a_poll_closes_by_its_timer_and_the_bot_is_told(ask: Ask, world: World, group: Group, told: Told) -> None:
    now = world.clock()
    times = iter([now, now, now + 5])
    world.clock = lambda: next(times, now + 5)
    number = await quiz(ask, group, open_period=5)
    await world.wait_for(lambda _: poll_of(group, number)["is_closed"])
    (update,) = told()
    assert (update["poll"]["is_closed"], update["poll"]["open_period"]) == (True, 5)
    assert world.closings == {}


async def test_a_vote_after_the_closing_time_closes_the_poll_instead(
    ask: Ask, world: World, group: Group, person: Account, told: Told
) -> None:
    now = world.clock()
    number = await quiz(ask, group, open_period=60)
    world.clock = lambda: now + 61
    with pytest.raises(ActError, match="closed"):
        world.vote(person.id, number, [1], chat=group.id)
    (update,) = told()
    assert update["poll"]["is_closed"] is True


async def test_the_clocks_of_open_polls_end_with_the_world(ask: Ask, server: SandboxServer, group: Group) -> None:
    await quiz(ask, group, open_period=600)
    (timer,) = server.world.closings.values()
    server.world.close()
    assert timer.cancelled()


# What a phone shows


async def test_nobody_sees_solution_or_counts_before_voting(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account
) -> None:
    number = await quiz(ask, group)
    world.vote(person.id, number, [0], chat=group.id)
    before, after = seen(world, group, number, stranger), seen(world, group, number, person)
    assert not before.keys() & {"correct_option_ids", "explanation", "chosen_option_ids"}
    assert [option["voter_count"] for option in before["options"]] == [0, 0, 0]
    assert before["total_voter_count"] == 1
    assert (after["correct_option_ids"], after["explanation"]) == ([1], "规定第三条")
    assert (after["chosen_option_ids"], after["options"][0]["voter_count"]) == ([0], 1)


async def test_hidden_results_are_shown_at_the_end(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account, told: Told
) -> None:
    number = await quiz(ask, group, hide_results_until_closes=True)
    world.vote(person.id, number, [0], chat=group.id)
    hidden = seen(world, group, number, person)
    assert hidden["results_hidden"] is True
    assert [option["voter_count"] for option in hidden["options"]] == [0, 0, 0]
    assert (hidden["correct_option_ids"], hidden["chosen_option_ids"]) == ([1], [0])
    assert [option["voter_count"] for option in told()[-1]["poll"]["options"]] == [1, 0, 0]
    await ask("stopPoll", chat_id=group.id, message_id=number)
    for one in (person, stranger):
        shown = seen(world, group, number, one)
        assert "results_hidden" not in shown
        assert shown["options"][0]["voter_count"] == 1
        assert shown["correct_option_ids"] == [1]


async def test_shuffled_options_have_an_order_for_each_phone(
    ask: Ask, world: World, group: Group, person: Account
) -> None:
    number = await quiz(ask, group, options=[str(one) for one in range(12)], shuffle_options=True)
    order = seen(world, group, number, person)["option_order"]
    assert sorted(order) == list(range(12))
    assert order == seen(world, group, number, person)["option_order"]
    other = world.add_account("王五")
    assert order != seen(world, group, number, other)["option_order"]


async def test_every_phone_sees_its_own_vote_in_the_stream(
    ask: Ask, world: World, group: Group, person: Account, stranger: Account
) -> None:
    number = await quiz(ask, group)
    watchers = [world.events.watch(one.id) for one in (person, stranger)]
    world.vote(person.id, number, [1], chat=group.id)
    events = [await asyncio.wait_for(watcher.next(), 1) for watcher in watchers]
    assert [event.data["chat_id"] for event in events] == [group.id, group.id]  # type: ignore[union-attr]


async def test_ptb_reads_votes_and_states(
    bot: telegram.Bot, world: World, group: Group, person: Account, stranger: Account
) -> None:
    sent = await bot.send_poll(
        group.id,
        "假币怎么办？",
        [InputPollOption("收下"), "按规定处置"],
        type="quiz",
        correct_option_ids=[1],
        is_anonymous=False,
        hide_results_until_closes=True,
        open_period=600,
    )
    world.vote(stranger.id, sent.message_id, [0], chat=group.id)
    answer, state = await bot.get_updates()
    assert (answer.poll_answer.user.id, answer.poll_answer.option_ids) == (stranger.id, (0,))
    assert (state.poll.options[0].voter_count, state.poll.total_voter_count) == (1, 1)
    stopped = await bot.stop_poll(group.id, sent.message_id)
    assert (stopped.is_closed, stopped.total_voter_count, stopped.options[0].voter_count) == (True, 1, 1)
