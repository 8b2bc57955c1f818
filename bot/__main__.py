"""``python -m bot`` is ``tollmate``."""

from bot.cli import main

main()
