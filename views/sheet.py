"""Invitation cards on paper: A4, two by four, a QR code each. Draws; knows nothing of who may have them."""

import io
from collections.abc import Sequence
from datetime import tzinfo

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from domain.people import IssuedInvitation
from views.texts import Texts
from views.times import moment

FONT = "STSong-Light"  # every reader brings it: the file stays small
COLUMNS, ROWS = 2, 4
MARGIN = 10 * mm
CARD_WIDTH = (A4[0] - 2 * MARGIN) / COLUMNS
CARD_HEIGHT = (A4[1] - 2 * MARGIN) / ROWS
QR_SIZE = 44 * mm
PAD = 4 * mm


def invitation_cards(t: Texts, issued: Sequence[IssuedInvitation], username: str, tz: tzinfo) -> bytes:
    """The cards as a PDF, eight a page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(t.plain("sheet.title"))
    a_page = COLUMNS * ROWS
    for at, invitation in enumerate(issued):
        if at and at % a_page == 0:
            canvas.showPage()
        row, column = divmod(at % a_page, COLUMNS)
        left, bottom = MARGIN + column * CARD_WIDTH, A4[1] - MARGIN - (row + 1) * CARD_HEIGHT
        _card(canvas, t, invitation, username, tz, left, bottom)
    canvas.save()
    return out.getvalue()


def _card(
    canvas: Canvas, t: Texts, issued: IssuedInvitation, username: str, tz: tzinfo, left: float, bottom: float
) -> None:
    canvas.setDash(2, 2)
    canvas.rect(left, bottom, CARD_WIDTH, CARD_HEIGHT)
    canvas.setDash()
    _qr(canvas, issued.link(username), left + PAD, bottom + (CARD_HEIGHT - QR_SIZE) / 2)
    person = issued.person
    lines = (
        (person.name, 15),
        (t.plain("people.staff_no", staff_no=person.staff_no), 10),
        (person.station or person.unit.name, 10),
        (person.unit.name if person.station and person.station != person.unit.name else "", 10),
        (t.plain("sheet.scan"), 9),
        (t.plain("sheet.until"), 9),
        (moment_plain(t, issued.expires_at, tz), 9),
    )
    x = left + PAD + QR_SIZE + PAD / 2
    y = bottom + CARD_HEIGHT - 16 * mm
    for text, size in lines:
        if text:
            _line(canvas, text, size, x, y, left + CARD_WIDTH - PAD / 2 - x)
            y -= 6.5 * mm


def moment_plain(t: Texts, at: int, tz: tzinfo) -> str:
    """A moment for paper; its text carries no markup and no foreign values."""
    return str(moment(t, at, tz))


def _line(canvas: Canvas, text: str, size: float, x: float, y: float, room: float) -> None:
    """One line, smaller where it would not fit."""
    needed = pdfmetrics.stringWidth(text, FONT, size)
    canvas.setFont(FONT, size if needed <= room else max(4.0, size * room / needed))
    canvas.drawString(x, y, text)


def _qr(canvas: Canvas, link: str, left: float, bottom: float) -> None:
    """The code as black squares, so that it prints sharp at any size."""
    code = segno.make(link, error="m", micro=False)
    modules = [list(row) for row in code.matrix_iter(border=2)]
    side = QR_SIZE / len(modules)
    path = canvas.beginPath()
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                path.rect(left + x * side, bottom + QR_SIZE - (y + 1) * side, side, side)
    canvas.drawPath(path, stroke=0, fill=1)
