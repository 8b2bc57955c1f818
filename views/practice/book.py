"""错题本: the questions whose last answer was wrong, by topic, with the right answers."""

from collections.abc import Sequence

from domain.practice import WrongBook
from domain.questions import Kind, Question, Topic
from views.home import home_button
from views.screen import Screen, clipped, fitting, press
from views.texts import Html, Texts, blocks, html, lines

STEM, ANSWER, SET = 60, 80, 5


def wrong_book(t: Texts, book: WrongBook) -> Screen:
    """What is in it, and [重练错题]."""
    menu = press(t.plain("practice.menu"), "practice", "menu")
    if not book.questions:
        return Screen(blocks(t("practice.book_title"), t("practice.book_empty")), ((menu, home_button(t)),))
    listed = [line for topic in Topic for line in _topic(t, topic, book.questions)]
    shown, left = fitting(listed)
    more = t("practice.book_more", count=left) if left else ""
    again = press(t.plain("practice.book_again"), "practice", "start", book.next_ordinal, SET, "wrong", style="primary")
    text = blocks(t("practice.book_title"), t("practice.book_text", count=len(book.questions)), lines(*shown), more)
    return Screen(text, ((again,), (menu, home_button(t))))


def _topic(t: Texts, topic: Topic, questions: Sequence[Question]) -> list[Html]:
    own = [question for question in questions if question.topic is topic]
    heading = t("practice.book_topic", topic=t(f"topic.{topic}"), count=len(own))
    return [heading, *(_line(t, question) for question in own)] if own else []


def _line(t: Texts, question: Question) -> Html:
    return t("practice.missed", stem=clipped(question.stem, STEM), answer=clipped(answer(t, question), ANSWER))


def answer(t: Texts, question: Question) -> str:
    """The right answer in words."""
    if question.kind is Kind.TRUE_FALSE:
        return str(html(t.plain("practice.true" if 0 in question.key else "practice.false")))
    return "；".join(question.options[option] for option in sorted(question.key))
