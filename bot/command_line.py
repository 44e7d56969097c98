"""`--config`, which may stand before or after the command it is for."""

from pathlib import Path
from typing import Any

import click
from typing_extensions import override

_CONFIG: dict[str, Any] = {
    "type": click.Path(path_type=Path),
    "help": "settings file (default: config.toml, if it exists)",
}
config_option = click.option("--config", "file", **_CONFIG)


def _hand_down(context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    if file is not None and isinstance(context.command, click.Group):
        context.default_map = {name: {"file": file} for name in context.command.commands}
    return file


# For a group that does something by itself, and reads the file then.
config_of_group = click.option("--config", "file", callback=_hand_down, **_CONFIG)


class ConfiguredGroup(click.Group):
    """A group of commands that hands its `--config` down to them; one that stands nearer to the command wins. One that
    has the option of its own (`config_of_group`) gets no second one.
    """

    @override
    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        own = super().get_params(ctx)
        if any(each.name == "file" for each in own):
            return own
        return [click.Option(["--config", "file"], expose_value=False, callback=_hand_down, **_CONFIG), *own]
