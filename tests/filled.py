"""The demo's world for the second test that wants it: copied, for to run its past jobs again takes half a second."""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from tui.emulator.planting import plant
from tui.emulator.world import World

MOST = 4
"""Worlds that are kept, about 14 MB each."""
OF_REQUESTS = {"data", "hosts", "token", "clock", "chaos", "rate_limit", "rate_window"}
"""Settings that no world depends on."""


class Filled(NamedTuple):
    """What a world consisted of when it had just been filled."""

    database: sqlite3.Connection
    folder: Path
    folders: tuple[str, ...]
    """Paths in `folder`, each after the one that it is in."""
    files: frozenset[tuple[str, int, int, int]]
    """Path in `folder`, time of the last change in ns, bytes and mode of each."""


_kept: OrderedDict[tuple[Any, ...], Filled] = OrderedDict()


def fill_as_before(world: World) -> None:
    """Fill a world that was just opened: as `plant` does, or as `plant` did for the same settings and the same time."""
    if world.config.seed != "demo" or world.storage.recall("seeded"):
        plant(world)
        return
    settings = (one.name for one in fields(world.config) if one.name not in OF_REQUESTS)
    key = (world.config.clock(), *(getattr(world.config, name) for name in settings))
    found = _kept.get(key)
    if found and found.files == _files(found.folder):
        found.database.backup(world.storage._db)
        for name in found.folders:
            (world.data / name).mkdir()
        for name, *_ in found.files:
            _link(f"{found.folder}/{name}", f"{world.data}/{name}")
    else:
        plant(world)
        _keep(key, world)


def _keep(key: tuple[Any, ...], world: World) -> None:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    world.storage._db.backup(database)
    folder = Path(tempfile.mkdtemp(prefix="aisearch-filled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(world.data, folder, ignore=_of_the_process, dirs_exist_ok=True)
    folders = tuple(os.path.relpath(one.path, folder) for one in _walk(folder) if one.is_dir())
    _kept[key] = Filled(database, folder, folders, _files(folder))
    if len(_kept) > MOST:
        _, oldest = _kept.popitem(last=False)
        oldest.database.close()
        shutil.rmtree(oldest.folder, ignore_errors=True)


def _files(folder: Path) -> frozenset[tuple[str, int, int, int]]:
    """What a test may have written into: its world has the same files, not copies of them."""
    start = len(str(folder)) + 1
    found = ((one.path[start:], one.stat()) for one in _walk(folder) if one.is_file())
    return frozenset((path, stat.st_mtime_ns, stat.st_size, stat.st_mode) for path, stat in found)


def _walk(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)


def _link(source: str, target: str) -> None:
    """The same file under another name, which takes a fifth of the time of a copy; on another disk, a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _of_the_process(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "lock" or name.startswith("emulator.sqlite3")]
