"""How a process is asked to end, on every system."""

import asyncio
import signal


def stop_on_signals(stopped: asyncio.Event) -> None:
    """Set the event at SIGTERM or Ctrl-C."""
    loop = asyncio.get_running_loop()

    def woken(_signal: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stopped.set)

    for each in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(each, stopped.set)
        except NotImplementedError:
            # Windows' loops have no such thing; there the loop must be woken from the handler.
            signal.signal(each, woken)
