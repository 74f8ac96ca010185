"""The way out that always works: a signal, a closed terminal or a stalled line end the process, terminal restored.

A handler in the event loop is not enough: on a stalled line Textual's writer blocks, and with it the loop. So the
signals are blocked in the main thread, before any other thread exists, and thereby in all threads; one daemon thread
takes them with `sigwait`, another waits for the terminal to hang up, and a third asks the application to exit and,
when it does not in time, restores the terminal and ends the process.

Children inherit the blocked signals: start them through `tui.system.subprocesses` (`start`, `run`, or any call inside
`unblocked()`), never with a `preexec_fn`, which is unsafe beside threads.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import select
import signal
import termios
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

GRACE = 2.0
"""Seconds between asking the application to exit and ending the process without it."""
_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT, signal.SIGXCPU, signal.SIGUSR1, signal.SIGUSR2)
"""Those that would end the process and leave the terminal as the screen had it."""
_RESTORE = (
    b"\x18"  # cancels an escape sequence that was cut
    b"\x1b[?2026l\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1016l\x1b[?1006l"  # frames, kitty keys, mouse
    b"\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[0m\x1b[r\x1b[?7h\x1b[?1049l\x1b[?25h"  # paste, resize, focus, screen
)


class Guard:
    """What `guard` gives: whether and why the process is told to leave."""

    def __init__(self, ask_exit: Callable[[], None], grace: float) -> None:
        self.signal: signal.Signals | None = None
        self._ask_exit = ask_exit
        self._grace = grace
        self._asked: queue.SimpleQueue[signal.Signals | None] = queue.SimpleQueue()  # usable in a signal handler
        self._modes = terminal_modes()
        self._old_handlers: dict[signal.Signals, Any] = {}
        self._finished = False

    @property
    def exit_code(self) -> int | None:
        """128 + signal, as shells tell it; None when nothing asked the process to leave."""
        return None if self.signal is None else 128 + self.signal

    def start(self) -> None:
        """Block the signals and start the threads; in the main thread, before any other thread."""
        for number in _SIGNALS:
            # Also ends an inherited "ignore", and catches what arrives while a child is started unblocked.
            self._old_handlers[number] = signal.signal(
                number, lambda number, _: self._asked.put(signal.Signals(number))
            )
        # The threads take no other signal: Python deals with it in the main thread, which would sleep on. After ctrl+z
        # the kernel gives SIGCONT to whichever thread wakes first.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        self._wake, self._stop = os.pipe()
        self._waiter = self._thread(self._wait_for_signals)
        self._thread(self._wait_for_hangup)
        self._thread(self._leave)
        signal.pthread_sigmask(signal.SIG_SETMASK, {*before, *_SIGNALS})

    def stop(self) -> None:
        """Everything as before; but when the process was told to leave, it still is, and its time runs on."""
        self._finished = True
        self._asked.put(None)
        os.close(self._stop)
        if self.signal is None and self._waiter.ident:
            signal.pthread_kill(self._waiter.ident, signal.SIGTERM)
            self._waiter.join()
            for number, handler in self._old_handlers.items():
                signal.signal(number, handler)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _thread(self, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, name=f"exit-guard{target.__name__}", daemon=True)
        thread.start()
        return thread

    def _request(self, number: int) -> None:
        if self.signal is None:
            self.signal = signal.Signals(number)
            self._asked.put(self.signal)

    def _wait_for_signals(self) -> None:
        while True:
            number = signal.sigwait(_SIGNALS)
            if self._finished:
                return
            self._request(number)

    def _wait_for_hangup(self) -> None:
        """POLLHUP comes also where SIGHUP does not: the kernel sends that to the leader and the foreground only."""
        poll = select.poll()
        poll.register(0, 0)
        poll.register(self._wake, select.POLLIN)
        for descriptor, event in poll.poll():
            if descriptor == 0 and event & (select.POLLHUP | select.POLLERR):
                self._request(signal.SIGHUP)
        os.close(self._wake)

    def _leave(self) -> None:
        number = self._asked.get()
        if number is None:
            return
        with contextlib.suppress(Exception):  # the loop may be closed by now; the time limit stands
            self._ask_exit()
        time.sleep(self._grace)  # `stop` does not end it: what comes after the application may hang as well
        restore_terminal(self._modes)
        os._exit(128 + number)


@contextlib.contextmanager
def guard(ask_exit: Callable[[], None], *, grace: float = GRACE) -> Iterator[Guard]:
    """Put around `app.run()`, in the main thread and before any other thread starts.

    `ask_exit` is called in another thread, once, on one of _SIGNALS or a closed terminal: it must not block, so give
    `loop.call_soon_threadsafe(app.exit)` once there is a loop. From then on the process has `grace` seconds, closing
    of connections after the application included; then it is ended with 128 + signal.
    """
    watching = Guard(ask_exit, grace)
    watching.start()
    try:
        yield watching
    finally:
        watching.stop()


def terminal_modes() -> list[Any] | None:
    """The line modes of the terminal, for `termios.tcsetattr`; None where there is none."""
    try:
        return termios.tcgetattr(0)
    except termios.error:
        return None


def restore_terminal(modes: list[Any] | None) -> None:
    """Line modes and screen as they were before, without ever waiting for a terminal that takes nothing.

    The last thing a process does: whatever else it prints goes nowhere. A write that is stuck in the terminal would
    make ours wait, so it is ended by making the descriptor non-blocking, which the shell shares: it is put back.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})  # it would stop a background process right here
    with contextlib.suppress(OSError, termios.error):
        terminal = os.dup(2)
        if modes is not None:
            termios.tcsetattr(terminal, termios.TCSANOW, modes)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        flags = fcntl.fcntl(terminal, fcntl.F_GETFL)
        fcntl.fcntl(terminal, fcntl.F_SETFL, flags | os.O_NONBLOCK)
        try:
            _write_through(terminal, _RESTORE)
        finally:
            fcntl.fcntl(terminal, fcntl.F_SETFL, flags)


def _write_through(terminal: int, data: bytes) -> None:
    """Throw away what the line did not take and write; again for a moment, until the write that was stuck is over."""
    for _ in range(100):
        termios.tcflush(terminal, termios.TCOFLUSH)
        termios.tcflow(terminal, termios.TCOOFF)
        termios.tcflow(terminal, termios.TCOON)  # starting the output anew is what wakes the stuck write
        with contextlib.suppress(BlockingIOError):
            os.write(terminal, data)
            return
        time.sleep(0.001)
