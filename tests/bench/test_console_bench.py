"""The pieces of the benchmark work: the server, the console on it, the table of results. No time is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import console, request_budget
from tests.bench.console_pty import Host, following, hosting, newest, pump_until
from tests.bench.generated import LONG, World
from tests.bench.results import Result, table


def lines(world: World, name: str, page: int, size: int) -> tuple[list[int], int | None]:
    path = f"/client/v4/accounts/a/ai-search/namespaces/default/instances/{name}/jobs/j/logs"
    reply = json.loads(world.answer("GET", path, {"page": str(page), "per_page": str(size)}, b""))
    return [line["id"] for line in reply["result"]], reply["result_info"].get("total_count")


def test_the_generated_logs_have_every_line_once_in_both_orders() -> None:
    world = World(instances=10, live=3, long=1000)
    for name in LONG:
        pages = [lines(world, name, page, 100) for page in range(1, 13)]
        ids = [number for page, _ in pages for number in page]
        whole = list(range(1, 1001 + LONG.index(name)))
        assert ids == (whole if "oldest" in name else whole[::-1])
        assert {total for _, total in pages} == {len(whole) if name.endswith("total") else None}
    assert lines(world, "live", 1, 20) == ([3, 2, 1], 3)
    world.growth.wish(append=2)
    assert lines(world, "live", 1, 2) == ([5, 4], 5)


def test_the_console_follows_the_generated_log() -> None:
    with hosting(instances=3, live=50) as host, following(host, 80, 24, zoomed=True) as terminal:
        assert newest(terminal) == 50
        host.wish(append=5)
        pump_until(terminal, lambda: newest(terminal) == 55, 15)
        assert host.asked("/logs")
        assert isinstance(host, Host)


def test_a_limit_that_is_missed_is_told_and_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Result("kept", 1.5, "ms", 2), Result("missed", 3, "ms", 2), Result("told", 1234, "B", None)]
    monkeypatch.setattr(console, "groups", lambda wrangler: {"some": lambda quick: iter(rows), "broken": _broken})
    assert console.run(["--json", str(tmp_path / "out.json")]) == 1
    assert capsys.readouterr().out.count("NO") == 2
    written = json.loads((tmp_path / "out.json").read_text())["results"]
    assert [(one["what"], one["ratio"], one["ok"]) for one in written] == [
        ("kept", 0.75, True),
        ("missed", 1.5, False),
        ("told", None, True),
        ("broken", 1.0, False),
    ]
    assert console.run(["--only", "some"]) == 1
    assert "broken" not in capsys.readouterr().out


def _broken(quick: bool):
    raise TimeoutError("no such screen")


def test_requests_are_counted_on_virtual_time() -> None:
    focused, unfocused = request_budget.measure(True)
    assert focused.value > unfocused.value > 0
    assert "yes" in table([focused])
