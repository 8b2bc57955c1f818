"""Full practice taps per second: our bot, stored and committed, beside stock python-telegram-bot without any storage.

Same stub, same run, rounds interleaved, each bot in a process of its own on one core and the stub on the other. Ours is
the real `tollmate run` over a real data directory: inbox, run, answer, card, FULL commits. Only ratios within one run
mean anything.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.crowd import TZ, settle_in
from benchmarks.rig import call, free_port, process, until_up
from content.bank import digest, load_bank
from domain.clock import now
from domain.questions import Kind
from services import practice
from services.practice import Bank
from storage import people
from storage.database import Database

CHATS = 300
DELAYS = {0.0: 3_000, 0.05: 1_500}  # seconds until the stub answers → taps a round
STOCK = {"stock, one at a time": 0, "stock, 16 parallel": 16, "stock, 256 parallel": 256}
OURS = "Tollmate, stored"
LIMIT = 90.0  # seconds a round may take


async def prepare(data_dir: Path) -> dict[str, str]:
    """300 people who have joined and have an open run; the callback data of each one's first answer by chat."""
    db = await Database.open(data_dir)
    try:
        known = await settle_in(db, list(range(1, CHATS + 1)))
        questions = tuple(q for q in load_bank()[0] if q.kind in {Kind.SINGLE, Kind.TRUE_FALSE})
        await practice.replace_bank(db, questions, digest())
        bank = await practice.load_bank(db)
        return {str(chat): await first_answer(db, bank, known[chat]) for chat in range(1, CHATS + 1)}
    finally:
        await db.close()


async def first_answer(db: Database, bank: Bank, person_id: int) -> str:
    """The callback data of the first answer in a new run of a person."""
    person = await db.read(lambda tx: people.person(tx, person_id))
    assert person is not None
    shown = await practice.begin(db, bank, person, 1, 5, None, now(), TZ)
    return f"practice:answer:{shown.run.id}:0:0"


def measure(delay: float, taps: int, chats: dict[str, str], bot: list[str], **environment: str) -> float:
    """Taps per second of one round."""
    port = free_port()
    api = f"http://127.0.0.1:{port}"
    with process(1, "benchmarks.stub", "--port", str(port), "--delay", str(delay)):
        until_up(api)
        call(f"{api}/control/load", {"chats": chats, "taps": taps})
        arguments = [part.replace("{api}", api) for part in bot]
        given = {name: value.replace("{api}", api) for name, value in environment.items()}
        with process(0, *arguments, **given):
            return _finished(api, taps)


def _finished(api: str, taps: int) -> float:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        report = call(f"{api}/control/report")
        assert isinstance(report, dict)
        if report["finished"] >= taps:
            if report["refused"]:
                raise RuntimeError(f"{report['refused']} taps were refused: this is no full tap")
            return float(report["finished"] / report["seconds"])
        time.sleep(0.1)
    raise RuntimeError(f"not finished within {LIMIT:.0f} s: {report}")


def one_round(delay: float, taps: int, template: Path, chats: dict[str, str]) -> dict[str, float]:
    """Every bot once, one after the other."""
    rates = {}
    for name, concurrent in STOCK.items():
        bot = ["benchmarks.stock_bot", "--api", "{api}", "--concurrent", str(concurrent)]
        # A stock bot that is 3 times slower gets 3 times fewer taps, so that a round ends.
        rates[name] = measure(delay, taps // 3, chats, bot)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        environment = {"DATA_DIR": folder, "BOT_TOKEN": "1:BENCH", "API_BASE_URL": "{api}", "LOG_LEVEL": "WARNING"}
        settings = {f"TOLLMATE_{key}": value for key, value in environment.items()}
        rates[OURS] = measure(delay, taps, chats, ["bot", "run"], **settings)
    return rates


def run(rounds: int, quick: bool) -> dict[str, dict[str, list[float]]]:
    """Rates by delay and bot."""
    results: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        chats = asyncio.run(prepare(Path(folder)))
        for _ in range(rounds):
            for delay, taps in DELAYS.items():
                rates = one_round(delay, taps // 3 if quick else taps, Path(folder), chats)
                for name, rate in rates.items():
                    results.setdefault(f"{delay * 1000:.0f} ms", {}).setdefault(name, []).append(rate)
    return results


def ratios(results: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    """Our median over the best stock median, by delay."""
    return {
        delay: statistics.median(by_bot[OURS]) / max(statistics.median(by_bot[name]) for name in STOCK)
        for delay, by_bot in results.items()
    }


def show(results: dict[str, dict[str, list[float]]]) -> None:
    """The table, and the ratios as the last lines."""
    table = Table("taps per second", *results, title=f"{CHATS} chats, median (min–max)")
    for name in (*STOCK, OURS):
        table.add_row(name, *(_cell(rates[name]) for rates in results.values()))
    console = Console()
    console.print(table)
    for delay, ratio in ratios(results).items():
        console.print(f"{delay}: {ratio:.2f} × the best stock")


def _cell(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f} ({min(rates):,.0f}–{max(rates):,.0f})"


def main() -> None:
    """Command line: ``--rounds``, ``--quick``, ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one round of a third of the taps")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = run(1 if given.quick else given.rounds, given.quick)
    if given.json:
        sys.stdout.write(json.dumps({"rates": results, "ratios": ratios(results)}) + "\n")
    else:
        show(results)


if __name__ == "__main__":
    main()
