"""The plan as people look it up: /plan, what the campaign is about, phases, lists of tasks."""

from collections.abc import Sequence
from datetime import date

from domain.people import Role
from domain.plan import Count, Fact, FactKind, Phase, Task
from domain.plan.shown import Listing, Overview, Which
from views.home import home_button, nav
from views.plan.parts import (
    back_row,
    button,
    due,
    mark,
    phase_name,
    plan_row,
    span,
    task_line,
    title,
)
from views.screen import Button, Row, Rows, Screen, clipped, fitting, in_rows
from views.texts import Html, Texts, blocks, lines
from views.times import in_days

MINE = 6  # of one's own tasks in /plan; the rest is behind a button
A_PAGE = 8
CODES_A_ROW = 4
FACT_LIMIT = 160


# /plan -----------------------------------------------------------------------------------------------------------


def overview(t: Texts, shown: Overview) -> Screen:
    """The running phase, days left, what is one's own to do; figures for those who lead."""
    if shown.empty:
        return _empty(t, shown)
    text = blocks(
        lines(t("plan.title"), _running(t, shown)),
        _mine(t, shown),
        _part(t, shown),
        _whole(t, shown),
    )
    own = tuple((_task_button(t, task, shown.today),) for task in shown.mine[:MINE])
    return Screen(text, (*own, *_doors(t, shown)))


def _empty(t: Texts, shown: Overview) -> Screen:
    if shown.person.role is not Role.OFFICE:
        return Screen(blocks(t("plan.title"), t("plan.empty")), (nav(t),))
    load = button(t.plain("plan.load"), "load", style="primary")
    return Screen(blocks(t("plan.title"), t("plan.empty_office")), ((load,), nav(t)))


def _running(t: Texts, shown: Overview) -> Html:
    phase = shown.phase
    if phase is not None and phase.ends_on is not None:
        days = (phase.ends_on - shown.today).days
        left = t("plan.days_left", days=days) if days > 0 else t("plan.last_day")
        return lines(t("plan.running", phase=phase_name(t, phase)), span(t, phase), left)
    if shown.coming is not None and shown.coming.starts_on is not None:
        days_to = in_days(t, shown.coming.starts_on, shown.today)
        return lines(t("plan.coming", phase=phase_name(t, shown.coming), days=days_to), span(t, shown.coming))
    return t("plan.nothing_runs")


def _mine(t: Texts, shown: Overview) -> Html:
    if not shown.mine:
        return Html("")
    listed = [
        t("plan.my_item", mark=mark(task, shown.today), title=title(task), state=due(t, task, shown.today))
        for task in shown.mine[:MINE]
    ]
    more = len(shown.mine) - MINE
    return lines(t("plan.mine", count=len(shown.mine)), *listed, t("list.more", count=more) if more > 0 else "")


def _part(t: Texts, shown: Overview) -> Html:
    if shown.part is None or not shown.part.total:
        return Html("")
    figures = _figures(t, shown.part)
    return t("plan.part", unit=clipped(shown.person.unit.name, 30), figures=figures)


def _whole(t: Texts, shown: Overview) -> Html:
    if shown.whole is None:
        return Html("")
    asks = t("plan.asks_wait", count=shown.asks) if shown.asks else ""
    return lines(t("plan.whole", figures=_figures(t, shown.whole)), asks)


def _figures(t: Texts, count: Count) -> Html:
    """已完成 5/38 · 🔴逾期 1 · 🔴无责任人 9 · 日期待定 20: only what is not zero."""
    if not count.total:
        return t("plan.no_tasks")
    parts = [t("plan.count_done", done=count.done, total=count.total)]
    for key, number in (
        ("plan.count_overdue", count.overdue),
        ("plan.count_ownerless", count.ownerless),
        ("plan.count_undated", count.undated),
    ):
        if number:
            parts.append(t(key, count=number))
    return Html(" · ".join(parts))


def _task_button(t: Texts, task: Task, today: date) -> Button:
    style = "danger" if task.overdue(today) else None
    return button(t.plain("plan.task_button", mark=mark(task, today), title=task.title), "task", task.id, style=style)


def _doors(t: Texts, shown: Overview) -> Rows:
    phases = button(t.plain("plan.phases_button"), "phases")
    about = button(t.plain("plan.about_button"), "about")
    rows: list[Row] = [(phases, about)]
    if any(task.due_on for task in shown.mine):
        rows.append((button(t.plain("plan.calendar"), "ics"),))
    if len(shown.mine) > MINE:
        rows.append((button(t.plain("plan.all_mine"), "list", Which.MINE, 0),))
    if shown.part is not None and shown.part.total:
        rows.append((button(t.plain("plan.part_button"), "list", Which.PART, 0),))
    if shown.person.role is Role.OFFICE:
        rows += _office_doors(t, shown)
    return (*rows, (home_button(t),))


