"""Settings from the environment and ``.env``: prefix ``TOLLMATE_``. A bad one is one sentence that says how to mend it.

Knows the names of the settings and nothing of what is done with them.
"""

import re
from datetime import time
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "TOLLMATE_"
TELEGRAM = "https://api.telegram.org"


class BadSettings(Exception):
    """A setting is missing or wrong; the text is one sentence per setting, for the person who starts the bot."""


class Settings(BaseSettings):
    """Everything that can be set. Each field is explained in ``.env.example``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    bot_token: SecretStr | None = None
    api_base_url: str = TELEGRAM
    proxy_url: SecretStr | None = None
    data_dir: Path = Path("data")
    timezone: str = "Asia/Shanghai"
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    webhook_listen: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "json", "console"] = "auto"
    invitation_hours: int = Field(default=72, ge=1, le=24 * 30)
    quiet_hours: str = "21:00-08:00"
    photo_copies: bool = False
    photo_days: int = Field(default=730, ge=30, le=3650)
    appeal_days: int = Field(default=3, ge=1, le=30)
    send_rate: float = Field(default=25, ge=1, le=1000)
    send_rate_per_chat: float = Field(default=1, ge=0.1, le=20)

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value.get_secret_value()):
            raise ValueError("应为 @BotFather 给出的“数字:字母串” (expected digits:letters from @BotFather)")
        return value

    @field_validator("api_base_url", "webhook_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("应为 http(s):// 开头的完整地址 (expected a full http(s) address)")
        return value.rstrip("/")

    @field_validator("proxy_url")
    @classmethod
    def _proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and urlsplit(value.get_secret_value()).scheme not in {
            "http",
            "https",
            "socks4",
            "socks5",
            "socks5h",
        }:
            raise ValueError("应为 http://、https:// 或 socks5:// 地址 (expected an http, https or socks5 address)")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("不是已知时区，例如 Asia/Shanghai (not a known time zone)") from error
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _quiet(cls, value: str) -> str:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError("应为 起-止，例如 21:00-08:00 (expected from-to, such as 21:00-08:00)")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("只能用字母、数字、下划线和连字符，1–256 位 (letters, digits, _ and -, 1 to 256)")
        return value

    @field_validator("webhook_listen")
    @classmethod
    def _listen(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\S+:\d{1,5}", value):
            raise ValueError("应为 主机:端口，例如 0.0.0.0:8080 (expected host:port)")
        return value

    @model_validator(mode="after")
    def _webhook(self) -> "Settings":
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("设置了 TOLLMATE_WEBHOOK_URL，还需设置 TOLLMATE_WEBHOOK_SECRET (a webhook needs a secret)")
        return self

    @property
    def token(self) -> str:
        """The bot's token. Raises BadSettings when it is not set."""
        if self.bot_token is None:
            raise BadSettings(
                "未设置 TOLLMATE_BOT_TOKEN：请把 @BotFather 给出的令牌写进 .env (the bot's token is not set)"
            )
        return self.bot_token.get_secret_value()

    @property
    def api_root(self) -> str:
        """The server's address before ``/bot<token>``, whichever of the two ways it was written."""
        return self.api_base_url.removesuffix("/bot")

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def proxy(self) -> str | None:
        """The proxy's address with its password, or None."""
        return self.proxy_url.get_secret_value() if self.proxy_url else None

    @property
    def quiet(self) -> tuple[time, time]:
        """When nobody is disturbed, from and to, by the office's clock. The same twice: never."""
        first, _, last = self.quiet_hours.partition("-")
        return time.fromisoformat(first), time.fromisoformat(last)

    @property
    def listen(self) -> tuple[str, int]:
        """Where the webhook route listens: as set; else the URL's own port on a loopback URL; else 0.0.0.0:8080."""
        if self.webhook_listen:
            host, _, port = self.webhook_listen.rpartition(":")
            return host, int(port)
        parts = urlsplit(self.webhook_url or "")
        if parts.hostname in {"127.0.0.1", "localhost"} and parts.port:
            return "127.0.0.1", parts.port
        return "0.0.0.0", 8080  # noqa: S104 - a webhook is called from outside


def load() -> Settings:
    """Read the settings. Raises BadSettings with one sentence for each wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettings("\n".join(_sentence(fault["loc"], fault["msg"]) for fault in error.errors())) from None


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    name = PREFIX + str(place[0]).upper() if place else "设置"
    return f"{name} 有误：{message.removeprefix('Value error, ')}"
