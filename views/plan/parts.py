"""Parts that several screens of the plan share: a task in a line, its date, its mark, dates as callback data."""

from datetime import date

from domain.people import Person
from domain.plan import Phase, Task, TaskState
from views.home import home_button
from views.screen import Button, Row, clipped, press
from views.texts import Html, Texts, lines
from views.times import day, in_days

AREA = "plan"
TITLE, NAME, WORDS = 40, 16, 300  # characters shown of a title, a name, a longer text


def button(text: str, verb: str, *fields: int | str, style: str | None = None) -> Button:
    """A button of this area."""
    return press(text, AREA, verb, *fields, style=style)


def plan_row(t: Texts) -> Row:
    """[活动安排] [首页]."""
    return (button(t.plain("button.plan"), "show"), home_button(t))


def back_row(t: Texts, verb: str, *fields: int | str) -> Row:
    """[返回] [首页]."""
    return (button(t.plain("button.back"), verb, *fields), home_button(t))


def coded(of: date | None) -> str:
    """A date as callback data: 20261130, or 0 for undecided."""
    return of.strftime("%Y%m%d") if of else "0"


def title(task: Task) -> str:
    """A task's title, however long."""
    return clipped(task.title, TITLE)


def head(t: Texts, task: Task) -> Html:
    """B07 and its title, above whatever is asked about it."""
    return t("plan.task_head", code=task.code, title=title(task))


def mark(task: Task, today: date) -> str:
    """✓ done, － given up, 🔴 red, ○ under way."""
    if task.state is TaskState.DONE:
        return "✓"
    if task.state is TaskState.DROPPED:
        return "－"
    return "🔴" if task.red(today) else "○"


def date_text(t: Texts, of: date | None) -> Html:
    """11月30日（周一）, or 待定."""
    return day(t, of) if of else t("time.unknown")


def due(t: Texts, task: Task, today: date) -> Html:
    """When an open task is due, as a person counts: 已逾期 2 天, 明天, 11月30日（周一）, 待定."""
    if task.due_on is None:
        return t("plan.undated")
    if task.overdue(today):
        return t("plan.over", days=task.days_over(today), day=day(t, task.due_on))
    if (task.due_on - today).days > 7:
        return day(t, task.due_on)
    return t("plan.due_soon", days=in_days(t, task.due_on, today), day=day(t, task.due_on))


def state(t: Texts, task: Task, today: date) -> Html:
    """How a task stands, for a list."""
    return due(t, task, today) if task.open else t(f"plan.state.{task.state}")


def owner_text(t: Texts, task: Task, owner: Person | None) -> Html:
    """Who owns a task: the name where it may be seen, 已落实 where not, 无责任人 where nobody does."""
    if owner is not None:
        return t("plan.owner", name=clipped(owner.name, NAME))
    return t("plan.no_owner") if task.owner_id is None else t("plan.has_owner")


def task_line(t: Texts, task: Task, today: date, owner: Person | None) -> Html:
    """A task in a list: mark, code and title, below it how it stands and whose it is."""
    head = t("plan.item", mark=mark(task, today), code=task.code, title=title(task))
    return lines(head, t("plan.item_below", state=state(t, task, today), owner=owner_text(t, task, owner)))


def phase_name(t: Texts, phase: Phase) -> Html:
    """第二阶段 实施."""
    return t("plan.phase_name", number=phase.number, title=clipped(phase.title, TITLE))


def span(t: Texts, phase: Phase) -> Html:
    """11月24日（周二）–1月8日（周五）; an unknown end is 待定."""
    if phase.starts_on is None and phase.ends_on is None:
        return t("plan.phase_undated")
    if phase.starts_on == phase.ends_on:
        return date_text(t, phase.starts_on)
    return t("time.span", start=date_text(t, phase.starts_on), end=date_text(t, phase.ends_on))
