"""The local Telegram: a Bot API server and a chat page in one process, for demos, tests and benchmarks.

It knows Telegram's public behaviour only and imports none of the bot's own rooms.
"""
