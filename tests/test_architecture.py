"""The house stays the house: who may import whom, how large things may grow, and that the public is documented."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tui"
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

FILE_LINES, FUNCTION_LINES, SMALL, SMALL_MODULES = 450, 45, 25, 6

ROOMS = {
    "errors": set(),
    "text": set(),
    "text_filter": {"errors", "text"},
    "secret": set(),
    "base_url": {"errors"},
    "waiting": set(),
    "explain": {"errors", "text"},
    "models": {"errors", "text"},
    "contract": {"models", "errors"},
    "system": {"contract", "errors", "secret", "text"},
    "config": {"base_url", "errors", "text"},
    "credentials": {"config", "errors", "secret", "system", "text"},
    "state": {"contract", "models", "errors", "system", "text", "text_filter"},
    "actions": {"state", "models", "errors", "text"},
    "logtail": {"explain", "models", "errors", "text"},
    "service": {"contract", "explain", "logtail", "models", "secret", "state", "errors", "system", "text", "waiting"},
    "polling": {"contract", "explain", "logtail", "models", "service", "state", "errors", "text", "waiting"},
    "session": {"actions", "config", "credentials", "polling", "service", "secret", "state", "waiting"},
    "api": {"base_url", "contract", "models", "errors", "explain", "secret", "system", "text"},
    "emulator": set(),
    "ui": {
        "actions",
        "config",
        "contract",
        "errors",
        "explain",
        "logtail",
        "models",
        "polling",
        "secret",
        "service",
        "session",
        "state",
        "system",
        "text",
        "text_filter",
        "waiting",
    },
    "wiring": {
        "actions",
        "api",
        "config",
        "contract",
        "credentials",
        "emulator",
        "errors",
        "models",
        "polling",
        "secret",
        "service",
        "session",
        "state",
        "system",
        "ui",
    },
    "commands": {
        "api",
        "config",
        "contract",
        "credentials",
        "emulator",
        "errors",
        "explain",
        "logtail",
        "models",
        "polling",
        "secret",
        "service",
        "session",
        "state",
        "system",
        "text",
        "ui",
        "waiting",
        "wiring",
    },
    "cli": {"wiring", "commands", "emulator", "errors", "config", "credentials", "system"},
    "__main__": {"cli"},
    "__init__": set(),
}
"""Room -> the other rooms of the package that it may import. Nothing below may look up."""

LIBRARIES = {
    "httpx": {"api", "wiring"},
    "textual": {"ui"},
    "rich": {"ui"},
    "keyring": {"credentials"},
    "starlette": {"emulator"},
    "uvicorn": {"emulator"},
    "sqlite3": {"emulator"},
}
"""Library -> the only rooms that may import it."""


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names of all that is imported, type-only and late imports included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of_import(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] != "tui":
        return None
    if len(parts) == 1 or parts[1].startswith("__version"):
        return "__init__"
    return parts[1]


def case(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=case)
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    mine = room(path)
    allowed = ROOMS[mine] | {mine, "__init__"}
    used = {found for name in imports(TREES[path]) if (found := room_of_import(name))}
    assert used <= allowed, f"{mine} may not import {sorted(used - allowed)}"


@pytest.mark.parametrize("path", FILES, ids=case)
def test_a_library_stays_in_its_room(path: Path) -> None:
    tops = {name.split(".")[0] for name in imports(TREES[path])}
    strays = {top for top in tops & LIBRARIES.keys() if room(path) not in LIBRARIES[top]}
    assert not strays, f"{strays} only belong in {[LIBRARIES[top] for top in strays]}"


def test_rooms_have_no_cycle() -> None:
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, f"cycle: {' -> '.join((*above, name))}"
        if name not in done:
            for other in ROOMS[name]:
                visit(other, (*above, name))
            done.add(name)

    for name in ROOMS:
        visit(name, ())


def test_every_room_is_known() -> None:
    assert {room(path) for path in FILES} <= ROOMS.keys()


def test_modules_have_no_import_cycle() -> None:
    """At import time, that is: late imports inside functions and type-only imports count too, by DESIGN."""
    graph: dict[str, set[str]] = {}
    names = {_dotted(path) for path in FILES}
    for path, tree in TREES.items():
        used = set()
        for name in imports(tree):
            target = name if name in names else name.rpartition(".")[0]
            if target in names and target != _dotted(path):
                used.add(target)
        graph[_dotted(path)] = used
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if state.get(name) == 2:
            return
        assert state.get(name) != 1, f"cycle: {' -> '.join((*trail[trail.index(name) :], name))}"
        state[name] = 1
        for other in sorted(graph[name]):
            visit(other, (*trail, name))
        state[name] = 2

    sys.setrecursionlimit(5000)
    for name in sorted(graph):
        visit(name, ())


def _dotted(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", FILES, ids=case)
def test_sizes(path: Path) -> None:
    """Of classes: see test_house.py, which counts their bases too."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES, "the room is full: redesign it"
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= FUNCTION_LINES, f"{node.name}() has {lines} lines"


