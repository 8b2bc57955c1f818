"""The table of tasks on the screen, the template, and the calendar file of one's own tasks."""

from collections.abc import Sequence
from datetime import UTC, timedelta

from icalendar import Event

from domain.clock import local
from domain.plan import Task, TaskState
from domain.plan.shown import Agenda, Loaded
from domain.plan.table import CellChange, TaskChange, TaskDiff
from domain.roster import RowFault
from views.calendar_file import calendar_file
from views.home import home_button
from views.plan.parts import TITLE, button, plan_row
from views.screen import CAPTION_LIMIT, File, Row, Screen, clipped, fitting
from views.texts import Html, Texts, blocks, html, lines

FAULTS_LIMIT = 3500  # characters of faults shown in the message itself
SECTION_LIMIT = 1200  # characters of each part of the preview
CELL = 30


def exported(t: Texts, body: bytes) -> Screen:
    """The table as a file."""
    return Screen(t("plan.exported"), (plan_row(t),), file=File(t.plain("plan.table_file"), body))


def is_table_name(t: Texts, filename: str) -> bool:
    """Whether a file is called as the exported table is, perhaps with a (1) or 最新 behind it."""
    return filename.startswith(t.plain("plan.table_file").removesuffix(".xlsx"))


def ask_table(t: Texts) -> Screen:
    """[导入表格]: what to send."""
    export = button(t.plain("plan.export"), "export")
    return Screen(t("plan.ask_table"), ((export,), _leave(t)))


def _leave(t: Texts) -> Row:
    return (button(t.plain("plan.leave"), "leaveall"), home_button(t))


def no_table(t: Texts) -> Screen:
    """What came is no table."""
    return Screen(t("plan.no_table"), (_leave(t),))


def faults(t: Texts, filename: str, found: Sequence[RowFault]) -> Screen:
    """Every fault with its row; too many for a message are in a file, the first of them also above it."""
    listed = [t("plan.row", row=fault.row, fault=t(fault.key, **fault.values)) for fault in found]
    head = t("plan.faults", file=clipped(filename, TITLE), count=len(listed))
    if len("\n".join(listed)) <= FAULTS_LIMIT:
        return Screen(blocks(head, lines(*listed), t("plan.faults_foot")), (_leave(t),))
    first, rest = fitting(listed, CAPTION_LIMIT - 400)
    text = blocks(head, lines(*first, t("list.more", count=rest)), t("plan.faults_foot"))
    return Screen(text, (_leave(t),), file=File(t.plain("plan.faults_file"), _as_text(t, found)))


def _as_text(t: Texts, found: Sequence[RowFault]) -> bytes:
    plain = (t.plain("plan.row", row=fault.row, fault=t.plain(fault.key, **fault.values)) for fault in found)
    return ("\ufeff" + "\r\n".join(plain) + "\r\n").encode()  # the mark and line ends that Windows' editors expect


def table_preview(t: Texts, draft_id: int | None, diff: TaskDiff) -> Screen:
    """What an import would do. Without a draft there is nothing to confirm."""
    if draft_id is None or diff.nothing:
        return Screen(t("plan.table_same", count=diff.unchanged), (plan_row(t),))
    text = blocks(
        t("plan.table_preview", new=len(diff.new), changed=len(diff.changed), unchanged=diff.unchanged),
        _section(t, "plan.table_new", [_new(t, task) for task in diff.new]),
        _section(t, "plan.table_changed", [_changed(t, change) for change in diff.changed]),
        t("plan.table_note"),
    )
    yes = button(t.plain("plan.table_confirm"), "take", draft_id, style="success")
    return Screen(text, ((yes, button(t.plain("plan.table_drop"), "toss", draft_id)), plan_row(t)))


def _section(t: Texts, title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    shown, rest = fitting(items, SECTION_LIMIT)
    return lines(t(title), *shown, t("list.more", count=rest) if rest else "")


def _new(t: Texts, task: Task) -> Html:
    return t("plan.table_task", code=task.code, title=clipped(task.title, TITLE))


def _changed(t: Texts, change: TaskChange) -> Html:
    cells = Html("；".join(_cell(t, cell) for cell in change.cells))
    return t("plan.table_change", code=change.after.code, cells=cells)


def _cell(t: Texts, cell: CellChange) -> Html:
    empty = t("plan.table_empty")
    old, new = (clipped(value, CELL) or empty for value in (cell.old, cell.new))
    return t("plan.table_cell", column=t(f"plan.column.{cell.column}"), old=old, new=new)


def taken(t: Texts, diff: TaskDiff) -> Screen:
    """What the import did."""
    return Screen(t("plan.table_done", new=len(diff.new), changed=len(diff.changed)), (plan_row(t),))


# the template ----------------------------------------------------------------------------------------------------


def loaded(t: Texts, done: Loaded) -> Screen:
    """The template was taken in."""
    phases = button(t.plain("plan.phases_button"), "phases", style="primary")
    return Screen(t("plan.loaded", new=done.new, known=done.known), ((phases,), plan_row(t)))


def template_faulty(t: Texts, where: Sequence[object]) -> Screen:
    """The template's file has faults: nothing was taken in."""
    shown, _ = fitting([html(fault) for fault in where], 1500)
    return Screen(blocks(t("plan.template_faulty"), lines(*shown)), (plan_row(t),))


# one's calendar --------------------------------------------------------------------------------------------------


def calendar(t: Texts, agenda: Agenda, now: int) -> Screen:
    """The own dated tasks as all-day events. ``now`` (ms UTC) is their DTSTAMP."""
    if not agenda.tasks:
        return Screen(t("plan.no_calendar"), (plan_row(t),))
    body = calendar_file("plan", (_event(t, task, agenda, now) for task in agenda.tasks))
    text = t("plan.calendar_text", count=len(agenda.tasks))
    return Screen(text, (plan_row(t),), file=File(t.plain("plan.calendar_file"), body))


def _event(t: Texts, task: Task, agenda: Agenda, now: int) -> Event:
    """One task. A calendar knows it again by its code, and takes the one whose SEQUENCE is higher."""
    assert task.due_on is not None
    event, phase = Event(), agenda.phases.get(task.phase)
    event.add("uid", f"task-{task.code.lower()}@tollmate")
    event.add("sequence", task.edits)
    event.add("dtstamp", local(now, UTC))
    event.add("last-modified", local(task.changed_at, UTC))
    event.add("dtstart", task.due_on)
    event.add("dtend", task.due_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", t.plain("plan.event", title=task.title))
    event.add("description", "\n".join(part for part in (phase.title if phase else "", task.detail) if part))
    event.add("status", "CANCELLED" if task.state is TaskState.DROPPED else "CONFIRMED")
    return event
