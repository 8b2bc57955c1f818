"""Practice on the screen."""

from views.practice.book import wrong_book
from views.practice.running import guessed, menu, run, without_picture

__all__ = ["guessed", "menu", "run", "without_picture", "wrong_book"]
