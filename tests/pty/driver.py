"""A pseudo terminal that runs a program, shows its screen, presses its keys and measures it (Linux).

    with Pty([sys.executable, "-m", "tui", "--demo"], 80, 24) as terminal:
        terminal.wait(r"Instances")            # a regex on the rendered screen; TimeoutError shows the screen
        print(terminal.latency("<down>"))      # ms from the key to the first changed cell, bytes
        terminal.mark(); terminal.idle(10)
        print(terminal.since())                # bytes and CPU seconds of that stretch

pyte renders the screen and answers the terminal's queries. With `sync` the pty also says that it knows synchronised
updates, as modern terminals do: each update is then framed, 16 bytes more. A time is taken when bytes arrive, before
they are rendered.
"""

from __future__ import annotations

import codecs
import copy
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pyte

KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pgup": "\x1b[5~",
    "pgdn": "\x1b[6~",
    "ins": "\x1b[2~",
    "del": "\x1b[3~",
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "s-tab": "\x1b[Z",
    "bs": "\x7f",
    "space": " ",
    "lt": "<",
    **{f"f{n}": f"\x1bO{letter}" for n, letter in enumerate("PQRS", 1)},
    **{f"f{n}": f"\x1b[{code}~" for n, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)},
}
# What pyte would misread: kitty keyboard, mode queries, private SGR, and DCS, PM and APC strings.
_DROPPED = re.compile(r"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*(?:\$p|[mu])|\x1b[P_^][^\x1b]*\x1b\\")
_CUT = re.compile(r"\x1b(?:\[[<>=?]?[0-9;]*\$?|[P_^][^\x1b]*\x1b?)?$")  # an escape cut by the end of a read
ALTERNATE = 1049
_TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 60.0
"""Seconds until what never comes fails a test: more than a busy machine needs, and nothing when all is well."""
LEAVES = 10.0
"""Seconds until a console that must leave by itself has not: 3 are promised, a machine busy with a suite gets more."""


class PagedLog(NamedTuple):
    """What happened since `mark`: seconds, bytes and reads from the program, its CPU seconds with its children."""

    seconds: float
    bytes: int
    chunks: int
    cpu: float


class Latency(NamedTuple):
    """A key's effect: ms to the first changed cell (None: none changed), ms to the last byte, and all bytes."""

    ms: float | None
    last_ms: float
    bytes: int


class Latencies(NamedTuple):
    """Several `Latency`: milliseconds to the first changed cell, and how many keys changed nothing."""

    median: float | None
    p95: float | None
    worst: float | None
    unchanged: int
    bytes_median: float


def keys(spec: str) -> str:
    """`jj<down><C-c><enter>` as the characters that a terminal sends."""

    def one(match: re.Match[str]) -> str:
        name = match[1].lower()
        if len(name) == 3 and name.startswith("c-"):
            return chr(ord(name[2]) & 0x1F)
        if len(name) == 3 and name.startswith("m-"):
            return "\x1b" + match[1][2]
        return KEYS.get(name, match[0])

    return re.sub(r"<([^<>]+)>", one, spec)


