"""What holds for every test: one time zone and locale, no settings of the machine, no real token."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no failure; in CI the same examples are tried each time, so that a red run means a change.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("steady")

os.environ["TZ"] = "UTC"
time.tzset()

# A shell starts what it runs in the background deaf to ctrl+c, and children inherit that: their tests need it.
for number in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each program that a test starts would compile all of ours again
sys.dont_write_bytecode = False

os.environ["LANG"] = "C.UTF-8"  # of the programs that tests start: in a C locale the console draws with ASCII
for other in ("LC_ALL", "LC_CTYPE"):
    os.environ.pop(other, None)


YOUNG = 100_000
"""New objects after which garbage is looked for: after 700, as usual, that takes a quarter of all processor time."""
gc.set_threshold(YOUNG)

MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Bytes that must be free in memory: a world of the emulator takes 14 MB."""


def pytest_configure(config: pytest.Config) -> None:
    """Have the emulator's worlds in memory where there is room: a disk may take half a second for the files of one."""
    if hasattr(config, "workerinput") or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())  # what tests leave is looked at, on disk
    os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix="aisearch-tests-", dir=MEMORY)
    config.add_cleanup(lambda: shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True))


@pytest.hookimpl(optionalhook=True)  # of xdist, which may be left out
def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are cores: half of the time a test waits for a terminal, a server or a keyring."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what walks through everything, unless its file is named or `-m` says what is wanted."""
    named = any(Path(argument.partition("::")[0]).is_file() for argument in config.args)
    if not named and not config.getoption("markexpr"):
        walks = [one for one in items if one.get_closest_marker("exhaustive")]
        items[:] = [one for one in items if not one.get_closest_marker("exhaustive")]
        config.hook.pytest_deselected(items=walks)


def pytest_collection_finish() -> None:
    """What is loaded and collected stays: it need not be looked through for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each test to live in. Numbered by us: pytest looks through all that it numbered before."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in count())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path]) -> None:
    """No test sees the operator's own configuration, state or token."""
    home = next(homes)
    home.mkdir()
    for name in ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("AISEARCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
