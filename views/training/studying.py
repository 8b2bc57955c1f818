"""自学 on the screen: courses, materials, and the three questions. No time, no ranking."""

from collections.abc import Sequence
from dataclasses import replace

from domain.practice import Item
from domain.training import CourseInfo
from domain.training.studying import Check, Content, CourseStudy, Material, MaterialDraft, MaterialKind
from views import practice
from views.home import course_name, home_button
from views.screen import Attachment, Button, Row, Rows, Screen, clipped, in_rows, press
from views.texts import Html, Texts, blocks, html, lines

TITLE_LIMIT = 60
SIGNS = {MaterialKind.TEXT: "📄", MaterialKind.LINK: "🔗", MaterialKind.DOCUMENT: "📎", MaterialKind.PHOTO: "🖼"}
# A check is answered by the same buttons as practice, under verbs of its own.
_VERBS = {
    "practice:answer": "training:tick",
    "practice:untick": "training:untick",
    "practice:submit": "training:hand_in",
    "practice:note": "training:noted",
}


def study(t: Texts, found: Sequence[CourseStudy]) -> Screen:
    """Every course: how much there is to read, and whether it is completed."""
    buttons = (
        press(f"{'✓ ' if one.completed else ''}{_plain(t, one.course)}", "training", "course", one.course.code)
        for one in found
    )
    listed = [_line(t, one) for one in found]
    back = (press(t.plain("button.back"), "training", "list"), home_button(t))
    return Screen(blocks(t("training.study"), lines(*listed)), (*in_rows(buttons, 1), back))


def _line(t: Texts, one: CourseStudy) -> Html:
    done = t("training.study_done") if one.completed else ""
    return t("training.study_item", course=_course(t, one.course), count=len(one.materials), done=done)


def _course(t: Texts, course: CourseInfo) -> Html:
    return course_name(t, course.code, clipped(course.title, TITLE_LIMIT))


def _plain(t: Texts, course: CourseInfo) -> str:
    return t.plain(f"course.{course.code}") if t.locale.value == "en" else course.title


def study_course(t: Texts, found: CourseStudy, *, manages: bool) -> Screen:
    """One course: materials, the three questions; the office may add. ``manages``: whether the reader is the office."""
    text = blocks(
        t("training.item", course=_course(t, found.course)),
        t("training.study_course") if found.materials else t("training.study_empty"),
        t("training.study_completed") if found.completed else t("training.study_how"),
    )
    buttons = (
        press(f"{SIGNS[one.content.kind]} {one.content.title}", "training", "material", one.id)
        for one in found.materials
    )
    add = (press(t.plain("training.material_add"), "training", "add", found.course.code),)
    back = (press(t.plain("button.back"), "training", "study"), home_button(t))
    rows = in_rows(buttons, 1)[:80]
    return Screen(text, (*rows, *_check_row(t, found), *((add,) if manages else ()), back))


def _check_row(t: Texts, found: CourseStudy) -> Rows:
    if found.open_check is not None:
        return ((press(t.plain("training.check_resume"), "training", "check", found.open_check, style="primary"),),)
    if found.completed:
        return ()
    return ((_begin(t, found.course, found.next_number, "training.check_begin"),),)


def _begin(t: Texts, course: CourseInfo, number: int, key: str) -> Button:
    return press(t.plain(key), "training", "check_begin", course.code, number, style="primary")


def material(t: Texts, found: Material, *, manages: bool) -> Screen:
    """Something to read: a text in place, a link as a button, a file as a message of its own."""
    remove = (press(t.plain("training.material_remove"), "training", "remove", found.id),)
    back = (press(t.plain("button.back"), "training", "course", found.course), home_button(t))
    return _content(t, found.content, (*((remove,) if manages else ()), back))


def _content(t: Texts, content: Content, rows: Rows) -> Screen:
    if content.kind is MaterialKind.TEXT:
        return Screen(Html(content.body), rows)
    title = t("training.material", title=content.title)
    if content.kind is MaterialKind.LINK:
        opening = Button(t.plain("training.material_open"), url=content.body)
        return Screen(lines(title, html(clipped(content.body, 500))), ((opening,), *rows))
    return Screen(title, rows, attachment=Attachment(content.kind.value, content.body))


def ask_material(t: Texts, course: CourseInfo) -> Screen:
    """What to send."""
    back = (press(t.plain("button.back"), "training", "course", course.code), home_button(t))
    return Screen(blocks(t("training.item", course=_course(t, course)), t("training.ask_material")), (back,))


def material_preview(t: Texts, loaded: MaterialDraft) -> Screen:
    """What was sent, as people will see it. A file is named; the sender has it above."""
    content = loaded.content
    shown = Html(content.body) if content.kind is MaterialKind.TEXT else html("")
    text = blocks(
        t("training.material_check", course=_course(t, loaded.course)),
        t("training.material_titled", sign=SIGNS[content.kind], title=content.title),
        shown,
    )
    yes = press(t.plain("training.material_put_up"), "training", "put_up", loaded.draft_id, style="success")
    back = press(t.plain("button.back"), "training", "course", loaded.course.code)
    return Screen(text, ((yes, back),))


def ask_remove(t: Texts, found: Material) -> Screen:
    """[撤下] asks first."""
    yes = press(t.plain("training.material_remove_yes"), "training", "removed", found.id, style="danger")
    no = press(t.plain("button.back"), "training", "material", found.id)
    return Screen(t("training.material_ask_remove", title=found.content.title), ((yes, no),))


# the three questions ---------------------------------------------------------------------------------------------


def check(t: Texts, found: Check, last: Item | None = None) -> Screen:
    """The question that comes next, an explanation to read, or how it ended."""
    if found.over:
        return _ended(t, found)
    shown = practice.run(t, found.run, last, doubts=False)
    return replace(shown, rows=tuple(_own(row) for row in shown.rows))


def _own(row: Row) -> Row:
    return tuple(replace(button, data=_retargeted(button.data)) if button.data else button for button in row)


def _retargeted(data: str) -> str:
    area, verb, *fields = data.split(":")
    return ":".join((_VERBS.get(f"{area}:{verb}", f"{area}:{verb}"), *fields))


def _ended(t: Texts, found: Check) -> Screen:
    back = (press(t.plain("button.back"), "training", "course", found.course.code), home_button(t))
    course = _course(t, found.course)
    if found.passed:
        return Screen(t("training.check_passed", course=course), (back,))
    again = _begin(t, found.course, found.run.ordinal + 1, "training.check_again")
    return Screen(t("training.check_failed", course=course), ((again,), back))
