"""What the bot says: domain object → Screen. Pure functions and the catalogues; no clock, no storage, no Telegram."""
