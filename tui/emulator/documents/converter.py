"""Reading documents in a process of its own: what hangs, takes all memory or crashes there ends that document only.

Foreign bytes go through parsers written in C and through libraries that nobody can prove to end. The process reads one
document after the other from its input, and is started again after it had to be stopped.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from tui.emulator.documents.failures import IndexingError
from tui.emulator.documents.readers import check_readable, read
from tui.emulator.documents.types import Kind

TIME_LIMIT = 10.0
PDF_TIME_LIMIT = 30.0
"""Seconds for one document."""
LAST_LIMIT = 60
"""Seconds after which a process that nobody stopped ends by itself."""
MEMORY_LIMIT = 2 * 1024**3
"""Bytes of address space of the process."""
_PIECE = 1024 * 1024
_PASSED_ON = {"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR"}
"""Of the environment: the rest, secrets among it, is no business of a parser."""


class Order(msgspec.Struct):
    """What the process is asked to read; `size` bytes of content follow."""

    kind: str
    selector: str | None
    size: int


class Answer(msgspec.Struct):
    """What came of it; `size` bytes of text follow. `slug` is empty when it went well."""

    slug: str
    detail: str
    size: int


class Converter:
    """The process, started at the first document and stopped by `close` or with the emulator's own end."""

    def __init__(self, time_limit: float = TIME_LIMIT, pdf_time_limit: float = PDF_TIME_LIMIT) -> None:
        """Allow `time_limit` seconds for a document, `pdf_time_limit` for a PDF."""
        self._limits = (time_limit, pdf_time_limit)
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, kind: Kind, content: bytes, selector: str | None = None) -> str:
        """Return the text of a document; raises IndexingError, `timeout_error` when it took too long."""
        check_readable(kind)
        until = time.monotonic() + self._limits[kind == "pdf"]
        try:
            answer, text = self._exchange(Order(kind, selector, len(content)), content, until)
        except TimeoutError:
            self.close()
            raise IndexingError("timeout_error", f"not read within {self._limits[kind == 'pdf']:g} s") from None
        except (OSError, EOFError, msgspec.DecodeError):
            self.close()
            why = "its reader crashed or needed too much memory"
            raise IndexingError("unable_to_convert_to_markdown", why) from None
        if answer.slug:
            raise IndexingError(answer.slug, answer.detail)
        return text.decode()

    def close(self) -> None:
        """Stop the process; the next document starts a new one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def _exchange(self, order: Order, content: bytes, until: float) -> tuple[Answer, bytes]:
        process = self._process = self._process or _start()
        assert process.stdin is not None
        assert process.stdout is not None
        _send(process.stdin, msgspec.json.encode(order) + b"\n" + content, until)
        received = _Received(process.stdout, until)
        answer = msgspec.json.decode(received.line(), type=Answer)
        return answer, received.exactly(answer.size)


class _Received:
    """What comes from a pipe, until a moment of the monotonic clock; raises TimeoutError, EOFError."""

    def __init__(self, pipe: IO[bytes], until: float) -> None:
        self._pipe, self._until, self._kept = pipe, until, bytearray()

    def line(self) -> bytes:
        """Return what comes before the next line end."""
        while (end := self._kept.find(b"\n")) < 0:
            self._more()
        found = bytes(self._kept[:end])
        del self._kept[: end + 1]
        return found

    def exactly(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        while len(self._kept) < size:
            self._more()
        return bytes(self._kept[:size])

    def _more(self) -> None:
        _wait(self._pipe, select.POLLIN, self._until)
        piece = os.read(self._pipe.fileno(), _PIECE)
        if not piece:
            raise EOFError
        self._kept += piece


def _send(pipe: IO[bytes], content: bytes, until: float) -> None:
    rest = memoryview(content)
    while rest:
        _wait(pipe, select.POLLOUT, until)
        with suppress(BlockingIOError):
            rest = rest[os.write(pipe.fileno(), rest[:_PIECE]) :]


def _wait(pipe: IO[bytes], event: int, until: float) -> None:
    ready = select.poll()
    ready.register(pipe, event)
    left = until - time.monotonic()
    if left <= 0 or not ready.poll(left * 1000):
        raise TimeoutError


def _start() -> subprocess.Popen[bytes]:
    # Nothing of the caller's terminal is shared.
    process = subprocess.Popen(
        [sys.executable, "-c", _program()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True, env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
    )  # fmt: skip
    assert process.stdin is not None
    os.set_blocking(process.stdin.fileno(), False)
    return process


def _program() -> str:
    """What the process runs: this copy of the package, also where another `tui` stands first on the path."""
    name, own = __name__.partition(".")[0], str(Path(__file__).parents[2] / "__init__.py")
    return "; ".join(
        (
            "import sys",
            f"sys.path[:] = {sys.path!r}",
            "from importlib.util import module_from_spec, spec_from_file_location",
            f"spec = spec_from_file_location({name!r}, {own!r})",
            f"sys.modules[{name!r}] = module_from_spec(spec)",
            f"spec.loader.exec_module(sys.modules[{name!r}])",
            f"from {__name__} import serve",
            "serve()",
        )
    )


def serve() -> None:
    """Read documents from standard input until it ends: the process's own part."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr  # what a library prints must not come between two answers
    while line := source.readline():
        order = msgspec.json.decode(line, type=Order)
        signal.alarm(LAST_LIMIT)  # kills this process: the one that would stop it may have been killed itself
        text, slug, detail = b"", "", ""
        try:
            text = read(order.kind, source.read(order.size), order.selector).encode()  # type: ignore[arg-type]
        except IndexingError as failure:
            slug, detail = failure.slug, failure.detail
        except MemoryError:
            slug, detail = "markdown_too_large", "it needs too much memory"
        except Exception as error:
            slug, detail = "unknown_error", f"{type(error).__name__}: {error}"
        answer = Answer(slug, detail.encode("utf-8", "replace").decode()[:500], len(text))
        target.write(msgspec.json.encode(answer) + b"\n" + text)
        target.flush()
        signal.alarm(0)
