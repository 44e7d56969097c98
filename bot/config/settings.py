"""Every setting, with its default and its description."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from typing_extensions import override

from bot.config.machines import DatabaseConfig, HttpConfig, PicturesConfig
from bot.config.section import Host, Section, address
from bot.domain.characters.character import Identity
from bot.domain.portraits.faces import Faces, Looks, Thresholds
from bot.domain.portraits.portrait import TOKEN_LIFE
from bot.domain.portraits.queue import Spans
from bot.domain.servers.money import Price
from bot.domain.servers.settings import Defaults

Count = Annotated[int, Field(ge=0, le=10_000_000)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=36_500)]
# Of a button that opens a page.
LINK_LIMIT = 512


def _listed(value: object) -> object:
    """A list, which the environment writes with commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


def _page(url: str) -> str:
    """The address of a page for members, or nothing."""
    url = url.strip()
    parts = urlsplit(url)
    if url and (parts.scheme != "https" or not parts.hostname or parts.username or any(map(str.isspace, url))):
        raise ValueError("must be an https address")
    if len(url) > LINK_LIMIT:
        raise ValueError(f"must have {LINK_LIMIT} characters at most")
    return url


Page = Annotated[str, AfterValidator(_page)]

# Of the token's life: for posting the answer, with Discord's own troubles.
ANSWERING, _LEAST_WAIT = timedelta(seconds=30), timedelta(seconds=60)


class DiscordConfig(Section):
    """How to reach Discord."""

    token: SecretStr = Field(description="the bot's token, from the Discord developer portal (required)")
    api_base_url: str = Field(default="", description="REST address, for a REST proxy; empty means Discord's own")
    gateway_url: str = Field(default="", description="gateway address, for a gateway proxy; empty means Discord's own")
    terms_url: Page = Field(default="", description="https address of your terms of use; shown in /help, if any")
    privacy_url: Page = Field(default="", description="https address of your privacy page; shown in /help, if any")
    support_url: Page = Field(
        default="", description="https address where members find help, such as an invite; shown in /help, if any"
    )

    @field_validator("token")
    @classmethod
    def _present(cls, token: SecretStr) -> SecretStr:
        if not token.get_secret_value().strip():
            raise ValueError("must not be empty")
        return token

    @field_validator("api_base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        return address(url, "http", "https")

    @field_validator("gateway_url")
    @classmethod
    def _socket_address(cls, url: str) -> str:
        return address(url, "ws", "wss")


class ModelsLabConfig(Section):
    """How to reach the image vendor."""

    api_key: SecretStr = Field(description="the ModelsLab API key (required)")
    base_url: str = Field(
        default="https://modelslab.com/api", description="address of the API; the key goes there only"
    )
    model_id: str = Field(default="fluxgram", min_length=1, description="the model that paints")
    reference_model_id: str = Field(
        default="flux-kontext-dev", min_length=1, description="the model that takes a character's saved picture along"
    )
    identity: Identity = Field(
        default=Identity.SEED,
        description="how a saved face is kept unless its owner says: by its seed, or the saved picture (reference)",
    )
    headshot: bool = Field(
        default=False,
        description="send saved pictures to flux_headshot instead where the framing is portrait, also to match a face",
    )
    upscale_model_id: str = Field(
        default="RealESRGAN_x2plus", min_length=1, description="the model that doubles the size of a picture"
    )
    negative_prompt: bool = Field(
        default=True,
        description="send words for what a picture must not show; false for a painting model that refuses them",
    )
    max_steps: int = Field(
        default=50,
        ge=1,
        le=50,
        description="the most steps that the painting model takes: what is more is sent as this",
    )
    discord_links: bool = Field(
        default=True, description="give the vendor Discord's links to pictures; false uploads each to the vendor"
    )
    max_in_flight: int = Field(
        default=5,
        ge=1,
        le=100,
        description="vendor jobs at once: the plan's queue limit (pay as you go 5, Standard 10)",
    )
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="hosts that image downloads may reach although they are private (name or name:port)"
    )
    deadline_seconds: int = Field(
        default=240,
        ge=1,
        le=86_400,
        description="a picture that is not painted so long after it was ordered is refunded",
    )
    breaker_failures: int = Field(
        default=5, ge=1, le=1000, description="after so many unanswered orders in a row no more are sent for a while"
    )
    breaker_seconds: int = Field(
        default=30, ge=1, le=3600, description="how long that while is, before one order tries again"
    )
    wallet_warning: float = Field(
        default=0,
        ge=0,
        allow_inf_nan=False,
        description="warn when the account's wallet holds less than this, in its own currency; 0 for never",
    )

    @field_validator("api_key")
    @classmethod
    def _present(cls, key: SecretStr) -> SecretStr:
        if not key.get_secret_value().strip():
            raise ValueError("must not be empty")
        return key

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not url.strip():
            raise ValueError("must not be empty")
        return address(url, "http", "https")

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip().lower() for host in value.split(",") if host.strip())
        return value


