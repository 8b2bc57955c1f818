"""What the command line can have done on a data directory: by itself when no bot runs, by the running bot otherwise."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from bot.control import Job, Refused, ask
from bot.settings import Settings
from domain.calendar import BadDays
from domain.clock import now
from domain.errors import DomainError
from domain.people import IssuedInvitation, Locale
from domain.practice.importing import BankCheck, FileKind
from domain.roster import RosterCheck, RosterResult
from services import audit, bank, installation, people, reminders, roster, sample
from services.practice import Bank, importing
from services.timing import Timing
from storage.database import Database
from storage.errors import DataDirBusy
from views import errors
from views.practice.importing import fault_line
from views.texts import Texts

TEXTS = Texts.of(Locale.ZH_CN)


def jobs(
    db: Database, settings: Settings, changed: Callable[[], None], questions: Bank | None = None
) -> dict[str, Job]:
    """The jobs over one open database. ``changed`` is called after people changed, so that caches are forgotten.

    ``questions``: the bank in memory, when a bot runs.
    """

    async def invite(staff_no: str) -> dict[str, object]:
        issued = await people.invite_by_staff_no(db, staff_no, now(), settings.invitation_hours)
        return _invitation(issued, await installation.bot_username(db))

    async def invite_all() -> dict[str, object]:
        issued = await people.invite_unjoined(db, None, None, now(), settings.invitation_hours)
        username = await installation.bot_username(db)
        return {"invitations": [_invitation(one, username) for one in issued]}

    async def import_people(name: str, body: str, with_leaving: bool, dry_run: bool) -> dict[str, object]:
        data = base64.b64decode(body)
        if dry_run:
            outcome: RosterCheck | RosterResult = await roster.check(db, None, data, name, "", now())
        else:
            outcome = await roster.import_now(db, data, name, now(), with_leaving=with_leaving)
            changed()
        return _roster(outcome)

    async def leave(staff_no: str, erase: bool) -> dict[str, object]:
        left = await people.leave_by_staff_no(db, staff_no, now(), erase=erase)
        changed()
        return {"staff_no": staff_no, "name": left.person.name, "erased": erase}

    async def sample_load() -> dict[str, object]:
        faults = await sample.load(db, now(), settings.zone)
        if faults:
            raise Refused("\n".join(map(str, faults)))
        await reminders.replan_all(db, now(), Timing(settings.zone, *settings.quiet))
        changed()
        return {"people": len(await sample.everyone(db))}

    async def calendar_import(name: str, body: str) -> dict[str, object]:
        timing = Timing(settings.zone, *settings.quiet)
        try:
            changed_days = await reminders.import_days(db, None, base64.b64decode(body), name, now(), timing)
        except BadDays as bad:
            return {"faults": [{"row": row, "message": TEXTS(key)} for row, key in bad.faults]}
        return {"faults": [], "changed": changed_days}

    async def calendar_list() -> dict[str, object]:
        days = await reminders.named_days(db)
        listed = [{"day": day.isoformat(), "working": working, "name": name} for day, (working, name) in days.items()]
        return {"days": listed}

    async def content_export(kind: str) -> dict[str, object]:
        await _bank_there(db, questions)
        body = await importing.export_bank(db, None, FileKind(kind), now())
        return {"body": base64.b64encode(body).decode()}

    async def content_import(name: str, body: str, confirm: bool) -> dict[str, object]:
        await _bank_there(db, questions)
        data = base64.b64decode(body)
        if confirm:
            return _questions(await importing.import_now(db, questions, data, name, now()), "imported")
        return _questions(await importing.check_import(db, None, data, name, "", now()), "would")

    async def audit_verify() -> dict[str, object]:
        rows, broken = await audit.verify(db)
        return {"rows": rows, "holds": broken is None, "first_broken": broken.id if broken else None}

    async def health() -> dict[str, object]:
        return await installation.health(db)

    return {
        "invite": _polite(invite),
        "invite_all": _polite(invite_all),
        "people_import": _polite(import_people),
        "people_leave": _polite(leave),
        "sample_load": _polite(sample_load),
        "calendar_import": _polite(calendar_import),
        "calendar_list": _polite(calendar_list),
        "content_export": _polite(content_export),
        "content_import": _polite(content_import),
        "audit_verify": _polite(audit_verify),
        "health": _polite(health),
    }


async def carry_out(settings: Settings, job: str, arguments: Mapping[str, object]) -> dict[str, object]:
    """Do a job: on the directory if it is free, else through the bot that holds it. Raises Refused, StorageError."""
    data_dir = settings.data_dir
    try:
        db = await Database.open(data_dir)
    except DataDirBusy:
        return await _through_bot(data_dir, job, arguments)
    try:
        return await jobs(db, settings, lambda: None)[job](**arguments)
    finally:
        await db.close()


async def _through_bot(data_dir: Path, job: str, arguments: Mapping[str, object]) -> dict[str, object]:
    try:
        return await ask(data_dir, job, arguments)
    except OSError as error:
        raise Refused("数据目录正被另一个程序使用，请稍后再试 (the data directory is in use)") from error


def _polite(job: Job) -> Job:
    async def polite(**arguments: object) -> dict[str, object]:
        try:
            return await job(**arguments)
        except DomainError as error:
            raise Refused(errors.line(TEXTS, error)) from error

    return polite


def _invitation(issued: IssuedInvitation, username: str | None) -> dict[str, object]:
    return {
        "staff_no": issued.person.staff_no,
        "name": issued.person.name,
        "token": issued.token,
        "payload": issued.token,
        "link": issued.link(username) if username else None,
        "expires_at": issued.expires_at,
    }


def _roster(outcome: RosterCheck | RosterResult) -> dict[str, object]:
    if isinstance(outcome, RosterResult):
        return {"faults": [], "imported": asdict(outcome.counts)}
    faults = [{"row": fault.row, "message": TEXTS(fault.key, **fault.values)} for fault in outcome.faults]
    if outcome.diff is None:
        return {"faults": faults}
    names = {
        "new": [row.staff_no for row in outcome.diff.new],
        "changed": [change.person.staff_no for change in outcome.diff.changed],
        "leaving": [person.staff_no for person in outcome.diff.leaving],
    }
    return {"faults": faults, "would": {**names, "unchanged": outcome.diff.unchanged}}


async def _bank_there(db: Database, questions: Bank | None) -> None:
    """Without a bot, its files may never have been taken in. Raises Refused when they have faults."""
    faults = await bank.refresh(db, now=now()) if questions is None else ()
    if faults:
        raise Refused("\n".join(map(str, faults)))


def _questions(check: BankCheck, outcome: str) -> dict[str, object]:
    faults = [
        {
            "line": one.line,
            "column": one.column,
            "message": TEXTS.plain(one.key, **one.values),
            "text": fault_line(TEXTS, check, one),
        }
        for one in check.faults
    ]
    if check.faults or check.diff is None:
        return {"faults": faults}
    changed = {change.after.id: list(change.parts) for change in check.diff.changed}
    numbers = {"new": [one.id for one in check.diff.new], "changed": changed, "unchanged": check.diff.unchanged}
    return {"faults": faults, outcome: numbers, "remarks": list(check.remarks)}
