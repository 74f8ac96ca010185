"""Lines of a log as a command prints them: plain, with their time or instance where asked for, or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tui.commands.output import Cell, Output
from tui.logtail import LogLine
from tui.logtail.severity import Severity
from tui.models import InstanceKey, Job

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: ""}


class LogPrinter:
    """Prints the lines of one instance. `several`: each line says which instance it is of; `times`: and when."""

    def __init__(self, out: Output, key: InstanceKey, *, several: bool, times: bool) -> None:
        self._out = out
        self._key = key
        self._label = f"{key}  " if several and out.terminal else f"{key}\t" if several else ""
        self._times = times

    def lines(self, job: Job, lines: Sequence[LogLine]) -> None:
        """Print these lines, and let the reader have them. Raises BrokenPipeError."""
        if not lines:
            return
        if self._out.as_json:
            for line in lines:
                self._out.object(self._object(job, line))
        else:
            self._out.text("\n".join([self._text(line) for line in lines]))
        self._out.flush()

    def _text(self, line: LogLine) -> str:
        level = LEVELS[line.severity]
        text = self._out.painted(Cell(line.text, level)) if level else line.text
        return f"{self._label}{_stamp(line.time_s)} {text}" if self._times else f"{self._label}{text}"

    def _object(self, job: Job, line: LogLine) -> dict[str, Any]:
        """The API's names of a line, after which instance and job it is of; its time in seconds."""
        return {
            "namespace": self._key.namespace,
            "instance_id": self._key.id,
            "job_id": job.id,
            "id": line.id,
            "created_at": line.time_s,
            "message": line.text,
            "message_type": line.type,
            **({"problem": line.problem} if line.problem else {}),
        }


@lru_cache(maxsize=4)
def _stamp(at: float | None) -> str:
    """A time in UTC, `-` when unknown. Neighbouring lines have the same second as a rule."""
    return "-" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
