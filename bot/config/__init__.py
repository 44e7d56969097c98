from bot.config.machines import DatabaseConfig, HttpConfig, PicturesConfig
from bot.config.reading import ConfigError, inspect_config, load_config
from bot.config.settings import (
    ANSWERING,
    Config,
    DiscordConfig,
    LikenessConfig,
    LimitsConfig,
    LogConfig,
    MetricsConfig,
    ModelsLabConfig,
    QuotaConfig,
)

__all__ = [
    "ANSWERING",
    "Config",
    "ConfigError",
    "DatabaseConfig",
    "DiscordConfig",
    "HttpConfig",
    "LikenessConfig",
    "LimitsConfig",
    "LogConfig",
    "MetricsConfig",
    "ModelsLabConfig",
    "PicturesConfig",
    "QuotaConfig",
    "inspect_config",
    "load_config",
]
