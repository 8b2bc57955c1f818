"""Starting, stopping and being told: by webhook, with bad settings, without a network, from the command line."""

import asyncio
import json
import os
import socket
import sys
from pathlib import Path

import pytest

from bot.app import run
from bot.control import ask
from bot.jobs import carry_out
from bot.settings import BadSettings, Settings
from tests.dialogs.conftest import Scene


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def tollmate(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """The command line as a person runs it: exit code, output, errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env={**os.environ, "TOLLMATE_LOG_LEVEL": "WARNING", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_the_same_people_are_served_by_webhook_with_a_secret(scene: Scene) -> None:
    scene.extra = {"webhook_url": f"http://127.0.0.1:{free_port()}/hook", "webhook_secret": "a-secret"}
    async with scene.bot():
        phone = await scene.joined()
        await phone.types("/practice")
        await phone.taps("3题")
        assert "1/3" in phone.text()


async def test_polling_goes_over_to_a_webhook_and_back_on_the_same_data(scene: Scene) -> None:
    async with scene.bot():
        phone = await scene.joined()
    scene.extra = {"webhook_url": f"http://127.0.0.1:{free_port()}/hook", "webhook_secret": "a-secret"}
    async with scene.bot():
        await phone.types("/practice")
        await phone.shows("练习")
    scene.extra = {}
    async with scene.bot():
        await phone.types("/training")
        await phone.shows("培训")


async def test_the_command_line_invites_through_the_running_bot(running: Scene) -> None:
    staff_no = running.roles["collector"][5]
    result = await carry_out(running.settings(), "invite", {"staff_no": staff_no})
    assert result["link"] == f"https://t.me/tollmate_bot?start={result['token']}"
    phone = running.stranger()
    await phone.start(str(result["token"]))
    await phone.shows("您是")
    assert oct((running.data_dir / "tollmate.sock").stat().st_mode)[-3:] == "600"
    assert (await ask(running.data_dir, "health", {}))["dead"] == 0


async def test_the_command_line_works_alone_and_speaks_json(tmp_path: Path) -> None:
    environment = {"TOLLMATE_DATA_DIR": str(tmp_path)}
    code, out, _ = await tollmate("sample", "load", "--json", **environment)
    assert (code, json.loads(out)["people"]) == (0, 48)
    code, out, _ = await tollmate("invite", "1001", "--json", **environment)
    assert code == 0
    assert len(json.loads(out)["token"]) == 32
    code, _, err = await tollmate("invite", "no-such", "--json", **environment)
    assert (code, bool(err.strip())) == (1, True)
    code, out, _ = await tollmate("audit", "verify", "--json", **environment)
    assert (code, json.loads(out)["holds"]) == (0, True)


async def test_a_bad_setting_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    environment = {"TOLLMATE_DATA_DIR": str(tmp_path), "TOLLMATE_BOT_TOKEN": "1:T"}
    for name, value in {
        "TOLLMATE_TIMEZONE": "Mars/Olympus",
        "TOLLMATE_BOT_TOKEN": "not a token",
        "TOLLMATE_API_BASE_URL": "localhost",
        "TOLLMATE_WEBHOOK_URL": "https://example.org/hook",
    }.items():
        code, _, err = await tollmate("run", **{**environment, name: value})
        assert code == 2
        assert len(err.strip().splitlines()) == 1
        assert name in err
        assert "Traceback" not in err


async def test_a_missing_token_is_said_in_one_sentence(tmp_path: Path) -> None:
    code, _, err = await tollmate("run", TOLLMATE_DATA_DIR=str(tmp_path), TOLLMATE_BOT_TOKEN="")
    assert (code, len(err.strip().splitlines())) == (2, 1)
    assert "TOLLMATE_BOT_TOKEN" in err


async def test_a_token_telegram_does_not_know_stops_the_start(scene: Scene) -> None:
    settings = scene.settings().model_copy(
        update={"bot_token": Settings(_env_file=None, bot_token="5:WRONG").bot_token}
    )  # type: ignore[call-arg,arg-type]
    with pytest.raises(BadSettings, match="TOLLMATE_BOT_TOKEN"):
        await run(settings, asyncio.Event())


async def test_without_a_network_the_bot_says_so_with_the_proxy_hint_and_stops_when_told(
    scene: Scene, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = scene.settings().model_copy(update={"api_base_url": f"http://127.0.0.1:{free_port()}"})
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.5, stop.set)
    await run(settings, stop)
    assert "TOLLMATE_PROXY_URL" in caplog.text + "".join(capsys.readouterr())


async def test_the_token_is_in_no_line_of_output(scene: Scene) -> None:
    token = scene.world.token
    log = (scene.data_dir / "output.log").open("w+b")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env={
            **os.environ,
            "TOLLMATE_LOG_LEVEL": "DEBUG",
            "TOLLMATE_BOT_TOKEN": token,
            "TOLLMATE_API_BASE_URL": scene.url,
            "TOLLMATE_DATA_DIR": str(scene.data_dir),
        },
        stdout=log.fileno(),  # not a pipe: nobody would read it, and a full one stops the bot
        stderr=asyncio.subprocess.STDOUT,
    )
    await scene.world.wait_for(lambda w: w.updates.polled_now, 20)
    phone = await scene.joined()
    await phone.types("/home")
    process.terminate()
    await process.wait()
    out = (scene.data_dir / "output.log").read_bytes()
    log.close()
    assert process.returncode == 0
    assert out.strip()
    assert token.split(":")[1] not in out.decode()


async def test_a_second_bot_on_the_same_data_is_refused(running: Scene) -> None:
    code, _, err = await tollmate(
        "run",
        TOLLMATE_DATA_DIR=str(running.data_dir),
        TOLLMATE_BOT_TOKEN=running.world.token,
        TOLLMATE_API_BASE_URL=running.url,
    )
    assert (code, len(err.strip().splitlines())) == (2, 1)


@pytest.mark.parametrize("method", ["getMe", "setMyCommands"])
async def test_a_call_lost_during_the_start_is_made_again(scene: Scene, method: str) -> None:
    scene.world.faults.add("drop", method, times=1)
    async with scene.bot():
        await scene.joined()


async def test_a_taken_port_for_the_webhook_is_said_in_one_sentence(scene: Scene) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/hook"
        scene.extra = {"webhook_url": url, "webhook_secret": "a-secret"}
        with pytest.raises(BadSettings, match="TOLLMATE_WEBHOOK_LISTEN"):
            await run(scene.settings(), asyncio.Event())


@pytest.mark.parametrize("kind", ["drop", "error", "timeout_after", "flood"])
async def test_a_fault_on_the_network_costs_a_moment_and_no_answer(running: Scene, kind: str) -> None:
    phone = await running.joined()
    await phone.types("/practice")
    running.world.faults.add(kind, "editMessageText", times=1, seconds=0.05)
    await phone.presses(phone.button("3题"))
    await phone.shows("1/3")
