"""Single keys from a terminal, without Enter."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any


class NoTerminalError(Exception):
    """Keys cannot be read: the input or the output is no terminal."""


@contextlib.contextmanager
def keys(tell: Callable[[str], None]) -> Iterator[None]:
    """Tell of each key that is pressed while the block runs; afterwards all is as it was.

    Raises
    ------
    NoTerminalError
        Before the block, when there is no terminal.
    """
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminalError
    reading = _windows_keys(tell) if sys.platform == "win32" else _posix_keys(tell)
    with reading:
        yield


@contextlib.contextmanager
def _posix_keys(tell: Callable[[str], None]) -> Iterator[None]:
    import select
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    wake_read, wake_write = os.pipe()

    def read() -> None:
        while True:
            ready, _, _ = select.select([terminal, wake_read], [], [])
            if wake_read in ready:
                return
            try:
                pressed = os.read(terminal, 64)
            except OSError:  # the terminal is gone
                pressed = b""
            if not pressed:
                tell("q")
                return
            if not pressed.startswith(b"\x1b"):  # arrows and other keys of several bytes
                for key in pressed.decode("utf-8", "ignore"):
                    tell(key)

    thread = threading.Thread(target=read, name="keys", daemon=True)
    tty.setcbreak(terminal)  # Ctrl+C still interrupts
    try:
        thread.start()
        yield
    finally:
        os.write(wake_write, b"x")
        thread.join()
        os.close(wake_read)
        os.close(wake_write)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _windows_keys(tell: Callable[[str], None]) -> Iterator[None]:
    import msvcrt

    console: Any = msvcrt
    ended = threading.Event()

    def read() -> None:
        while not ended.wait(0.05):
            while console.kbhit():
                key = console.getwch()
                if key in ("\x00", "\xe0"):  # an arrow or function key: its second half follows
                    console.getwch()
                else:
                    tell(key)

    thread = threading.Thread(target=read, name="keys", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
