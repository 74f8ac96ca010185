"""A run: what every arm found for every query, and where that comes from. Kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tui.errors import UsageError
from tui.service.lab.metrics import Quality, quality
from tui.system.private_files import replace_file
from tui.text import safe

FORMAT = 1


class RunHit(Struct, frozen=True):
    """One chunk that was found; `document` is what it counts as, `characters` the length of its text."""

    document: str
    item: str
    chunk: str = ""
    score: float | None = None
    characters: int = 0


class RunQuery(Struct, frozen=True):
    """A query with the grades that it had when it was run."""

    text: str
    grades: Mapping[str, int]


class RunArm(Struct, frozen=True):
    """An arm: its instance, the options that were sent, and the instance's own settings at that time."""

    name: str
    instance: str
    options: Mapping[str, Any] = {}
    configuration: Mapping[str, Any] = {}


class Answered(Struct, frozen=True):
    """What one arm found for one query, best first. `error` says why there is no answer."""

    query: str
    arm: str
    hits: tuple[RunHit, ...] = ()
    millis: float = 0.0
    searched: str = ""
    error: str = ""


class Run(Struct, frozen=True):
    """Everything of one evaluation. `started` is ISO 8601 in UTC, `seconds` how long it took."""

    format: int
    version: str
    started: str
    seconds: float
    k: int
    set_name: str
    set_digest: str
    queries: tuple[RunQuery, ...]
    arms: tuple[RunArm, ...]
    answers: tuple[Answered, ...]

    def of(self, arm: str) -> dict[str, Answered]:
        """What an arm found, by the text of the query."""
        return {one.query: one for one in self.answers if one.arm == arm}

    def qualities(self, arm: str) -> dict[str, Quality]:
        """The measures of an arm by query, without queries that got no answer."""
        grades = {one.text: one.grades for one in self.queries}
        return {
            query: quality([hit.document for hit in one.hits], grades[query], self.k)
            for query, one in self.of(arm).items()
            if not one.error
        }


def encode(run: Run) -> bytes:
    """The text of a run file."""
    return msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n"


def decode(data: bytes, name: str = "") -> Run:
    """A run from the text of its file. Raises UsageError for what is none."""
    try:
        run = msgspec.json.decode(data, type=Run)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError("Not a run file", f"{safe(name)}: {safe(str(error))}.", "Make one with -o.") from None
    known = {one.text for one in run.queries}
    if run.format != FORMAT or any(one.query not in known for one in run.answers):
        raise UsageError("Not a run file", f"{safe(name)} is of another version, or changed.", "Make one with -o.")
    return run


def read_run(path: Path) -> Run:
    """The run in a file. Raises UsageError."""
    try:
        return decode(path.read_bytes(), path.name)
    except OSError as error:
        raise UsageError("Cannot read the run", f"{safe(str(path))}: {error.strerror}.") from None


def write_run(path: Path, run: Run) -> None:
    """Write a run, in place of what the file held. Raises UsageError."""
    try:
        replace_file(path, encode(run))
    except OSError as error:
        raise UsageError("Cannot write the run", f"{safe(str(path))}: {error.strerror}.") from None
