"""Every setting by a variable, the file by a flag or a variable, and suggestions for names that are nearly right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tui.actions import check_keymap
from tui.config import ENVIRONMENT, FIELDS, load_settings
from tui.errors import UsageError
from tui.session.profiles import ConfiguredProfiles

ACCOUNT = "0123456789abcdef0123456789abcdef"
VALUES: dict[str, tuple[str, Any]] = {
    "account": (ACCOUNT.upper(), ACCOUNT),
    "namespace": ("support", "support"),
    "base_url": ("https://a.example/client/v4/", "https://a.example/client/v4"),
    "read_only": ("yes", True),
    "colour": ("red", "red"),
    "refresh": ("30", 30.0),
    "columns": ("name, age", ("name", "age")),
    "keymap": ('"instance.sync" = "f5, S"', {"instance.sync": "f5,S"}),
    "token_command": ("pass show 'cf token'", ("pass", "show", "cf token")),
    "cache": ("off", False),
    "notify": ("no", False),
    "theme": ("aisearch-light", "aisearch-light"),
    "ascii": ("1", True),
    "no_color": ("True", True),
    "audit_required": ("on", True),
}
WRONG = {
    "account": "short",
    "namespace": "a/b",
    "base_url": "http://a.example",
    "read_only": "perhaps",
    "colour": "mauve",
    "refresh": "often",
    "columns": "age,state",
    "keymap": "instance.sync",
    "token_command": "pass 'show",
    "cache": "2",
    "notify": "never",
    "theme": "light",
    "ascii": "y e s",
    "no_color": "-",
    "audit_required": "always",
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def write(environ: dict[str, str], text: str) -> Path:
    file = Path(environ["XDG_CONFIG_HOME"]) / "aisearch" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_has_a_variable(name: str, environ: dict[str, str]) -> None:
    text, value = VALUES[name]
    variable = f"AISEARCH_{name.upper()}"
    assert ENVIRONMENT[name][0] == variable, "ours goes before those that others set"
    got = load_settings({}, {**environ, variable: text})
    assert getattr(got, name) == value
    assert got.origins[name] == f"environment {variable}"
    assert getattr(load_settings({}, {**environ, variable: ""}), name) == getattr(load_settings({}, environ), name)


@pytest.mark.parametrize("name", FIELDS)
def test_a_wrong_variable_is_named_and_never_quoted(name: str, environ: dict[str, str]) -> None:
    with pytest.raises(UsageError) as refused:
        load_settings({}, {**environ, f"AISEARCH_{name.upper()}": WRONG[name]})
    assert f"AISEARCH_{name.upper()}" in refused.value.detail
    assert f" {WRONG[name]}." not in refused.value.detail


def test_a_flag_goes_before_a_variable_and_a_variable_before_the_file(environ: dict[str, str]) -> None:
    write(environ, 'theme = "aisearch-dark"\nrefresh = 20\n[keymap]\n"app.quit" = "f9"\n"instance.sync" = "f6"\n')
    environ |= {"AISEARCH_THEME": "aisearch-light", "AISEARCH_KEYMAP": '"instance.sync" = "f5"'}
    got = load_settings({"theme": "aisearch-ansi-dark"}, environ)
    assert (got.theme, got.refresh) == ("aisearch-ansi-dark", 20)
    assert load_settings({}, environ).theme == "aisearch-light"
    assert got.keymap == {"app.quit": "f9", "instance.sync": "f5"}, "keys add up"


def test_no_color_has_three_ways(environ: dict[str, str]) -> None:
    assert not load_settings({}, environ).no_color
    assert load_settings({"no_color": True}, environ).no_color
    assert load_settings({}, {**environ, "NO_COLOR": "1", "AISEARCH_NO_COLOR": "0"}).no_color
    write(environ, "no_color = true\n")
    assert load_settings({}, environ).no_color


@pytest.mark.parametrize("way", ["flag", "variable", "both"])
def test_the_file_may_be_another_one(way: str, environ: dict[str, str], tmp_path: Path) -> None:
    write(environ, "refresh = 5\n")
    other = tmp_path / "other.toml"
    other.write_text("refresh = 7\n")
    flags = {} if way == "variable" else {"config": str(other)}
    if way != "flag":
        environ["AISEARCH_CONFIG"] = str(other) if way == "variable" else "/nowhere"
    got = load_settings(flags, environ)
    assert (got.refresh, got.file) == (7, other)


def test_a_file_that_was_asked_for_must_be_there(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load_settings({"config": str(tmp_path / "nope.toml")}, environ)


def test_the_profile_of_a_variable(environ: dict[str, str]) -> None:
    write(environ, "[profiles.prod]\n[profiles.staging]\n")
    assert load_settings({}, {**environ, "AISEARCH_PROFILE": "staging"}).profile == "staging"
    assert load_settings({"profile": "prod"}, {**environ, "AISEARCH_PROFILE": "staging"}).profile == "prod"
    with pytest.raises(UsageError) as refused:
        load_settings({}, {**environ, "AISEARCH_PROFILE": "stagging"})
    assert "environment AISEARCH_PROFILE" in refused.value.detail
    assert refused.value.hint == "Did you mean staging?"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('acount = "x"', "account"),
        ("read-only = true", "read_only"),
        ("[profiles.a]\ncolor = 'red'", "colour"),
        ("[profiles.a]\ntoken_comand = ['x']", "token_command"),
        ("[profile.a]\n", ""),
        ("[keymaps]\n", "keymap"),
        ("zzzz = 1", ""),
    ],
)
def test_a_wrong_field_says_what_was_meant(text: str, meant: str, environ: dict[str, str]) -> None:
    write(environ, text)
    with pytest.raises(UsageError) as refused:
        load_settings({}, environ)
    assert (f"mean {meant}" in refused.value.hint) if meant else "mean" not in refused.value.hint


@pytest.mark.parametrize(("wrong", "meant"), [("instance.snyc", "instance.sync"), ("app.palete", "app.palette")])
def test_a_wrong_action_says_what_was_meant(wrong: str, meant: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_keymap({wrong: "f5"}, lambda action: "line 1")
    assert refused.value.hint.startswith(f"Did you mean {meant}")


def test_a_mistake_in_the_keys_of_a_variable_names_the_variable(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="environment AISEARCH_KEYMAP"):
        ConfiguredProfiles({}, {**environ, "AISEARCH_KEYMAP": '"no.such" = "f5"'})


def test_another_profile_keeps_what_the_environment_says_of_every_account(environ: dict[str, str]) -> None:
    """Read-only above all: a switch of the profile must not let writes in."""
    write(environ, f'[profiles.a]\n[profiles.b]\naccount = "{ACCOUNT}"\n')
    environ |= {"AISEARCH_READ_ONLY": "1", "AISEARCH_ACCOUNT": "f" * 32}
    profiles = ConfiguredProfiles({}, environ)
    assert profiles.settings.account == "f" * 32
    chosen = profiles.choose("b")
    assert chosen.identity.read_only
    assert chosen.identity.account_id == ACCOUNT
