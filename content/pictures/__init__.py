"""Schematic pictures for picture questions: their specifications (YAML) and the PNG drawn from each.

``scenes`` reads the specifications and needs nothing but a YAML reader; ``drawing`` needs Pillow and a Chinese font and
is run by whoever changes a specification. The PNG files are kept with the project, so the bot only ever reads them.
Nothing here may look like money: see the legal warning in 附三 of ``content/facts.md``.
"""
