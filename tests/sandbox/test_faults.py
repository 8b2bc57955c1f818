"""Faults on demand, as a client of the Bot API meets them."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import telegram

from sandbox.errors import ActError
from sandbox.records import Account
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


def texts(world: World, person: Account) -> list[object]:
    return [message.get("text") for message in world.chat(person.id).messages.values()][1:]


async def test_a_dropped_call_never_happened(ask: Ask, world: World, person: Account) -> None:
    world.faults.add("drop", "sendMessage", times=1)
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=person.id, text="一")
    assert texts(world, person) == []
    assert (await ask("sendMessage", chat_id=person.id, text="二"))[0] == 200


async def test_a_timeout_after_has_happened(ask: Ask, world: World, person: Account) -> None:
    world.faults.add("timeout_after", "sendMessage", times=1, seconds=0.05)
    began = time.monotonic()
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=person.id, text="一")
    assert time.monotonic() - began >= 0.05
    assert texts(world, person) == ["一"]


async def test_a_timeout_before_has_not(ask: Ask, world: World, person: Account) -> None:
    world.faults.add("timeout_before", "sendMessage", times=1, seconds=0.05)
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=person.id, text="一")
    assert texts(world, person) == []


async def test_a_client_gives_up_on_a_held_call(bot: telegram.Bot, world: World, person: Account) -> None:
    world.faults.add("timeout_after", seconds=30)
    with pytest.raises(telegram.error.TimedOut):
        await bot.send_message(person.id, "一", read_timeout=0.05)
    await world.wait_for(lambda w: texts(w, person) == ["一"])


async def test_errors_and_floods_answer_as_told(ask: Ask, world: World, person: Account) -> None:
    world.faults.add("error", times=1, status=502)
    world.faults.add("flood", times=1, seconds=7)
    assert await ask("getMe") == (502, {"ok": False, "error_code": 502, "description": "Bad Gateway"})
    status, answer = await ask("getMe")
    assert (status, answer["parameters"]) == (429, {"retry_after": 7})
    assert (await ask("getMe"))[0] == 200


async def test_a_delay_only_delays(ask: Ask, world: World) -> None:
    world.faults.add("delay", seconds=0.05)
    began = time.monotonic()
    assert (await ask("getMe"))[0] == 200
    assert time.monotonic() - began >= 0.05


async def test_probability_is_a_share_of_calls(ask: Ask, world: World) -> None:
    world.faults.add("error", probability=0.5)
    answers = [(await ask("getMe"))[0] for _ in range(60)]
    assert 10 < answers.count(500) < 50


async def test_other_methods_are_left_alone(ask: Ask, world: World) -> None:
    world.faults.add("drop", "sendMessage")
    assert (await ask("getMe"))[0] == 200


async def test_ptb_sees_a_lost_connection_as_a_network_error(bot: telegram.Bot, world: World, person: Account) -> None:
    world.faults.add("drop", times=1)
    with pytest.raises(telegram.error.NetworkError):
        await bot.send_message(person.id, "一")


async def test_faults_are_managed_over_http(control: Ask, world: World) -> None:
    status, fault = await control("faults", {"kind": "drop", "method": "sendMessage", "count": 2, "probability": 1})
    assert (status, fault["count"]) == (200, 2)
    assert (await control("faults"))[1] == [fault]
    assert (await control("state"))[1]["faults"] == [fault]
    assert (await control(f"faults/{fault['id']}", method="DELETE"))[0] == 200
    assert (await control(f"faults/{fault['id']}", method="DELETE"))[0] == 404
    world.faults.add("delay")
    assert await control("faults", method="DELETE") == (200, {"ok": True})
    assert world.faults.listing() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "flood", "probability": 2},
        {"kind": "comet"},
        {"kind": "error", "status": 200},
        {"kind": "delay", "seconds": "x"},
    ],
)
async def test_impossible_faults_are_refused(control: Ask, wrong: object) -> None:
    assert (await control("faults", wrong))[0] == 400


def test_an_unknown_kind_is_refused_in_process() -> None:
    with pytest.raises(ActError):
        World().faults.add("comet")
