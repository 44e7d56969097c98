"""`python -m bot health`: whether the bot that runs here is well, for a container's health signal."""

import http.client
import sys
from pathlib import Path

import click

from bot.command_line import config_option
from bot.config import ConfigError, inspect_config

# Seconds; whoever asks waits for a few more.
_PATIENCE = 3.0
# Addresses to listen on, and where that is asked from this machine.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - they are read, not listened on


@click.command(help="Ask the running bot whether it is well: exit code 0 or 1. Needs metrics.port.")
@config_option
@click.option("--ready", is_flag=True, help="ask whether all its parts are ready, not only whether it lives")
def health(file: Path | None, ready: bool) -> None:
    """One line, and the code."""
    config, problems = inspect_config(file)
    wrong = [line for name, line in problems.items() if name.startswith("metrics.")]
    if config is None or wrong:
        raise ConfigError(*(wrong or problems.values()))
    port, host = config.metrics.port, config.metrics.host
    if not port:
        raise ConfigError("metrics.port is 0, so nobody answers: set it (LIMNER_METRICS__PORT)")
    status, said = _asked(_EVERYWHERE.get(host, host), port, "/readyz" if ready else "/healthz")
    click.echo(said)
    if status != 200:
        sys.exit(1)


def _asked(host: str, port: int, path: str) -> tuple[int, str]:
    """The status and the text of the answer; 0 for none."""
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(2**16).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return 0, f"{host} port {port} does not answer ({getattr(error, 'strerror', None) or type(error).__name__})"
    finally:
        connection.close()
