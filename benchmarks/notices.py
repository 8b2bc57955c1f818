"""A notice while people practise: how exactly it is paced, and how long taps wait meanwhile.

Ours is the real `tollmate run` with a notice in its outbox; the yardstick is python-telegram-bot with its own
AIORateLimiter at the same rate, without any storage. Taps come in an open loop, so many a second whether or not they
are answered. Each bot is a process on one core, the stub on the other; only ratios within one run mean anything.
"""

import argparse
import asyncio
import json
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.crowd import notice_to_all, settle_in
from benchmarks.rig import call, free_port, process, until_up
from benchmarks.taps import first_answer
from content.bank import digest, load_bank
from domain.clock import now
from domain.questions import Kind
from services import practice
from storage.database import DATABASE_FILE, Database

TAP_CHATS = 300
UP = 2  # seconds until a bot is up
WARM = 4  # seconds of presses before the measured ones: no bot is judged by its first calls
FIRST = 10_000  # the first chat that only receives
STOCK_AT_MOST = 2_000  # with 8,000 calls at its limiter the yardstick sends nothing within a minute


@dataclass(frozen=True, slots=True)
class Load:
    """A rate (messages a second), how many people receive, and taps a second for so many seconds."""

    rate: int
    receivers: int
    taps_a_second: int
    seconds: int

    @property
    def taps(self) -> int:
        """How many presses are measured."""
        return self.taps_a_second * self.seconds

    @property
    def warming(self) -> int:
        """How many presses come before them."""
        return self.taps_a_second * WARM


LOADS = (Load(25, 600, 50, 20), Load(1000, 8_000, 100, 6))


@dataclass(frozen=True, slots=True)
class Round:
    """What one run showed. ``pace``: messages a second; ``waits``: seconds of each answered tap; ``pressed``: taps."""

    pace: float | None
    waits: list[float]
    pressed: int

    def percentile(self, share: float) -> float:
        """Of all presses; one that was not answered by the end waited for ever."""
        waits = sorted(self.waits) + [float("inf")] * (self.pressed - len(self.waits))
        return waits[min(len(waits) - 1, round(share * len(waits)))]


async def prepare(data_dir: Path, receivers: int, *, notice: bool) -> dict[str, str]:
    """People with an open run, people who only receive, and a notice to all in the outbox; first answers by chat."""
    db = await Database.open(data_dir)
    try:
        known = await settle_in(db, [*range(1, TAP_CHATS + 1), *range(FIRST, FIRST + receivers)])
        questions = tuple(q for q in load_bank()[0] if q.kind in {Kind.SINGLE, Kind.TRUE_FALSE})
        await practice.replace_bank(db, questions, digest())
        bank = await practice.load_bank(db)
        first = {str(chat): await first_answer(db, bank, known[chat]) for chat in range(1, TAP_CHATS + 1)}
        if notice:
            await notice_to_all(db)
        return first
    finally:
        await db.close()


