"""What the bot says of scores."""

from views.scores.entries import ask_words, card, nothing_waits, own
from views.scores.letters import answer, answer_line, asked, asked_line, news, news_line
from views.scores.proposing import choosing, deed_proposal, dropped, form
from views.scores.units import (
    ask_table,
    close_preview,
    closed,
    closes,
    exported,
    exports,
    figures,
    person,
    standard,
    standard_file,
    standards,
    table_faults,
    table_preview,
    unit,
)

__all__ = [
    "answer",
    "answer_line",
    "ask_table",
    "ask_words",
    "asked",
    "asked_line",
    "card",
    "choosing",
    "close_preview",
    "closed",
    "closes",
    "deed_proposal",
    "dropped",
    "exported",
    "exports",
    "figures",
    "form",
    "news",
    "news_line",
    "nothing_waits",
    "own",
    "person",
    "standard",
    "standard_file",
    "standards",
    "table_faults",
    "table_preview",
    "unit",
]
