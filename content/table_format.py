"""As what tables are exported: a workbook, or comma-separated text."""

from enum import StrEnum


class Format(StrEnum):
    """The kinds of files, by their suffix."""

    XLSX = "xlsx"
    CSV = "csv"
