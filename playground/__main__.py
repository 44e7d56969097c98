"""`python -m playground`, which is `make demo`: the bot in a simulated Discord, in a page of your browser."""

import argparse
import asyncio
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from bot.app import open_app
from bot.logs import set_up_logging

try:
    from playground.page import demo_config, simulated
    from playground.standin import StandIn
    from playground.story import tell
except ImportError:
    sys.exit("playground: it needs packages of its own: run it by `make demo`, or `uv sync --group demo` first")

A_PICTURE_TAKES = 1.5


async def play(port: int) -> None:
    """Serve the playground until Ctrl-C; prints one line with the address of the page."""
    set_up_logging("WARNING", "text", ())
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="limner-demo-"))
        standin = stack.enter_context(StandIn.running(seconds=0.0))
        app = await stack.enter_async_context(open_app(demo_config(standin, Path(folder))))
        playground = await stack.enter_async_context(simulated(app, standin, port or None))
        await tell(playground)
        standin.seconds = A_PICTURE_TAKES
        print(f"Limner demo: open {playground.preview.url} in your browser (Ctrl-C ends it)", flush=True)
        closed = asyncio.create_task(playground.preview.wait_closed())
        stop = asyncio.create_task(stopped.wait())
        await asyncio.wait({closed, stop}, return_when=asyncio.FIRST_COMPLETED)
        for task in (closed, stop):
            task.cancel()
        await asyncio.gather(closed, stop, return_exceptions=True)


def main() -> None:
    """Read the options and play."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port of the page (default: any free one)")
    asyncio.run(play(parser.parse_args().port))


if __name__ == "__main__":
    main()
