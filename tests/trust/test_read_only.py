"""Read-only is kept by the service: there is no way round the one function that every write passes."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import console
from tui.actions import ACTIONS, Place, keys_of
from tui.errors import ReadOnly
from tui.models import InstanceKey
from tui.service import Outcome
from tui.service.writer import Writer

PACKAGE = Path(__file__).parents[2] / "tui"
OUTSIDE = ("api", "contract", "emulator")
WRITER = "write"


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(node: ast.AST) -> set[str]:
    """Names of the methods that are used below a node."""
    return {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}


def writes_of_the_client() -> set[str]:
    """Methods of the client that send anything but a read: they use `_write` of their base, or one that does."""
    methods = [
        function
        for path in (PACKAGE / "api").glob("*.py")
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
    ]
    found, before = {"_write"}, set()
    while found != before:
        before = set(found)
        found |= {function.name for function in methods if calls(function) & before}
    return {name for name in found if not name.startswith("_")}


def test_every_write_of_the_client_passes_the_writer() -> None:
    writes = writes_of_the_client()
    assert {
        "change_instance",
        "create_job",
        "update_instance",
        "delete_instance",
        "upload_item",
        "delete_namespace",
    } <= writes
    seen = set()
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE)
        if place.parts[0] in OUTSIDE:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(nested) for outer in functions(tree) for nested in functions(outer) if nested is not outer}
        for function in functions(tree):
            used = calls(function) & writes
            if not used or id(function) in inner:
                continue
            seen |= used
            assert place.parts[0] == "service", f"{place}: {function.name} writes past the service"
            assert WRITER in calls(function), f"{place}: {function.name} writes past the Writer"
        loose = calls(tree) & writes - set().union(*(calls(function) for function in functions(tree)), set())
        assert not loose, f"{place}: {loose}"
    assert "create_job" in seen


def test_the_writer_asks_before_it_sends() -> None:
    source = inspect.getsource(Writer.write)
    assert source.index("read_only") < source.index("await call()")


async def test_a_write_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        service, key = seen.session.service, InstanceKey("default", "docs-search")
        sent: list[str] = []

        async def send() -> Outcome:
            sent.append("sent")
            return Outcome("sent")

        for attempt in (
            service.sync(key),
            service.pause(key, True),
            service.cancel(key, "x"),
            service._writer.write("anything", "at all", send, send),
        ):
            with pytest.raises(ReadOnly):
                await attempt
        assert not sent
        assert not (tmp_path / "audit.jsonl").exists(), "what was not sent is not recorded as a write"


async def test_no_key_writes_in_read_only_mode(tmp_path: Path) -> None:
    everywhere = [action for action in ACTIONS if action.writes and action.place in (Place.EVERYWHERE, Place.INSTANCES)]
    assert len(everywhere) >= 3
    async with console(tmp_path, read_only=True) as seen:
        assert " RO" in seen.text().splitlines()[0]
        for action in everywhere:
            await seen.press("1", *keys_of(action)[:1], "tab", "enter", "escape", "escape", "escape")
        await seen.pass_time(2)
        methods = {one.method for one in seen.emulator.received}
        assert methods == {"GET"}
