"""Rows as a CSV file that a spreadsheet opens as it was meant: UTF-8 with its mark, and no cell that is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"  # without it spreadsheets take UTF-8 for the local encoding
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what begins a formula


def csv_file(rows: Iterable[Sequence[str | int | float]]) -> bytes:
    """The rows, each line ended by CR LF. A text that would be a formula gets an apostrophe in front (OWASP)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return (BOM + buffer.getvalue()).encode()


def _cell(cell: str | int | float) -> str | int | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
