"""How a process is asked to end, on every system."""

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager


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


@contextmanager
def interrupted_by_signals() -> Generator[None]:
    """Within it SIGTERM, and a terminal that is closed, are as Ctrl-C: what was half done is taken back."""
    wanted = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")]
    # One that is ignored stays so: `nohup` does that.
    changed = [each for each in wanted if each is not None and signal.getsignal(each) is signal.SIG_DFL]
    for each in changed:
        signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each in changed:
            signal.signal(each, signal.SIG_DFL)
