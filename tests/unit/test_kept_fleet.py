"""What is known of an account survives the program: whole or not at all, for nobody else, and never with a token."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import msgspec
import pytest
from msgspec.structs import replace

from tests.unit.build import NOW, done, instance, key
from tui.models import Stats
from tui.session.keeper import Keeper
from tui.state import kept_fleet
from tui.state.kept_fleet import KeptFleet
from tui.state.store import Identity, State, Store, read_at

WHO = Identity("prod", "a" * 32, base_url="https://api.example/client/v4")
STATS = Stats(queued=2, completed=9, error=1, file_embed_errors={"x": 1})


def full(count: int = 450, **fields: object) -> State:
    rows = tuple(instance(f"i{number:05}", namespace=f"n{number % 7}", **fields) for number in range(count))
    return State(
        identity=WHO,
        fleet=read_at(rows, NOW - 60),
        stats=MappingProxyType({one.key: read_at(STATS, NOW - 50) for one in rows[::2]}),
        jobs=MappingProxyType({one.key: read_at(tuple(done(str(n)) for n in range(9)), NOW - 40) for one in rows[::3]}),
    )


def write(kept: KeptFleet, state: State) -> bool:
    return kept.write(state, list(kept.pieces(state)))


def test_what_was_written_is_read_with_its_times_and_marked(tmp_path: Path) -> None:
    kept, state = KeptFleet(tmp_path / "fleet", WHO), full()
    assert write(kept, state)
    found = State(**kept.read())
    assert found.fleet.value == state.fleet.value
    assert (found.fleet.at, found.fleet.kept, found.fleet.tried) == (NOW - 60, True, None)
    first, third = key("i00000", "n0"), key("i00003", "n3")
    assert found.stats[first].value == STATS
    assert (found.stats[first].at, found.stats[first].kept, found.stats[first].tried) == (NOW - 50, True, None)
    assert [job.id for job in found.jobs[third].value or ()] == ["0", "1", "2"]
    assert third not in found.stats
    assert kept.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name]


def test_an_account_and_a_host_have_a_file_of_their_own(tmp_path: Path) -> None:
    write(KeptFleet(tmp_path, WHO), full())
    for other in (replace(WHO, account_id="b" * 32), replace(WHO, base_url="https://other.example/client/v4")):
        assert KeptFleet(tmp_path, other).read() == {}
    moved = KeptFleet(tmp_path, replace(WHO, account_id="b" * 32))
    KeptFleet(tmp_path, WHO).path.rename(moved.path)
    assert moved.read() == {}


def test_another_version_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptFleet(tmp_path, WHO)
    write(kept, full(3))
    monkeypatch.setattr(kept_fleet, "VERSION", kept_fleet.VERSION + 1)
    assert kept.read() == {}


@pytest.mark.parametrize("cut", [0.0, 0.001, 0.1, 0.5, 0.99])
def test_a_file_that_was_cut_is_ignored(tmp_path: Path, cut: float) -> None:
    kept = KeptFleet(tmp_path, WHO)
    write(kept, full())
    data = kept.path.read_bytes()
    kept.path.write_bytes(data[: int(len(data) * cut)])
    assert kept.read() == {}


@pytest.mark.parametrize("place", [0, 20, 200, 5000, -1])
@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x0A, 0x41])
def test_a_file_with_a_wrong_byte_is_ignored_or_the_same(tmp_path: Path, place: int, byte: int) -> None:
    kept = KeptFleet(tmp_path, WHO)
    write(kept, full())
    data = bytearray(kept.path.read_bytes())
    same = data[place] == byte
    data[place] = byte
    kept.path.write_bytes(data)
    assert bool(kept.read()) is same


@pytest.mark.parametrize("junk", [b"", b"\n", b"{}\n", b"null\nx", b"\x80" * 100, random.Random(7).randbytes(10_000)])
def test_junk_is_ignored(tmp_path: Path, junk: bytes) -> None:
    kept = KeptFleet(tmp_path, WHO)
    kept.path.write_bytes(junk)
    assert kept.read() == {}


def test_a_folder_or_a_missing_file_is_ignored(tmp_path: Path) -> None:
    kept = KeptFleet(tmp_path, WHO)
    assert kept.read() == {}
    kept.path.mkdir()
    assert kept.read() == {}
    assert not write(kept, full(3))


def test_too_large_is_neither_written_nor_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptFleet(tmp_path, WHO)
    assert write(kept, full(2))
    before = kept.path.read_bytes()
    monkeypatch.setattr(kept_fleet, "LARGEST", len(before) - 1)
    assert kept.read() == {}
    assert not write(kept, full(9))
    assert kept.path.read_bytes() == before


@pytest.mark.parametrize("field", ["id", "source", "status", "embedding_model"])
def test_what_holds_the_token_is_not_written(tmp_path: Path, field: str) -> None:
    """A server may quote a token anywhere; then nothing of it is kept."""
    token = b"canary-0123456789"
    kept = KeptFleet(tmp_path, WHO, lambda data: token in data)
    state = full(3)
    rows = tuple(replace(one, **{field: f"x {token.decode()}"}) for one in state.fleet.value or ())
    assert not write(kept, replace(state, fleet=read_at(rows, NOW)))
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and token in path.read_bytes()]
    assert write(kept, state)


def test_5000_instances_fit(tmp_path: Path) -> None:
    kept = KeptFleet(tmp_path, WHO)
    assert write(kept, full(5000, embedding_model="@cf/baai/bge-m3", created_at="2026-01-01T00:00:00Z"))
    assert kept.path.stat().st_size < kept_fleet.LARGEST / 4


async def test_the_keeper_writes_what_is_new_and_only_that(tmp_path: Path) -> None:
    kept, store = KeptFleet(tmp_path, WHO), Store()
    ticks: asyncio.Queue[None] = asyncio.Queue()

    async def wait(event: asyncio.Event, seconds: float) -> None:
        await ticks.get()

    keeper = Keeper(kept, store, wait)
    keeper.start()
    await keeper.save()
    assert not kept.path.exists()
    state = full(3)
    store.update(fleet=state.fleet, stats=state.stats)
    ticks.put_nowait(None)
    async with asyncio.timeout(10):
        while not kept.path.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    kept.path.unlink()
    await keeper.save()
    assert not kept.path.exists()
    store.update(jobs=state.jobs)
    await keeper.stop()
    assert len(State(**kept.read()).jobs) == 1


async def test_what_was_kept_and_never_read_again_is_not_written_as_new(tmp_path: Path) -> None:
    kept = KeptFleet(tmp_path, WHO)
    write(kept, full(3))
    keeper = Keeper(kept, Store(State(**kept.read())))
    kept.path.unlink()
    await keeper.save()
    assert not kept.path.exists()


def test_kill_in_the_middle_of_writing_leaves_the_file_before(tmp_path: Path) -> None:
    """Written again and again by a process that is killed: what is there is always whole."""
    kept = KeptFleet(tmp_path, WHO)
    write(kept, full(30))
    script = (
        "from pathlib import Path; from tests.unit.test_kept_fleet import *\n"
        f"kept, state = KeptFleet(Path({str(tmp_path)!r}), WHO), full()\n"
        "pieces = list(kept.pieces(state)); print('ready', flush=True)\n"
        "while True: kept.write(state, pieces)\n"
    )
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        assert child.stdout
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert len(State(**kept.read()).fleet.value or ()) in (30, 450)


def test_every_value_of_a_state_survives(tmp_path: Path) -> None:
    one = instance("odd", problem="malformed: status", chunk_size=12.5, paused=True)
    state = State(fleet=read_at((one,), NOW), stats=MappingProxyType({one.key: read_at(Stats(degraded=True), NOW)}))
    kept = KeptFleet(tmp_path, WHO)
    assert write(kept, state)
    found = State(**kept.read())
    assert found.fleet.value == (one,)
    assert found.stats[one.key].value == Stats(degraded=True)
    assert msgspec.msgpack.decode(next(kept.pieces(found))) == msgspec.msgpack.decode(next(kept.pieces(state)))
