"""The rules of Tollmate: dataclasses and functions that take ``now`` and return values.

Nothing here reads a clock, a file, a database or the network, and nothing here knows Telegram or a language.
"""