def _office_doors(t: Texts, shown: Overview) -> Rows:
    whole = shown.whole
    lists = [
        button(t.plain(key, count=count), "list", which, 0, style=style)
        for key, which, count, style in (
            ("plan.overdue_button", Which.OVERDUE, whole.overdue if whole else 0, "danger"),
            ("plan.ownerless_button", Which.OWNERLESS, whole.ownerless if whole else 0, None),
            ("plan.undated_button", Which.UNDATED, whole.undated if whole else 0, None),
        )
        if count
    ]
    asks = (button(t.plain("plan.asks_button", count=shown.asks), "asks", style="primary"),) if shown.asks else ()
    table = (button(t.plain("plan.export"), "export"), button(t.plain("plan.import"), "import"))
    return tuple(row for row in (asks, *in_rows(lists, 2), table) if row)


# what it is about ------------------------------------------------------------------------------------------------


def about(t: Texts, facts: Sequence[Fact]) -> Screen:
    """What the campaign says of itself, by subject."""
    parts = [_said(t, facts, kind) for kind in FactKind]
    shown, _ = fitting([part for part in parts if part], 3600)
    return Screen(blocks(*shown) if shown else t("plan.empty"), (back_row(t, "show"),))


def _said(t: Texts, facts: Sequence[Fact], kind: FactKind) -> str:
    texts = [clipped(fact.text, FACT_LIMIT) for fact in facts if fact.kind is kind]
    if not texts:
        return ""
    if kind is FactKind.TITLE:
        return t("plan.about_title", title=texts[0])
    if len(texts) == 1:
        return lines(t(f"plan.fact.{kind}"), t("plan.about_one", text=texts[0]))
    return lines(t(f"plan.fact.{kind}"), *(t("plan.about_item", text=text) for text in texts))


# phases and lists ------------------------------------------------------------------------------------------------


def phases(t: Texts, found: Sequence[tuple[Phase, Count]], today: date) -> Screen:
    """Every phase: its days, how its tasks stand."""
    listed = [_phase(t, phase, count, today) for phase, count in found]
    buttons = ((button(_phase_label(t, phase), "phase", phase.number, 0),) for phase, _ in found)
    text = blocks(t("plan.phases"), *(listed or [t("plan.empty")]))
    return Screen(text, (*buttons, back_row(t, "show")))


def _phase_label(t: Texts, phase: Phase) -> str:
    return t.plain("plan.phase_label", number=phase.number, title=phase.title)


def _phase(t: Texts, phase: Phase, count: Count, today: date) -> Html:
    now = t("plan.phase_now") if phase.runs_on(today) else ""
    return lines(t("plan.phase_head", phase=phase_name(t, phase), now=now), span(t, phase), _figures(t, count))


def listing(t: Texts, shown: Listing, page: int) -> Screen:
    """A page of a list of tasks: a button for each, by its code."""
    pages = max(1, -(-len(shown.tasks) // A_PAGE))
    at = min(page, pages - 1)
    tasks = shown.tasks[at * A_PAGE : (at + 1) * A_PAGE]
    listed = [task_line(t, task, shown.today, shown.owners.get(task.owner_id or 0)) for task in tasks]
    text = blocks(
        _list_head(t, shown, at, pages),
        *(listed or [t("plan.list_empty")]),
        t("plan.list_foot") if tasks else "",
    )
    codes = in_rows((button(_code(task, shown.today), "task", task.id) for task in tasks), CODES_A_ROW)
    return Screen(text, (*codes, *_pages(t, shown, at, pages), *_list_foot(t, shown)))


def _code(task: Task, today: date) -> str:
    return f"{mark(task, today)} {task.code}"


def _list_head(t: Texts, shown: Listing, at: int, pages: int) -> Html:
    place = t("plan.page", page=at + 1, pages=pages) if pages > 1 else ""
    if shown.phase is None:
        return lines(t(f"plan.list.{shown.which}", count=len(shown.tasks)), place)
    now = t("plan.phase_now") if shown.phase.runs_on(shown.today) else ""
    return lines(
        t("plan.phase_head", phase=phase_name(t, shown.phase), now=now),
        span(t, shown.phase),
        clipped(shown.phase.brief, FACT_LIMIT),
        _figures(t, shown.count),
        place,
    )


def _pages(t: Texts, shown: Listing, at: int, pages: int) -> Rows:
    verb, which = ("list", shown.which) if isinstance(shown.which, Which) else ("phase", shown.which)
    row = tuple(
        button(t.plain(key), verb, which, to)
        for key, to in (("plan.earlier", at - 1), ("plan.later", at + 1))
        if 0 <= to < pages
    )
    return (row,) if row else ()


def _list_foot(t: Texts, shown: Listing) -> Rows:
    if shown.phase is None:
        return (plan_row(t),)
    dates: Rows = ()
    if shown.person.role is Role.OFFICE:
        number = shown.phase.number
        start = button(t.plain("plan.set_start"), "edge", number, "start")
        dates = ((start, button(t.plain("plan.set_end"), "edge", number, "end")),)
    return (*dates, (button(t.plain("plan.phases_button"), "phases"), home_button(t)))
