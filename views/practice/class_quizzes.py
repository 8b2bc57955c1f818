"""课堂小测 in the leader's private chat: which group, about what, the question that runs, the summary. Totals only."""

from collections.abc import Sequence

from domain.practice.class_quizzes import SIZES, ClassQuiz, ClassState, Setup, Subject
from domain.practice.quizzes import Group, Quiz
from domain.questions import Topic
from views.home import home_button
from views.practice.quizzes import STEM, TITLE, figures, unit_name
from views.screen import Button, Screen, clipped, in_rows, narrowed, press
from views.texts import Html, Texts, blocks, html, lines

QUESTION = 300
SUBJECT = 28  # half-width columns of a subject on a button


def door(t: Texts, session_id: int) -> Button:
    """[课堂小测] of a session's card."""
    return press(t.plain("quiz.class"), "quiz", "session", session_id)


def where(t: Texts, groups: Sequence[Group], session_id: int) -> Screen:
    """Which group."""
    back = (press(t.plain("button.back"), "training", "card", session_id), home_button(t))
    if not groups:
        return Screen(blocks(t("quiz.class_title"), t("quiz.class_no_group")), (back,))
    buttons = (
        press(f"{clipped(one.title, TITLE)} · {unit_name(one.unit, one.station)}", "quiz", "class", one.id, session_id)
        for one in groups
    )
    return Screen(blocks(t("quiz.class_title"), t("quiz.choose_group")), (*in_rows(buttons, 1), back))


def setup(t: Texts, shown: Setup) -> Screen:
    """About what, and how many questions."""
    group, session = shown.group, shown.session
    session_id = session.id if session else 0
    rows = tuple(
        tuple(
            press(
                f"{narrowed(_subject(t, shown, one), SUBJECT)} · {t.plain('practice.size', size=size)}",
                *("quiz", "begin", group.id, session_id, one or "all", size),
            )
            for size in SIZES
        )
        for one in shown.subjects
    )
    back = press(t.plain("button.back"), "training", "card", session_id) if session else _to_group(t, group)
    text = blocks(t("quiz.class_title"), _group(t, group), t("quiz.class_choose"))
    return Screen(text, (*rows, (back, home_button(t))))


def _subject(t: Texts, shown: Setup, subject: Subject) -> str:
    if subject is None:
        return t.plain("quiz.mixed")
    if isinstance(subject, Topic):
        return t.plain(f"topic.{subject}")
    title = shown.session.course.title if shown.session else ""
    return t.plain(f"course.{subject}") if t.locale.value == "en" else title


def _group(t: Texts, group: Group) -> Html:
    return t("quiz.group", title=clipped(group.title, 2 * TITLE), unit=unit_name(group.unit, group.station))


def _to_group(t: Texts, group: Group) -> Button:
    return press(t.plain("button.back"), "quiz", "group", group.id)


def class_quiz(t: Texts, shown: ClassQuiz) -> Screen:
    """The question that runs with how many have answered; at the end the summary by question."""
    return _running(t, shown) if shown.state is ClassState.OPEN else _summary(t, shown)


def _running(t: Texts, shown: ClassQuiz) -> Screen:
    current, place = shown.current, (shown.id, shown.position)
    text = blocks(
        t("quiz.class_title"),
        _group(t, shown.group),
        lines(
            t("quiz.class_number", number=shown.position + 1, size=shown.size),
            Html(f"<b>{html(clipped(current.question.stem, QUESTION))}</b>"),
        ),
        t("quiz.class_now", figures=figures(t, current)),
    )
    on = press(t.plain("quiz.class_last" if shown.last else "quiz.class_next"), "quiz", "next", *place, style="primary")
    end = press(t.plain("quiz.class_end"), "quiz", "end", shown.id)
    return Screen(text, ((on,),) if shown.last else ((on,), (end,)))


def _summary(t: Texts, shown: ClassQuiz) -> Screen:
    """Its message leads elsewhere only once every total is final: until then it is still kept current."""
    title = t("quiz.class_dropped" if shown.state is ClassState.DROPPED else "quiz.class_over")
    text = blocks(
        title,
        _group(t, shown.group),
        lines(*(_line(t, number, one) for number, one in enumerate(shown.quizzes, 1))),
        t("quiz.class_totals_only") if shown.settled else t("quiz.class_counting"),
    )
    return Screen(text, ((_to_group(t, shown.group), home_button(t)),) if shown.settled else ())


def _line(t: Texts, number: int, quiz: Quiz) -> Html:
    return t("quiz.class_line", number=number, stem=clipped(quiz.question.stem, STEM), figures=figures(t, quiz))


def invited(t: Texts, group: Group) -> Screen:
    """In the private chat, after /quiz in a group."""
    begin = press(t.plain("quiz.class"), "quiz", "class", group.id, 0, style="primary")
    return Screen(blocks(t("quiz.class_title"), _group(t, group)), ((begin,), (home_button(t),)))


def told_in_private(t: Texts) -> Screen:
    """In the group, after /quiz: it is led from the private chat."""
    return Screen(t("quiz.class_in_private"))


def not_for_you(t: Texts) -> Screen:
    """In the group, after /quiz of somebody who does not lead it."""
    return Screen(t("quiz.class_not_for_you"))
