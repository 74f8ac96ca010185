"""Every outcome of the service says by its field, and not in words only, whether the write took effect."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui.service

NOT_DONE = re.compile(
    r"try again|Send it again|Create it again|was not |is not there|still (there|in)|^No new|outcome unknown"
)


def outcomes() -> Iterator[tuple[str, ast.Call]]:
    folder = Path(tui.service.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Outcome":
                yield f"{path.relative_to(folder)}:{node.lineno}", node


def words_of(call: ast.Call) -> str:
    found = (one.value for one in ast.walk(call) if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return " ".join(found)


@pytest.mark.parametrize(("where", "call"), outcomes(), ids=lambda one: one if isinstance(one, str) else "")
def test_what_was_not_done_is_said_by_the_field(where: str, call: ast.Call) -> None:
    says = any(one.arg == "done" for one in call.keywords)
    assert says or not NOT_DONE.search(words_of(call)), f"{where}: {words_of(call)}"
