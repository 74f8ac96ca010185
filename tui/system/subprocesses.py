"""Child processes: a clean signal mask, a limit in time and output, and no process left behind.

The exit guard blocks SIGHUP and SIGTERM in every thread, and a child inherits the mask of the thread that starts it:
a child started in any other way than through `start`, `run` or `unblocked` could not be stopped by a plain `kill`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import selectors
import signal
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, TypeVar

from msgspec import Struct

OUTPUT_LIMIT = 256 * 1024
"""Bytes that are read of each of a child's two outputs; more is an error, not a cut."""
_TICK = 0.05
_T = TypeVar("_T")


class Finished(Struct, frozen=True):
    """How a child ended: exit code (negative: the signal that ended it) and what it wrote."""

    code: int
    out: bytes
    err: bytes


@contextlib.contextmanager
def unblocked() -> Iterator[None]:
    """No signal blocked in this thread, as a child must inherit it. Keep it as short as the start of the child.

    A SIGTERM in that moment is not lost: the exit guard's handler catches it.
    """
    before = signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start(argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """`subprocess.Popen` with a clean signal mask, for an editor or a pager that takes over the terminal."""
    with unblocked():
        return subprocess.Popen(argv, **options)


def run(
    argv: Sequence[str], *, environ: Mapping[str, str], seconds: float, give: bytes = b"", terminal: bool = False
) -> Finished:
    """Run a program to its end: `give` on its stdin, both outputs collected.

    With `terminal` it keeps our stdin and becomes the terminal's foreground, so that it can ask for a passphrase.
    Raises TimeoutError after `seconds` and OSError when it cannot start or writes more than OUTPUT_LIMIT; in both
    cases the program and the children in its process group are dead.
    """
    deadline = time.monotonic() + seconds
    process = start(
        argv,
        stdin=None if terminal else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environ),
        process_group=0,
    )
    try:
        with _lent(process.pid) if terminal else contextlib.nullcontext():
            out, err = _converse(process, give, deadline)
            return Finished(process.wait(max(_TICK, deadline - time.monotonic())), out, err)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    finally:
        _end(process)


def _converse(process: subprocess.Popen[bytes], give: bytes, deadline: float) -> tuple[bytes, bytes]:
    out, err = bytearray(), bytearray()
    written: dict[Any, bytearray] = {process.stdout: out, process.stderr: err}
    with selectors.DefaultSelector() as ready:
        for pipe in written:
            ready.register(pipe, selectors.EVENT_READ)
        if process.stdin:
            os.set_blocking(process.stdin.fileno(), False)
            ready.register(process.stdin, selectors.EVENT_WRITE)
        while any(pipe in ready.get_map() for pipe in written):
            if time.monotonic() > deadline:
                raise TimeoutError
            ended = process.poll() is not None  # asked before: what it wrote up to its end is seen by this `select`
            events = ready.select(_TICK)
            if not events and ended:
                break  # a daemon that it left behind holds the pipe open
            for key, _ in events:
                if key.fileobj is process.stdin:
                    give = _feed(ready, process.stdin, give)
                else:
                    _take(ready, key, written[key.fileobj])
    return bytes(out), bytes(err)


def _feed(ready: selectors.BaseSelector, pipe: IO[bytes], give: bytes) -> bytes:
    """Write what fits; the rest. Closes the pipe after the last byte, or when the child does not want it."""
    try:
        give = give[os.write(pipe.fileno(), give) :] if give else give
    except BrokenPipeError:
        give = b""
    if not give:
        ready.unregister(pipe)
        pipe.close()
    return give


def _take(ready: selectors.BaseSelector, key: selectors.SelectorKey, into: bytearray) -> None:
    data = os.read(key.fd, 65536)
    into += data
    if not data:
        ready.unregister(key.fileobj)
    if len(into) > OUTPUT_LIMIT:
        raise OSError(errno.EFBIG, "it wrote too much")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the group, close our ends, and reap; never waits for a process that cannot die."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0.5)


@contextlib.contextmanager
def _lent(group: int) -> Iterator[None]:
    """The terminal given to the child's group, and taken back with its modes as they were."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:  # no terminal: it will have to do without a question
        yield
        return
    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            yield
            return
        modes = termios.tcgetattr(terminal)
        _hand_over(terminal, group)
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGCONT)  # it may have been stopped by asking before it was in the foreground
        try:
            yield
        finally:
            _hand_over(terminal, os.getpgrp())
            termios.tcsetattr(terminal, termios.TCSANOW, modes)
    finally:
        os.close(terminal)


def _hand_over(terminal: int, group: int) -> None:
    """Make `group` the terminal's foreground; SIGTTOU is blocked, for it would stop us as a background process."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


async def in_background(work: Callable[[], _T]) -> _T:
    """Await a blocking call, such as `lambda: run(...)`, without blocking the event loop or the exit.

    A daemon thread, not asyncio.to_thread: the threads of an executor are joined when the process ends.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    def settle(result: _T | None, error: BaseException | None) -> None:
        if future.done():  # cancelled while the work went on
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def body() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=body, name="background", daemon=True).start()
    return await future
