"""The first contents of a world: nothing but a service token, or the demo described in demo/world.json."""

from __future__ import annotations

import os
import shutil
import zlib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from tui.emulator.config import DEFAULT_ACCOUNT
from tui.emulator.prepared import DEMO
from tui.emulator.times import DAY
from tui.emulator.world import World


class SeedAccount(msgspec.Struct):
    """The account of the demo."""

    id: str = DEFAULT_ACCOUNT
    name: str = "Emulator"


class SeedNamespace(msgspec.Struct):
    """One namespace of the demo."""

    name: str
    description: str | None = None
    created_days_ago: float = 90.0


class SeedToken(msgspec.Struct):
    """One service token of the demo."""

    id: str
    name: str
    cf_api_id: str


class SeedFile(msgspec.Struct):
    """A file too large for the package; `size` in bytes."""

    path: str
    size: Annotated[int, msgspec.Meta(ge=1, le=64 * 1024 * 1024)]


class SeedRun(msgspec.Struct):
    """One earlier sync job."""

    minutes_ago: float
    source: Literal["user", "schedule"] = "schedule"
    duration_s: float = 30.0
    description: str | None = None
    end_reason: str | None = None


class SeedInstance(msgspec.Struct):
    """One instance of the demo; `config` may hold every field of an instance.

    `copies` is a folder of documents that its owners have uploaded as well, under the same keys as they have there.
    """

    id: str
    namespace: str = "default"
    type: Literal["r2", "web-crawler"] | None = None
    source: str | None = None
    source_params: dict[str, Any] | None = None
    created_days_ago: float = 30.0
    config: dict[str, Any] = {}
    state: Literal[
        "synced", "synced_with_errors", "running", "never", "paused", "paused_error", "empty", "stalled", "queued"
    ] = "synced"
    pause_reason: str | None = None
    last_sync_minutes_ago: float | None = 60.0
    history: list[SeedRun] = []
    copies: str = ""

    @property
    def ago(self) -> float:
        """The minutes since the last sync; an hour when the description has none."""
        return 60.0 if self.last_sync_minutes_ago is None else self.last_sync_minutes_ago


class Seed(msgspec.Struct):
    """The whole description."""

    account: SeedAccount = msgspec.field(default_factory=SeedAccount)
    namespaces: list[SeedNamespace] = []
    tokens: list[SeedToken] = []
    generated: list[SeedFile] = []
    instances: list[SeedInstance] = []


def describe(world: World, demo: Path = DEMO) -> Seed:
    """Return what a new world is to hold; the demo's documents are copied into the data folder."""
    if world.config.seed != "demo" or not (demo / "world.json").is_file():
        return Seed()
    description = msgspec.json.decode((demo / "world.json").read_bytes(), type=Seed)
    _copy(demo, world.data, description.generated, world.config.clock())
    return description


def _copy(demo: Path, data: Path, generated: list[SeedFile], now: float) -> None:
    """Copy the documents; what a folder of the operator already holds is left alone."""
    for part in ("buckets", "sites", "uploads"):
        if (demo / part).is_dir() and not (data / part).exists():
            # Under another name until it is complete: a start that is killed here is made good by the next one.
            new = data / f".{part}.new"
            shutil.rmtree(new, ignore_errors=True)
            shutil.copytree(demo / part, new, copy_function=shutil.copyfile)
            _age(new, now)
            new.rename(data / part)
    for file in generated:
        path = data / file.path
        if path.resolve().is_relative_to(data.resolve()) and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f".{path.name}.new")
            with new.open("wb") as begun:  # the rest of it takes no room on the disk, and is never read
                begun.write(b"This line is here once more, so that the document is too large to be indexed.\n" * 100)
                begun.truncate(file.size)
            new.rename(path)


def _age(folder: Path, now: float) -> None:
    """Give each document an age of 2 to 400 days that depends on its path alone, so that a screen can be repeated."""
    for path in folder.rglob("*"):
        if path.is_file():
            days = 2 + zlib.crc32(path.relative_to(folder).as_posix().encode()) % 399
            os.utime(path, (now - days * DAY, now - days * DAY))
