"""What a process of an installation does."""

from enum import StrEnum


class Role(StrEnum):
    """Chosen by `run --role`."""

    # Holds the connections to Discord, paints and delivers.
    ALL = "all"
    # As that, but Discord's interactions arrive as requests over HTTP, and no connection is held.
    HTTP = "http"
