"""The operator's own commands: read, refused with their line, and as actions that know what they need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.build import NOW, instance, job, state
from tui.actions import ACTIONS, Place, custom_action, keys_of, works_at
from tui.config import CustomCommand, Settings, load_settings
from tui.config.commands import PLACES, VALUES
from tui.errors import UsageError
from tui.session.profiles import ConfiguredProfiles
from tui.state.store import State

WHOLE = """
[commands.open]
key = "ctrl+g"
place = "items"
title = "Open it"
run = ["open", "{namespace}/{id}/{item}", "{{literal}}", "{key}"]
output = "terminal"
"""


def settings(folder: Path, text: str) -> Settings:
    file = folder / "aisearch" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    environ = {"XDG_CONFIG_HOME": str(folder)}
    ConfiguredProfiles({}, environ)
    return load_settings({}, environ)


def test_a_whole_command_is_read(tmp_path: Path) -> None:
    (one,) = settings(tmp_path, WHOLE).commands
    assert (one.name, one.keys, one.place, one.title, one.output) == ("open", "ctrl+g", "items", "Open it", "terminal")
    assert one.needs == {"namespace", "id", "item", "key"}
    values = {name: f"<{name}>" for name in VALUES}
    assert one.argv(values) == ["open", "<namespace>/<id>/<item>", "{literal}", "<key>"]
    assert one.where.endswith("config.toml, line 2")


def test_what_is_left_out_has_a_meaning(tmp_path: Path) -> None:
    (one,) = settings(tmp_path, '[commands.go]\nkey = "f6"\nrun = ["true"]\n').commands
    assert (one.place, one.title, one.output, one.needs) == ("instances", "go", "view", frozenset())


@pytest.mark.parametrize("evil", ["; rm -rf /", "$(id)", "`id`", "a b", "'", '"', "{id}", "{{", "\n", "-rf", "*"])
def test_a_value_is_one_argument_whatever_it_holds(evil: str) -> None:
    command = CustomCommand("x", "f6", "items", "x", ("run", "--key={key}", "{key}"))
    assert command.argv({"key": evil}) == ["run", f"--key={evil}", evil]


BASE = '[commands.a]\nkey = "f6"\nrun = ["true"]\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("commands = 1", 1, "[commands.NAME]"),
        ('[commands]\na = "f6"', 2, "[commands.NAME]"),
        ("[commands.'A b']\nkey = 'f6'\nrun = ['x']", 1, "small letters"),
        (BASE + 'kye = "x"', 4, "Did you mean key"),
        ('[commands.a]\nrun = ["true"]', 1, "a key"),
        ('[commands.a]\nkey = " "\nrun = ["true"]', 2, "a key"),
        ('[commands.a]\nkey = "f6"', 1, "without a shell"),
        ('[commands.a]\nkey = "f6"\nrun = "true"', 3, "without a shell"),
        ('[commands.a]\nkey = "f6"\nrun = []', 3, "without a shell"),
        ('[commands.a]\nkey = "f6"\nrun = ["a", 1]', 3, "without a shell"),
        (BASE + 'place = "nowhere"', 4, "one of everywhere"),
        (BASE + 'output = "printer"', 4, "view, terminal"),
        (BASE + f'title = "{"x" * 31}"', 4, "30 letters"),
        (BASE + 'title = "a\\nb"', 4, "30 letters"),
        ('[commands.a]\nkey = "f6"\nrun = ["x", "{jobs}"]', 3, "Did you mean job"),
        ('[commands.a]\nkey = "f6"\nrun = ["awk", "{print}"]', 3, "means itself"),
        ('[commands.a]\nkey = "f6"\nrun = ["x", "{}"]', 3, "{account}"),
        # keys
        ('[commands.a]\nkey = "S"\nrun = ["true"]', 1, "already means 'Sync'"),
        ('[commands.a]\nkey = "f6,q"\nrun = ["true"]', 1, "'q' already means"),
        ('[commands.a]\nkey = "ctrl+c"\nplace = "log"\nrun = ["true"]', 1, "already means"),
        ('[commands.a]\nkey = "f6"\nrun = ["true"]\n[keymap]\n"instance.sync" = "f6"', 1, "'f6' already means"),
        (BASE + '[commands.b]\nkey = "f6"\nplace = "everywhere"\nrun = ["true"]', 4, "already means 'a'"),
        (BASE + '[commands.b]\nkey = "f6"\nrun = ["true"]', 4, "already means 'a'"),
    ],
)
def test_a_mistake_names_its_line_and_what_is_allowed(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        settings(tmp_path, text)
    assert f"config.toml, line {line}" in refused.value.detail
    assert words in f"{refused.value.detail} {refused.value.hint}"


def test_a_key_may_mean_two_things_in_two_places(tmp_path: Path) -> None:
    other = '[commands.b]\nkey = "f6"\nplace = "log"\nrun = ["true"]\n'
    assert len(settings(tmp_path, BASE + other).commands) == 2


def test_a_key_that_was_moved_away_is_free(tmp_path: Path) -> None:
    moved = '[commands.a]\nkey = "S"\nrun = ["true"]\n[keymap]\n"instance.sync" = "f9"\n'
    assert settings(tmp_path, moved).commands[0].keys == "S"


@pytest.mark.parametrize("place", PLACES)
def test_every_key_of_a_place_is_taken_there(place: str, tmp_path: Path) -> None:
    keys = [key for one in ACTIONS if one.place in ("everywhere", place) for key in keys_of(one)]
    assert keys
    for key in keys:
        quoted = key.replace("\\", "\\\\").replace('"', '\\"')
        with pytest.raises(UsageError, match="already means"):
            settings(tmp_path, f'[commands.a]\nkey = "{quoted}"\nplace = "{place}"\nrun = ["true"]\n')


@pytest.mark.parametrize(
    ("needs", "given", "words"),
    [
        ({"account"}, State(), None),
        ({"id"}, State(), "No instance is selected"),
        ({"namespace"}, State(), "No instance is selected"),
        ({"item"}, State(), "No instance is selected"),
        ({"job"}, state(instance("docs")), "No job is selected"),
        ({"id"}, state(instance("docs")), None),
    ],
)
def test_what_is_missing_is_the_reason(needs: set[str], given: Any, words: str | None) -> None:
    action = custom_action("x", "f6", Place.INSTANCES, "x", "true", frozenset(needs))
    why = action.why_not(given, NOW)
    assert (words in why) if words else why == ""
    assert not replace(action, keys="f7").writes


@pytest.mark.parametrize(
    ("place", "focus", "works"),
    [
        (Place.EVERYWHERE, "log", True),
        (Place.EVERYWHERE, "items", True),
        (Place.INSTANCES, "instances", True),
        (Place.INSTANCES, "jobs", False),
        (Place.DETAIL, "items", True),
        (Place.DETAIL, "search", True),
        (Place.ITEMS, "detail", False),
        (Place.LOG, "log", True),
    ],
)
def test_where_a_key_works(place: Place, focus: str, works: bool) -> None:
    action = custom_action("x", "f6", place, "x", "true", frozenset())
    assert works_at(action, focus) is works


def test_a_job_is_known_by_its_selection() -> None:
    with_job = state(instance("docs"))
    assert job is not None
    action = custom_action("x", "f6", Place.JOBS, "x", "true", frozenset({"job"}))
    assert action.why_not(with_job, NOW)