class QuotaConfig(Section):
    """Limits in images, for a server that configured nothing, and the operator's ceiling."""

    guild_per_day: Count = Field(default=100, description="images a day for a whole server")
    guild_per_month: Count = Field(default=1000, description="images a month for a whole server")
    member_per_day: Count = Field(default=10, description="images a day for each member of a server")
    direct_per_day: Count = Field(default=6, description="images a day for a person in direct messages")
    ceiling_guild_per_month: Count = Field(
        default=10_000, description="images a month that no server's admin can exceed"
    )
    image_price: Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)] = Field(
        default=Decimal(0), description="what an image costs you, for estimates in reports; 0 shows none"
    )
    currency: str = Field(
        default="USD", max_length=8, description="the currency of that price, as it is written: USD, €"
    )

    @field_validator("currency")
    @classmethod
    def _a_word(cls, currency: str) -> str:
        # It stands in messages and in the head of a table.
        if not currency.isprintable() or not currency.strip() or set(currency) & set('*_`~|<>@#[]()\\,;"='):
            raise ValueError("must be the sign or the letters of a currency")
        return currency.strip()

    @property
    def defaults(self) -> Defaults:
        """The limits alone."""
        return Defaults(**self.model_dump(include=set(Defaults.__dataclass_fields__)))

    @property
    def price(self) -> Price | None:
        """What an image costs; None where that is not set."""
        return Price(self.image_price, self.currency) if self.image_price else None


class LimitsConfig(Section):
    """How much one person or server may keep or have unfinished."""

    characters_per_member: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=50, description="saved characters for each person"
    )
    waiting_per_member: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=50, description="unfinished portraits for each person"
    )
    waiting_per_guild: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=500, description="unfinished portraits for each server"
    )
    waiting_seconds: Annotated[int, Field(ge=1, le=86_400)] = Field(
        default=600, description="how long a picture may wait to be ordered; what would wait longer is not accepted"
    )
    burst_per_member: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=200, description="requests that one person may send at once; one more each second after that"
    )


class ModerationConfig(Section):
    """Words that are refused everywhere. Nothing sexual with minors is painted, whatever stands here."""

    words: Words = Field(default=(), description="refused in every server, in any spelling")
    people: Words = Field(default=(), description="names of real persons who are not painted")


class PrivacyConfig(Section):
    """How long things are kept. 0 means for ever."""

    portrait_days: Days = Field(default=0, description="finished portraits: prompts, settings and results")
    image_days: Days = Field(default=0, description="image files; the face of a saved character stays")
    left_server_days: Days = Field(
        default=30, description="the data of a server that removed the bot; 0 means for ever"
    )


class LikenessConfig(Section):
    """Whether a picture shows the saved face. Needs the extra limner[likeness]; see docs/likeness.md."""

    faces: Faces = Field(
        default=Faces.OFF,
        description="faces that are looked at: off, those that were painted here (painted), or uploads too (all)",
    )
    same: Share = Field(
        default=0, description="from here on a face is as saved; `calibrate` says what to write, 0: unsaid"
    )
    close: Share = Field(default=0, description="from here on it is close, below it is another face; 0: unsaid")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.same > 0) != (self.close > 0) or self.close > self.same:
            raise ValueError("likeness.same and likeness.close are wrong: both or none, and close at most same")
        return self

    @property
    def rules(self) -> Looks:
        """All of it; without thresholds where there was no calibration."""
        return Looks(self.faces, Thresholds(self.same, self.close) if self.same else None)


class LogConfig(Section):
    """What is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    format: Literal["text", "json"] = Field(default="text", description="text or json")
    prompts: bool = Field(default=False, description="also write what members ask for, word for word")

    @field_validator("level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


class MetricsConfig(Section):
    """What Prometheus reads of the bot, and whether it is well: /metrics, /healthz and /readyz."""

    port: int = Field(default=0, ge=0, le=65_535, description="the port that answers; 0 means off")
    host: Host = Field(
        default="127.0.0.1", min_length=1, description="the address that it listens on: this machine alone, or 0.0.0.0"
    )


class Config(BaseSettings):
    """All settings. Environment variables are `LIMNER_<SECTION>__<KEY>` and win over the file."""

    model_config = SettingsConfigDict(
        env_prefix="LIMNER_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    discord: DiscordConfig
    modelslab: ModelsLabConfig
    database: DatabaseConfig = DatabaseConfig()
    pictures: PicturesConfig = PicturesConfig()
    quota: QuotaConfig = QuotaConfig()
    limits: LimitsConfig = LimitsConfig()
    moderation: ModerationConfig = ModerationConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    likeness: LikenessConfig = LikenessConfig()
    log: LogConfig = LogConfig()
    metrics: MetricsConfig = MetricsConfig()
    http: HttpConfig = HttpConfig()

    @override
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # File and environment are read by `bot.config.reading`, which can go on without what is wrong in them.
        return (init_settings,)

    @model_validator(mode="after")
    def _fits_the_token(self) -> Self:
        waiting, painting = self.limits.waiting_seconds, self.modelslab.deadline_seconds
        room = round((TOKEN_LIFE - ANSWERING).total_seconds())
        if "waiting_seconds" in self.limits.model_fields_set and waiting + painting > room:
            pair = f"limits.waiting_seconds ({waiting}) and modelslab.deadline_seconds ({painting})"
            raise ValueError(f"{pair} are wrong: together at most {room}, for Discord takes an answer for 15 minutes")
        return self

    @property
    def spans(self) -> Spans:
        """How long a picture may wait and be painted. A longer deadline leaves less time to wait, unless painting
        alone outlives the interaction's token: then late answers come as new messages, and waiting stays as it is.
        """
        waiting = timedelta(seconds=self.limits.waiting_seconds)
        painting = timedelta(seconds=self.modelslab.deadline_seconds)
        room = TOKEN_LIFE - ANSWERING - painting
        return Spans(min(waiting, room) if room >= _LEAST_WAIT else waiting, painting)

    def secrets(self) -> tuple[str, ...]:
        """What must never be printed."""
        keys = (
            self.discord.token,
            self.modelslab.api_key,
            self.pictures.access_key_id,
            self.pictures.secret_access_key,
        )
        held = tuple(key.get_secret_value() for key in keys if key.get_secret_value())
        return (*held, *self.database.passwords)