def stat_of(pid: int) -> tuple[str, int, int] | None:
    """State letter, parent and CPU ticks of a process; None when it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], int(fields[1]), int(fields[11]) + int(fields[12])


class _Screen(pyte.Screen):
    """A screen that answers queries and has an alternate one, as a terminal does."""

    def __init__(self, columns: int, rows: int, answer: Callable[[bytes], None]) -> None:
        self._answer = answer
        self._normal: Any = None
        super().__init__(columns, rows)

    def write_process_input(self, data: str) -> None:
        self._answer(data.encode())

    def set_mode(self, *modes: int, **options: bool) -> None:
        """As pyte does, and the alternate screen, which it lacks."""
        super().set_mode(*modes, **options)
        if ALTERNATE in modes and options.get("private") and not self._normal:
            self._normal = copy.deepcopy((self.buffer, self.cursor))
            self.erase_in_display(2)

    def reset_mode(self, *modes: int, **options: bool) -> None:
        """As pyte does, and back to the normal screen as it was."""
        super().reset_mode(*modes, **options)
        if ALTERNATE in modes and options.get("private") and self._normal:
            (self.buffer, self.cursor), self._normal = self._normal, None
            self.dirty.update(range(self.lines))


class Pty:
    """A program as the leader of a new session on a pty of its own. Always `close` it, or use `with`."""

    def __init__(
        self,
        argv: Sequence[str],
        columns: int = 80,
        rows: int = 24,
        *,
        environ: Mapping[str, str | None] | None = None,
        term: str = "xterm-256color",
        cwd: Path | str = ".",
        sync: bool = False,
    ) -> None:
        """`environ` adds to this process's environment, or takes away where the value is None."""
        self.screen = _Screen(columns, rows, self._write)
        self.stream = pyte.Stream(self.screen)
        self.sync = sync
        self.output = bytearray()
        """Every byte that the program wrote."""
        self.chunks = 0
        self.eof = False
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.started = self.last_read = time.perf_counter()
        changed = {"LINES": None, "COLUMNS": None, "TERM": term, **(environ or {})}
        merged = {**os.environ, **changed}
        self._fork(argv, {name: value for name, value in merged.items() if value is not None}, str(cwd))
        self.status: int | None = None
        self._reaped = False
        self.mark()

    def _fork(self, argv: Sequence[str], environ: dict[str, str], cwd: str) -> None:
        size = struct.pack("HHHH", self.screen.lines, self.screen.columns, 0, 0)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, size)
                os.chdir(cwd)
                os.execvpe(argv[0], list(argv), environ)
            finally:
                os._exit(127)

    # What goes in and what comes out

    def _write(self, data: bytes) -> None:
        while data and not self.eof:
            try:
                data = data[os.write(self.fd, data) :]
            except OSError:
                self.eof = True

    def send(self, spec: str) -> None:
        """Press keys, written as in `keys`."""
        self._write(keys(spec).encode())

    def pump(self, timeout: float = 0.0) -> int:
        """Read and render what is there, waiting up to `timeout` s for it; bytes read."""
        if self.eof or not select.select([self.fd], [], [], max(0.0, timeout))[0]:
            return 0
        return self.receive()

    def receive(self, most: int = 65536) -> int:
        """Read and render what is there, waiting for it; bytes read."""
        try:
            data = os.read(self.fd, most)
        except OSError:  # EIO: the last process closed the terminal
            data = b""
        if not data:
            self.eof = True
            return 0
        self.last_read = time.perf_counter()
        self.output += data
        self.chunks += 1
        self._render(data)
        return len(data)

    def _render(self, data: bytes) -> None:
        text = self._rest + self._decoder.decode(data)
        cut = _CUT.search(text)
        text, self._rest = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
        if self.sync and "\x1b[?2026$p" in text:
            self._write(b"\x1b[?2026;2$y")
        self.stream.feed(_DROPPED.sub("", text))

    def idle(self, seconds: float) -> None:
        """Pump for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0 and not self.eof:
            self.pump(left)

    def settle(self, quiet: float = 0.2, timeout: float = 10) -> bool:
        """Pump until nothing came for `quiet` s; False when that took over `timeout` s."""
        end = time.perf_counter() + timeout
        while time.perf_counter() < end:
            if not self.pump(quiet):
                return True
        return False

    def wait(self, regex: str, timeout: float = PATIENCE) -> float:
        """Pump until `regex` is on the screen; ms from the program's start to the bytes that showed it."""
        pattern, end = re.compile(regex, re.M), time.perf_counter() + timeout
        while not pattern.search(self.text()):
            if time.perf_counter() > end or self.eof:
                raise TimeoutError(f"{regex!r} not seen (end of output: {self.eof})\n{self.text()}")
            self.pump(0.1)
        return (self.last_read - self.started) * 1e3

    def text(self) -> str:
        """The screen as text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    # What happens to a terminal

    def resize(self, columns: int, rows: int) -> None:
        """Another window size."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hangup(self) -> None:
        """Close the terminal's side, as a dropped connection does."""
        if self.fd >= 0:
            os.close(self.fd)
        self.fd, self.eof = -1, True

    def is_cooked(self) -> bool:
        """Whether the terminal echoes and edits lines, as a shell expects it."""
        flags: int = termios.tcgetattr(self.fd)[3]
        return bool(flags & termios.ECHO and flags & termios.ICANON)

    # What is measured

    def mark(self) -> None:
        """Begin the stretch that `since` reports."""
        self._mark = (time.perf_counter(), len(self.output), self.chunks, self.cpu())

    def since(self) -> PagedLog:
        """The stretch since `mark`, or since the start."""
        then, nbytes, chunks, cpu = self._mark
        return PagedLog(time.perf_counter() - then, len(self.output) - nbytes, self.chunks - chunks, self.cpu() - cpu)

    def latency(self, spec: str, timeout: float = 5, quiet: float = 0.15) -> Latency:
        """Press keys and watch until nothing came for `quiet` s."""
        self.settle(0.05, 2)
        before = self._cells(range(self.screen.lines))
        self.screen.dirty.clear()
        sent_at, start, first = len(self.output), time.perf_counter(), None
        self.send(spec)
        while not self.eof:
            left = start + timeout - time.perf_counter()
            got = self.pump(left if first is None else quiet)
            if got and first is None:
                if any(before.get(row) != cells for row, cells in self._cells(self.screen.dirty).items()):
                    first = (self.last_read - start) * 1e3
                self.screen.dirty.clear()
            elif not got and (first is not None or left <= 0):
                break
        return Latency(first, max(self.last_read - start, 0) * 1e3, len(self.output) - sent_at)

    def latencies(self, spec: str, count: int) -> Latencies:
        """`latency` so many times."""
        got = [self.latency(spec) for _ in range(count)]
        ms = sorted(one.ms for one in got if one.ms is not None)
        nbytes = statistics.median(one.bytes for one in got)
        if not ms:
            return Latencies(None, None, None, count, nbytes)
        return Latencies(ms[len(ms) // 2], ms[int((len(ms) - 1) * 0.95)], ms[-1], count - len(ms), nbytes)

    def _cells(self, rows: Iterable[int]) -> dict[int, list[pyte.screens.Char]]:
        columns = range(self.screen.columns)
        return {row: [self.screen.buffer[row][x] for x in columns] for row in rows if row < self.screen.lines}

    def tree(self) -> list[int]:
        """The program's pid and those of all its descendants."""
        found = {int(entry.name): stat_of(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
        pids = [self.pid]
        for pid in pids:  # grows while it is walked
            pids += [child for child, stat in found.items() if stat and stat[1] == pid]
        return pids

    def cpu(self) -> float:
        """CPU seconds of the whole tree."""
        return sum(stat[2] for pid in self.tree() if (stat := stat_of(pid))) / _TICKS

    def memory(self) -> tuple[float, float]:
        """MiB of the whole tree: resident now, and the sum of the peaks."""
        total = {"VmRSS": 0, "VmHWM": 0}
        for pid in self.tree():
            with suppress(OSError):
                status = Path(f"/proc/{pid}/status").read_text()
                for name, value in re.findall(r"^(VmRSS|VmHWM):\s+(\d+)", status, re.M):
                    total[name] += int(value)
        return total["VmRSS"] / 1024, total["VmHWM"] / 1024

    # How it ends

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program itself."""
        os.kill(self.pid, number)

    def alive(self) -> bool:
        """Whether the program runs still. `status` has its exit status once it does not."""
        if not self._reaped:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._reaped = pid != 0
            self.status = os.waitstatus_to_exitcode(status) if self._reaped else None
        return not self._reaped

    def gone(self, within: float = PATIENCE, *, pump: bool = True) -> bool:
        """Whether the program ends within so many seconds. Without `pump` nobody reads what it writes."""
        end = time.perf_counter() + within
        while self.alive():
            if time.perf_counter() > end:
                return False
            if not (pump and self.pump(0.01)):
                time.sleep(0.01)
        while pump and self.pump():
            pass  # what it wrote last
        return True

    def close(self, grace: float = 2.0) -> None:
        """End the program, and only it: SIGTERM, then SIGKILL."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.alive():
                os.kill(self.pid, number)
                self.gone(grace)
        self.hangup()

    def __enter__(self) -> Pty:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
