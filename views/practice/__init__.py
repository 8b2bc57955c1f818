"""Practice on the screen."""

from views.practice.book import wrong_book
from views.practice.running import guessed, menu, run

__all__ = ["guessed", "menu", "run", "wrong_book"]
