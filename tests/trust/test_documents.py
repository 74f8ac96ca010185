"""The README and `docs/` leave nothing out: commands, flags, settings, actions, exit codes, badges, errors."""

from __future__ import annotations

import argparse
import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import README, everything, read
from tui.actions import ACTIONS, keys_of
from tui.commands.parser import build
from tui.config import ENVIRONMENT, FIELDS, load_settings
from tui.config.rules import RULES
from tui.credentials.keychain import _KINDS
from tui.explain import codes
from tui.service.lab.query_set import parse_query_set
from tui.state.store import Link

TEXT = everything()
PACKAGE = README.parent / "tui"
NOT_OURS = {"HOME", "PATH", "POSIX", "C", "TEXTUAL_ANIMATIONS"}
"""Capitals in quotes that are no setting of the operator's."""


def parsers(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The command itself and its commands."""
    yield "", parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def flags() -> set[str]:
    every = (action for _, one in parsers(build(emulator=True)) for action in one._actions)
    return {option for action in every for option in action.option_strings if option.startswith("--")}


@pytest.mark.parametrize("flag", sorted(flags()))
def test_every_flag_is_told(flag: str) -> None:
    assert re.search(rf"`[^`\n]*{flag}\b|^aisearch .*{flag}\b", TEXT, re.M), flag


@pytest.mark.parametrize("command", [name for name, _ in parsers(build(emulator=True)) if name])
def test_every_command_is_told(command: str) -> None:
    assert f"`aisearch {command}`" in TEXT


def variables() -> set[str]:
    """Names that the package looks up in the environment, wherever it does."""
    found = {name for names in ENVIRONMENT.values() for name in names} | {"CLOUDFLARE_API_TOKEN"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call | ast.Subscript):
                continue
            of = ast.unparse(node.func if isinstance(node, ast.Call) else node.value)
            given = node.args[:1] if isinstance(node, ast.Call) else [node.slice]
            if "environ" in of and given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
                found.add(given[0].value)
    return found - NOT_OURS


def test_every_variable_is_told() -> None:
    assert len(variables()) > 12
    assert not {name for name in variables() if f"`{name}`" not in TEXT and name.isupper()}


@pytest.mark.parametrize("field", FIELDS)
def test_every_setting_is_told_in_words(field: str) -> None:
    assert RULES[field].sets
    assert f"| `{field}` | {RULES[field].sets} | {RULES[field].allowed} |" in TEXT


def test_every_action_is_told_with_its_keys() -> None:
    for action in ACTIONS:
        row = next(line for line in TEXT.splitlines() if f"| `{action.id}` |" in line)
        told = row.replace("\\|", "|")  # a bar is escaped inside a Markdown table
        assert all(f"`{key}`" in told for key in keys_of(action))


def test_every_error_code_is_told() -> None:
    assert all(f"| {code} | " in TEXT for code in codes())


def test_exit_codes_badges_and_keyring_troubles_are_told() -> None:
    for number, name in enumerate(("done", "failed", "wrong use", "no usable credentials", "API not reachable")):
        assert f"{number} {name}" in TEXT
    for link in (Link.OFFLINE, Link.FAILING, Link.THROTTLED, Link.REFUSED):
        assert f"`{link.value}`" in TEXT
    for _, title, _ in [kind for name, kind in _KINDS.items() if name != "failed"]:
        assert f"`{title}`" in TEXT


def test_the_configurations_shown_are_valid(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    sets = [text for text in blocks if "[[query]]" in text]
    assert sets
    assert all(parse_query_set(text.encode()).arms for text in sets)
    shown = [text for text in blocks if text not in sets]
    assert len(shown) >= 2
    for text in shown:
        assert tomllib.loads(text)
        file = tmp_path / "aisearch" / "config.toml"
        file.parent.mkdir(exist_ok=True)
        for variant in (
            text,
            re.sub(
                r"^# (token_command)", r"\1", re.sub(r"^token_command", "# was", text, flags=re.M), count=1, flags=re.M
            ),
        ):
            file.write_text(variant)
            assert load_settings({}, {"XDG_CONFIG_HOME": str(tmp_path)}).file == file


@pytest.mark.parametrize(
    "heading", ["Quick start", "Your own account", "Over SSH", "Troubleshooting", "Tests", "Where to read on"]
)
def test_a_stranger_finds_the_way(heading: str) -> None:
    assert README.read_text(encoding="utf-8").count(f"\n## {heading}\n") == 1


def test_the_map_of_the_house_names_every_room() -> None:
    drawn = read("architecture.md").split("## Where a change goes", 1)[1].split("\n## ", 1)[0]
    rooms = {path.name for path in PACKAGE.iterdir() if not path.name.startswith("__") and path.name != "py.typed"}
    assert {"api", "ui", "emulator", "commands", "contract.py", "credentials", "service"} <= rooms
    names = {name if name.endswith(".py") else f"{name}/" for name in rooms}
    assert not {name for name in names if not re.search(rf"\b{re.escape(name)}", drawn)}
