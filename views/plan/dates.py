"""Setting dates: asking for a phase's day, and the preview of who is told and when, before anything changes."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from domain.plan import Edge, Phase, Task
from domain.plan.shown import PhasePreview, Preview, TaskPreview, Told
from views.home import home_button
from views.people import place
from views.plan.parts import NAME, button, coded, date_text, head, phase_name, span
from views.screen import Rows, Screen, clipped, fitting
from views.texts import Html, Texts, blocks, lines
from views.times import moment

TOLD_LIMIT = 900  # characters of moments; night shifts make a reminder arrive at several


def ask_edge(t: Texts, phase: Phase, edge: Edge) -> Screen:
    """Asks for the first or last day of a phase."""
    text = blocks(
        t("plan.phase_head", phase=phase_name(t, phase), now=""),
        span(t, phase),
        t(f"plan.ask_{edge}"),
    )
    clear = ((button(t.plain("plan.clear_day"), "peek", phase.number, edge, "0"),),) if phase.day(edge) else ()
    return Screen(text, (*clear, (button(t.plain("plan.leave"), "leavephase", phase.number), home_button(t))))


def task_preview(t: Texts, shown: TaskPreview, tz: tzinfo) -> Screen:
    """Old and new day of a task, who is reminded when, [确认]."""
    task, preview = shown.task, shown.preview
    name = clipped(shown.owner.name, NAME) if shown.owner else ""
    text = blocks(
        head(t, task),
        lines(
            _change(t, preview, t("plan.due_word")),
            t("plan.owner_at", name=name, place=place(shown.owner)) if shown.owner else "",
        ),
        _told(t, preview.told, tz) or _nobody(t, shown),
        t("plan.will_hear", name=name) if preview.informed else "",
        t("plan.nothing_yet"),
    )
    yes = button(t.plain("plan.confirm"), "set", task.id, coded(preview.new), task.edits, style="success")
    other = button(t.plain("plan.other_day"), "due", task.id)
    return Screen(text, ((yes, other), (button(t.plain("plan.leave"), "leave", task.id), home_button(t))))


def _nobody(t: Texts, shown: TaskPreview) -> Html:
    """Why nobody is reminded."""
    if shown.preview.new is None:
        return t("plan.not_reminded")
    if shown.owner is None:
        return t("plan.nobody_to_remind")
    if not shown.owner.joined:
        return t("plan.not_joined", name=clipped(shown.owner.name, NAME))
    return t("plan.too_near")


def phase_preview(t: Texts, shown: PhasePreview, tz: tzinfo) -> Screen:
    """Old and new day of a phase, how many are reminded when, and its tasks that can go along."""
    phase, preview = shown.phase, shown.preview
    text = blocks(
        t("plan.phase_head", phase=phase_name(t, phase), now=""),
        _change(t, preview, t(f"plan.edge.{shown.edge}")),
        _told(t, preview.told, tz) or t("plan.none_told"),
        t("plan.will_hear_count", count=preview.informed) if preview.informed else "",
        _along(t, shown.along),
        t("plan.nothing_yet"),
    )
    return Screen(text, _phase_rows(t, shown))


def _phase_rows(t: Texts, shown: PhasePreview) -> Rows:
    phase, edge, new = shown.phase, shown.edge, shown.preview.new
    fields = (phase.number, edge.value, coded(new), phase.edits)
    alone = t.plain("plan.confirm_alone" if shown.along else "plan.confirm")
    rows: Rows = ((button(alone, "fix", *fields, 0, style="success"),),)
    if shown.along:
        along = t.plain("plan.confirm_along", count=len(shown.along))
        rows = ((button(along, "fix", *fields, 1, style="primary"),), *rows)
    other = button(t.plain("plan.other_day"), "edge", phase.number, edge)
    return (*rows, (other, button(t.plain("plan.leave"), "leavephase", phase.number), home_button(t)))


def _along(t: Texts, along: Sequence[Task]) -> Html:
    return t("plan.along", count=len(along)) if along else Html("")


def _change(t: Texts, preview: Preview, what: str) -> Html:
    return t("plan.change", what=what, old=date_text(t, preview.old), new=date_text(t, preview.new))


def _told(t: Texts, told: Iterable[Told], tz: tzinfo) -> Html:
    listed = [t("plan.told", when=moment(t, one.at, tz), count=one.people) for one in told]
    if not listed:
        return Html("")
    shown, more = fitting(listed, TOLD_LIMIT)
    return lines(t("plan.told_head"), *shown, t("list.more", count=more) if more else "")


def moved(t: Texts) -> str:
    """A line over the chat: it is done."""
    return t("plan.saved")
