"""The README is short and true: it leads on to what exists, and two commands set everything up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.documents import DOCS, README, TABLES, everything, fresh, read
from tests.emulated import emulated, environment

TEXT = README.read_text(encoding="utf-8")


def blocks(heading: str) -> list[str]:
    section = TEXT.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


@pytest.mark.parametrize(("name", "mark", "table"), TABLES)
def test_the_tables_are_fresh(name: str, mark: str, table: Callable[[], str]) -> None:
    assert fresh(name, mark, table) == read(name), "run python -m tests.documents"


def test_it_is_read_in_a_few_minutes() -> None:
    assert len(TEXT.splitlines()) <= 170


def test_every_document_is_led_to_and_every_link_leads_somewhere() -> None:
    assert {path.name for path in DOCS.glob("*.md")} == set(re.findall(r"\(docs/([a-z-]+\.md)", TEXT))
    for path in (*README.parent.glob("*.md"), *DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for target, _, anchor in (link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", text)):
            if target.startswith("https:"):
                continue
            leads = (path.parent / target).resolve() if target else path
            assert leads.exists(), f"{path.name}: {target}"
            if anchor:
                headings = re.findall(r"^#+ (.*)$", leads.read_text(encoding="utf-8"), re.M)
                assert anchor in {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings}, anchor


@pytest.mark.parametrize(("heading", "words"), [("Quick start", "--demo"), ("Tests", "pytest")])
def test_one_command_sets_everything_up(heading: str, words: str) -> None:
    found = blocks(heading)
    assert len(found) == 1
    assert found[0].count("\n") == 1
    assert words in found[0]


COMMAND_LINES = [line for block in blocks("Without a screen") for line in block.splitlines()]


@pytest.fixture(scope="module")
def command_line() -> Iterator[dict[str, Any]]:
    """What every line of the section is run with: one emulator, one folder, and the program on the path."""
    with emulated("--speed", "1000") as url, tempfile.TemporaryDirectory() as folder:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        yield {"env": {**os.environ, **environment(url), "PATH": path}, "cwd": folder}


def test_there_is_a_section_of_twenty_lines() -> None:
    assert 15 <= len(COMMAND_LINES) <= 22


@pytest.mark.parametrize("line", COMMAND_LINES, ids=lambda line: line.split("#")[0].strip())
def test_the_lines_without_a_screen_run(line: str, command_line: dict[str, Any]) -> None:
    """In their order, each as a shell runs it: what one writes another reads."""
    if "| jq " in line and not shutil.which("jq"):
        line = line.partition(" | jq")[0]
    done = subprocess.run(["sh", "-ec", line], capture_output=True, text=True, check=False, timeout=120, **command_line)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout or any(
        word in line for word in ("diff", "apply", "pause", "resync", "export", " > ", "--textfile")
    )


def test_the_script_of_the_developer_section_runs(tmp_path: Path) -> None:
    script = re.search(r"```python\n(.*?)```", read("architecture.md"), re.DOTALL)
    assert script
    lines = [line for line in script[1].splitlines() if line and not line.startswith(("import", "from"))]
    assert len(lines) <= 10, "it is said to have ten lines and its imports"
    with emulated() as url:
        done = subprocess.run(
            [sys.executable, "-c", script[1]],
            env={**os.environ, **environment(url)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "default/docs-search 33" in done.stdout


def test_no_registry_is_named() -> None:
    assert not re.search(r"pypi|pythonhosted|npmjs", everything(), re.IGNORECASE)