def ours(load: Load, template: Path, chats: dict[str, str], *, notice: bool) -> Round:
    """One round of our bot."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        _due_in(Path(folder), UP + WARM)
        settings = {
            "TOLLMATE_DATA_DIR": folder,
            "TOLLMATE_BOT_TOKEN": "1:BENCH",
            "TOLLMATE_API_BASE_URL": "{api}",
            "TOLLMATE_LOG_LEVEL": "WARNING",
            "TOLLMATE_QUIET_HOURS": "00:00-00:00",
            "TOLLMATE_SEND_RATE": str(load.rate),
        }
        made = measure(load, chats, ["bot", "run"], settings)
    if notice and made.pace is None:
        raise RuntimeError("the notice did not begin")
    return made


def _due_in(folder: Path, seconds: float) -> None:
    """Let the prepared notice fall due so many seconds from now."""
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as db, db:
        db.execute("UPDATE outbox SET due_at = ?", (now() + round(1000 * seconds),))


def stock(load: Load, chats: dict[str, str], *, notice: bool) -> Round:
    """One round of the yardstick."""
    count = min(load.receivers, STOCK_AT_MOST) if notice else 0
    arguments = ["--rate", load.rate, "--first", FIRST, "--count", count, "--after", UP + WARM]
    bot = ["benchmarks.stock_notice_bot", "--api", "{api}", *map(str, arguments)]
    return measure(load, chats, bot, {})


def measure(load: Load, chats: dict[str, str], bot: list[str], settings: dict[str, str]) -> Round:
    """Start stub and bot, press until both are warm, let the notice begin and go on pressing; then read the figures."""
    port = free_port()
    api = f"http://127.0.0.1:{port}"
    with process(1, "benchmarks.stub", "--port", str(port), "--delay", "0.05"):
        until_up(api)
        given = {name: value.replace("{api}", api) for name, value in settings.items()}
        with process(0, *(part.replace("{api}", api) for part in bot), **given):
            time.sleep(UP)  # a bot without anything to do tells nothing of being up
            pressed = {"chats": chats, "taps": load.warming + load.taps, "per_second": load.taps_a_second}
            call(f"{api}/control/load", pressed)
            time.sleep(WARM + load.seconds + 1)
            return _round(_report(api), load)


def _report(api: str) -> dict[str, list[float]]:
    report = call(f"{api}/control/report")
    assert isinstance(report, dict)
    return report


def _round(report: dict[str, list[float]], load: Load) -> Round:
    sent = report["sent_at"]
    pace = (len(sent) - 1) / (sent[-1] - sent[0]) if len(sent) > 1 else None
    return Round(pace, report["latencies"][load.warming :], load.taps)


def run(rounds: int, loads: tuple[Load, ...]) -> dict[int, dict[str, list[Round]]]:
    """Rounds by rate and bot."""
    results: dict[int, dict[str, list[Round]]] = {}
    for load in loads:
        with tempfile.TemporaryDirectory() as with_notice, tempfile.TemporaryDirectory() as without:
            chats = asyncio.run(prepare(Path(with_notice), load.receivers, notice=True))
            idle = asyncio.run(prepare(Path(without), load.receivers, notice=False))
            kept = results.setdefault(load.rate, {})
            for _ in range(rounds):
                for name, made in (
                    ("ours, idle", ours(load, Path(without), idle, notice=False)),
                    ("ours, sending", ours(load, Path(with_notice), chats, notice=True)),
                    ("stock, idle", stock(load, chats, notice=False)),
                    ("stock, sending", stock(load, chats, notice=True)),
                ):
                    kept.setdefault(name, []).append(made)
    return results


def summary(results: dict[int, dict[str, list[Round]]]) -> dict[str, dict[str, float]]:
    """By rate: how far the pace is off, and taps' p99 over that of the idle bot in the same run."""
    told = {}
    for rate, by_bot in results.items():
        paces = [one.pace or 0.0 for one in by_bot["ours, sending"]]
        told[str(rate)] = {
            "pace_off_percent": 100 * (statistics.median(paces) / rate - 1),
            "p99_over_idle": _over(by_bot["ours, sending"], by_bot["ours, idle"]),
            "stock_p99_over_idle": _over(by_bot["stock, sending"], by_bot["stock, idle"]),
            "stock_unanswered_percent": 100 * statistics.median(
                1 - len(one.waits) / one.pressed for one in by_bot["stock, sending"]
            ),
        }  # fmt: skip
    return told


def _over(sending: list[Round], idle: list[Round]) -> float:
    """p99 over p99; infinite when taps went unanswered, whatever the idle bot did."""
    waits = _median(sending)
    return waits if waits == float("inf") else waits / _median(idle)


def _median(rounds: list[Round]) -> float:
    return statistics.median(one.percentile(0.99) for one in rounds)


def show(results: dict[int, dict[str, list[Round]]]) -> None:
    """The tables, and the ratios as the last lines."""
    console = Console()
    for rate, by_bot in results.items():
        table = Table("", "messages/s", "taps p50 ms", "taps p99 ms", "answered", title=f"a notice at {rate}/s")
        for name, rounds in by_bot.items():
            pace = [one.pace for one in rounds if one.pace is not None]
            table.add_row(
                name,
                f"{statistics.median(pace):,.1f}" if pace else "–",
                f"{1000 * statistics.median(one.percentile(0.5) for one in rounds):,.1f}",
                f"{1000 * _median(rounds):,.1f}",
                f"{100 * statistics.median(len(one.waits) / one.pressed for one in rounds):.1f} %",
            )
        console.print(table)
    for rate_text, told in summary(results).items():
        console.print(
            f"{rate_text}/s: pace {told['pace_off_percent']:+.2f} %, p99 of taps {told['p99_over_idle']:.2f} × idle; "
            f"stock {told['stock_p99_over_idle']:.1f} ×, {told['stock_unanswered_percent']:.0f} % unanswered"
        )


def main() -> None:
    """Command line: ``--rounds``, ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = run(given.rounds, LOADS)
    if given.json:
        sys.stdout.write(json.dumps(summary(results)) + "\n")
    else:
        show(results)


if __name__ == "__main__":
    main()
