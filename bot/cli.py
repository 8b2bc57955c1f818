"""The command line: parse, one job, a table or JSON. Exit codes: 0 well, 1 refused or faulty, 2 cannot start."""

import asyncio
import base64
import gc
import json
import os
import sys
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from bot import logs
from bot.control import Refused
from bot.settings import BadSettings, Settings, load
from content import bank_checks
from content.bank import BANK, read_bank
from content.campaign import load_campaign
from content.deed_rules import load_rules
from content.facts import load_facts
from content.office import load_office
from content.scores import load_standard
from domain.practice.importing import FileKind
from storage.errors import StorageError

T = TypeVar("T")
OUT = Console(soft_wrap=True)
ERR = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)
YOUNG = 10_000  # new objects between two looks for garbage
HAND_OVER = 0.0005  # seconds that a thread waits for the interpreter at most
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="窗口助手 Tollmate: a Telegram bot for the staff of a toll office.",
)
people_app = typer.Typer(no_args_is_help=True, help="Roster: import, leave.")
content_app = typer.Typer(no_args_is_help=True, help="Question bank, campaign template and sample office.")
sample_app = typer.Typer(no_args_is_help=True, help="The sample office.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
calendar_app = typer.Typer(no_args_is_help=True, help="The office's own working days and holidays.")
GROUPS = {
    "people": people_app,
    "content": content_app,
    "sample": sample_app,
    "calendar": calendar_app,
    "audit": audit_app,
}
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def main() -> None:
    """Entry point of ``tollmate``."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # retry_after as a timedelta, the form PTB keeps
    try:
        app()
    except BadSettings as error:
        _stop(str(error), 2)
    except StorageError as error:
        _stop(str(error), 2)
    except Refused as error:
        _stop(str(error), 1)


def _stop(sentence: str, code: int) -> NoReturn:
    ERR.print(sentence)
    sys.exit(code)


def _settings() -> Settings:
    settings = load()
    token = settings.bot_token.get_secret_value() if settings.bot_token else None
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    logs.configure(settings.log_level, token, json=as_json)
    return settings


def _loop(work: Coroutine[Any, Any, T]) -> T:
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop  # noqa: PLC0415 - not there on Windows

    return uvloop.run(work)


def _job(job: str, **arguments: object) -> dict[str, object]:
    from bot.jobs import carry_out  # noqa: PLC0415 - the command line answers --help without loading everything

    return _loop(carry_out(_settings(), job, arguments))


def _say(result: dict[str, object], as_json: bool, sentence: str) -> None:
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else sentence)


@app.command()
def run() -> None:
    """Run the bot until SIGTERM or Ctrl-C."""
    from bot.app import run as run_bot  # noqa: PLC0415 - see _job

    settings = _settings()
    _ = settings.token
    _tune()
    _loop(run_bot(settings))


def _tune() -> None:
    """So that no tap waits for the interpreter itself; for the process that is the bot. See docs/performance.md."""
    # Looking through half a million objects that never go took 70 ms; and while a notice goes out, looking at every 700
    # new ones took a millisecond each time and found nothing.
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)
    # A unit of work runs in a thread, and wants the interpreter back after each statement.
    sys.setswitchinterval(HAND_OVER)


@app.command()
def demo(port: Annotated[int, typer.Option(envvar="PORT", help="Port of the page.")] = 8087) -> None:
    """A sample office, the bot and a local Telegram in the browser: no token, no account, no network."""
    from bot.demo import demo as run_demo  # noqa: PLC0415 - see _job

    try:
        _loop(run_demo(port, typer.echo))
    except OSError as error:
        _stop(f"端口 {port} 用不了：{error.strerror}。换一个试试：make demo PORT=8090 (cannot listen)", 2)


@app.command()
def init() -> None:
    """Check the settings, the data directory and the connection to Telegram."""
    from bot.doctor import examine  # noqa: PLC0415 - see _job

    well = True
    for line, good in _loop(examine(_settings())):
        well = well and good
        typer.echo(f"{'✓' if good else '✗'} {line}")
    raise typer.Exit(0 if well else 2)


app.command("doctor", help="The same as init.")(init)


@app.command()
def health(as_json: Json = False) -> None:
    """Whether updates wait or were given up."""
    result = _job("health")
    _say(result, as_json, f"待处理 {result['waiting']}，已放弃 {result['dead']}")
    raise typer.Exit(0 if result["ok"] else 1)


@app.command()
def migrate() -> None:
    """Bring the database up to date (starting the bot does it too)."""
    _job("health")
    typer.echo("数据库已是最新版本。")


@app.command()
def invite(
    staff_no: Annotated[str | None, typer.Argument(help="工号; without one: everybody who has not joined.")] = None,
    as_json: Json = False,
) -> None:
    """A one-use invitation. Unused older ones of the same person end."""
    if staff_no is not None:
        result = _job("invite", staff_no=staff_no)
        _say(result, as_json, f"{result['name']}（{staff_no}）：{result['link'] or result['payload']}")
        return
    result = _job("invite_all")
    rows = result["invitations"]
    assert isinstance(rows, list)
    lines = [f"{row['staff_no']} {row['name']}：{row['link'] or row['payload']}" for row in rows]
    _say(result, as_json, "\n".join(lines) or "所有人都已加入。")


@people_app.command("import")
def people_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="xlsx or CSV.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show faults and changes.")] = False,
    with_leaving: Annotated[bool, typer.Option("--with-leaving", help="People missing from the file leave.")] = False,
    as_json: Json = False,
) -> None:
    """Import the roster. Any fault: every fault with its row, and nothing is changed."""
    body = base64.b64encode(file.read_bytes()).decode()
    result = _job("people_import", name=file.name, body=body, with_leaving=with_leaving, dry_run=dry_run)
    faults = result["faults"]
    assert isinstance(faults, list)
    lines = [f"第{fault['row']}行：{fault['message']}" for fault in faults]
    _say(result, as_json, "\n".join(lines) or json.dumps(result.get("imported") or result.get("would")))
    raise typer.Exit(1 if faults else 0)


@people_app.command("leave")
def people_leave(
    staff_no: str,
    erase: Annotated[bool, typer.Option("--erase", help="Erase the personal data too.")] = False,
    as_json: Json = False,
) -> None:
    """Somebody leaves the office."""
    result = _job("people_leave", staff_no=staff_no, erase=erase)
    _say(result, as_json, f"{result['name']}（{staff_no}）已办理离岗。")


@people_app.command("template")
def people_template(file: Path) -> None:
    """Write an empty roster to fill in (xlsx)."""
    from content.tables import roster_template  # noqa: PLC0415 - see _job

    file.write_bytes(roster_template())
    typer.echo(str(file))


@sample_app.command("load")
def sample_load(as_json: Json = False) -> None:
    """Put the sample office into an empty data directory."""
    result = _job("sample_load")
    _say(result, as_json, f"示例单位已装入：{result['people']} 人。")


@content_app.command("check")
def content_check(
    folder: Annotated[Path | None, typer.Argument(file_okay=False, help="A bank's folder.")] = None,
    as_json: Json = False,
) -> None:
    """Report every fault of the content as file:line:column, and count the questions.

    What the counts of the shipped bank fall short of is told without being a fault: a folder of one's own may be small.
    """
    bank, facts = read_bank(folder or BANK), load_facts()
    faults = [*bank.faults, *bank_checks.check(bank, facts)]
    counts = bank_checks.count(bank.questions, facts)
    short: list[str] = []
    if folder is None:
        faults += [*load_office()[1], *load_campaign()[1], *load_rules()[1], *load_standard()[1]]
        short = bank_checks.shortfalls(counts)
    if as_json:
        listed = [asdict(fault) for fault in faults]
        told = {"questions": asdict(counts), "faults": listed, "shortfalls": short}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for fault in faults:
            typer.echo(str(fault))
        _counts_table(asdict(counts))
        for sentence in short:
            typer.echo(sentence)
    raise typer.Exit(1 if faults else 0)


@content_app.command("export")
def content_export(
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="The file to write.")],
    kind: Annotated[FileKind, typer.Option("--format", help="xlsx, or Moodle GIFT.")] = FileKind.XLSX,
) -> None:
    """Write the questions in use into a file that `content import` takes."""
    result = _job("content_export", kind=kind.value)
    out.write_bytes(base64.b64decode(str(result["body"])))
    typer.echo(str(out))


@content_app.command("import")
def content_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="xlsx, or Moodle GIFT (.gift, .txt).")],
    confirm: Annotated[bool, typer.Option("--confirm", help="Import; without it only faults and changes.")] = False,
    as_json: Json = False,
) -> None:
    """Hold a file of questions against the bank. Any fault: every fault with its place, and nothing is changed."""
    body = base64.b64encode(file.read_bytes()).decode()
    result = _job("content_import", name=file.name, body=body, confirm=confirm)
    faults = result["faults"]
    assert isinstance(faults, list)
    lines = [fault["text"] for fault in faults]
    changes = json.dumps(result.get("imported") or result.get("would"), ensure_ascii=False)
    _say(result, as_json, "\n".join(lines) or changes)
    raise typer.Exit(1 if faults else 0)


def _counts_table(counts: dict[str, int | dict[str, int]]) -> None:
    table = Table("", "questions")
    for group, value in counts.items():
        rows = value.items() if isinstance(value, dict) else [("", value)]
        for name, number in rows:
            table.add_row(f"{group} {name}".strip(), str(number))
    OUT.print(table)


@audit_app.command("verify")
def audit_verify(as_json: Json = False) -> None:
    """Prove that no row of the audit trail was changed."""
    result = _job("audit_verify")
    word = "完好" if result["holds"] else f"从第 {result['first_broken']} 行起对不上"
    _say(result, as_json, f"审计记录 {result['rows']} 行，{word}。")
    raise typer.Exit(0 if result["holds"] else 1)


@calendar_app.command("import")
def calendar_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="xlsx or CSV: 日期, 上班 or 休息, 名称.")],
    as_json: Json = False,
) -> None:
    """Add days to the office's own calendar. Any fault: every fault with its row, and nothing is changed."""
    body = base64.b64encode(file.read_bytes()).decode()
    result = _job("calendar_import", name=file.name, body=body)
    faults = result["faults"]
    assert isinstance(faults, list)
    lines = [f"第{fault['row']}行：{fault['message']}" for fault in faults]
    _say(result, as_json, "\n".join(lines) or f"已登记，新增或改动 {result['changed']} 天。")
    raise typer.Exit(1 if faults else 0)


@calendar_app.command("list")
def calendar_list(as_json: Json = False) -> None:
    """The office's own days. Others follow the published holidays."""
    result = _job("calendar_list")
    days = result["days"]
    assert isinstance(days, list)
    lines = [f"{day['day']} {'上班' if day['working'] else '休息'} {day['name']}".rstrip() for day in days]
    _say(result, as_json, "\n".join(lines) or "还没有登记本单位的日子，按国家公布的安排。")


@app.command()
def backup(as_json: Json = False) -> None:
    """Write a checked copy of the database into the data directory's backups."""
    from domain.clock import now  # noqa: PLC0415 - see _job
    from storage.backup import back_up  # noqa: PLC0415
    from storage.database import BACKUPS_DIR  # noqa: PLC0415

    settings = _settings()
    file = _loop(back_up(settings.data_dir, settings.data_dir / BACKUPS_DIR, now()))
    _say({"file": str(file)}, as_json, str(file))


@app.command()
def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Replace the database by a checked copy; the old one is set aside. The bot must be stopped."""
    from storage.backup import restore as put_back  # noqa: PLC0415 - see _job

    aside = put_back(file, _settings().data_dir)
    typer.echo(f"已恢复。原数据库存为 {aside}" if aside else "已恢复。")