NO_DOCSTRING = re.compile(r"^(_|on_|watch_|validate_|compute_|compose$|render|action_)")
"""Names that Textual calls: what they do is said by their name and by Textual's documentation."""


@pytest.mark.parametrize("path", FILES, ids=case)
def test_the_public_is_documented(path: Path) -> None:
    tree = TREES[path]
    assert ast.get_docstring(tree), "a module says what it owns"
    for owner in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))):
        if isinstance(owner, ast.ClassDef) and owner.name.startswith("_"):
            continue
        for node in owner.body:
            kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
            if isinstance(node, kinds) and not NO_DOCSTRING.match(node.name):
                assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_no_module_is_a_drawer() -> None:
    names = {path.stem for path in FILES}
    assert not names & {"utils", "util", "helpers", "helper", "managers", "manager", "misc", "common"}


_NAMED = re.compile(r"\b([Pp]ress|with) [A-Z?@&=!](?![\w-])|(?:^| )\([A-Za-z@?]\)|^[A-Z] \w+s\b|\. [A-Z] \w+s\b")


@pytest.mark.parametrize("path", [path for path in FILES if room(path) not in ("ui", "emulator")], ids=case)
def test_nothing_below_the_screen_names_a_key(path: Path) -> None:
    """The keymap is known to the screen alone: a hint of an error says what to do, not which key does it."""
    texts = (node.value for node in ast.walk(TREES[path]) if isinstance(node, ast.Constant))
    named = [text for text in texts if isinstance(text, str) and "\n" not in text and _NAMED.search(text)]
    assert not named, named


LOADED_AT_ONCE = {
    *("Dialog", "Confirm", "Pick", "TextDialog"),
    *("TokenScreen", "BatchWindow"),
}
_LOADED = """
import tui.ui.app
from textual.screen import ModalScreen
def below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from below(one)
print(*(one.__name__ for one in below(ModalScreen) if one.__module__.startswith("tui.")))
"""


def test_a_dialog_is_loaded_when_it_is_opened() -> None:
    """Each costs the start of every session; who opens one imports it there. These few are what the others are of."""
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(done.stdout.split()) == LOADED_AT_ONCE


_WRITES = re.compile(
    r"O_CREAT|NamedTemporaryFile|mkstemp|\.write_text\(|\.write_bytes\(|chmod\(|\.mkdir\(|\.touch\(mode"
)


@pytest.mark.parametrize("path", [path for path in FILES if room(path) != "emulator"], ids=case)
def test_private_files_are_written_in_one_way(path: Path) -> None:
    """Mode, links, umask, half-written files: decided once, in system/private_files.py."""
    if path.name != "private_files.py":
        assert not _WRITES.findall(path.read_text(encoding="utf-8"))
