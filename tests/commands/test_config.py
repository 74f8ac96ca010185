"""`aisearch config`: as it is called, with its exit codes, and the schema against what the program itself accepts."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from tests.documents import everything
from tui.config import load_settings
from tui.config.schema import schema
from tui.errors import UsageError


def config(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", "config", *arguments]
    environ = {**os.environ, "XDG_CONFIG_HOME": str(folder), "CLOUDFLARE_API_TOKEN": "canary-token", **more}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


def file_in(folder: Path, text: str) -> Path:
    file = folder / "aisearch" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_path_says_where_it_is_or_would_be(tmp_path: Path) -> None:
    assert config(tmp_path, "path").stdout == f"{tmp_path}/aisearch/config.toml\n"
    assert config(tmp_path, "path", "--config", "/a/b.toml").stdout == "/a/b.toml\n"
    assert config(tmp_path, "path", AISEARCH_CONFIG="/c/d.toml").stdout == "/c/d.toml\n"


def test_check_says_what_is_in_force_and_no_value(tmp_path: Path) -> None:
    done = config(tmp_path, "check")
    assert (done.returncode, "is not there: defaults" in done.stdout) == (0, True)
    file = file_in(tmp_path, '[profiles.prod]\ntoken_command = ["pass", "hidden-words"]\n')
    done = config(tmp_path, "check", AISEARCH_REFRESH="30")
    assert done.returncode == 0
    assert f"token_command: {file}, line 2" in done.stdout
    assert "refresh: environment AISEARCH_REFRESH" in done.stdout
    assert "No mistake was found." in done.stdout
    assert "hidden-words" not in done.stdout
    assert "canary-token" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("acount = 'x'", ["line 1", "Did you mean account"]),
        ("\n[profiles.other]\nrefresh = 0", ["line 3", "1 to 3600"]),
        ('[keymap]\n"instance.snyc" = "f5"', ["config.toml:2", "Did you mean instance.sync"]),
        ('[keymap]\n"instance.sync" = "q"', ["config.toml:2", "already means"]),
        ("x = [", ["not TOML"]),
    ],
)
def test_check_finds_what_a_start_would_find(tmp_path: Path, text: str, words: list[str]) -> None:
    file_in(tmp_path, text)
    done = config(tmp_path, "check")
    assert done.returncode == 2
    assert done.stdout == ""
    assert all(word in done.stderr for word in words), done.stderr
    assert "Traceback" not in done.stderr


EDITOR = "import os, sys; assert 'CLOUDFLARE_API_TOKEN' not in os.environ; open(sys.argv[1], 'a').write({!r})"


def editor(folder: Path, added: str) -> str:
    script = folder / "editor.py"
    script.write_text(EDITOR.format(added))
    return f"{sys.executable} {script}"


def test_edit_makes_a_private_file_and_checks_it(tmp_path: Path) -> None:
    done = config(tmp_path, "edit", EDITOR=editor(tmp_path, "refresh = 30\n"), VISUAL="")
    file = tmp_path / "aisearch" / "config.toml"
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "refresh: " in done.stdout
    done = config(tmp_path, "edit", EDITOR=editor(tmp_path, "nonsense = 1\n"), VISUAL="")
    assert done.returncode == 2
    assert "Unknown setting: nonsense" in done.stderr
    assert file.read_text().endswith("refresh = 30\nnonsense = 1\n"), "what was typed stays"


@pytest.mark.parametrize(
    ("program", "words"), [("false", "ended with 1"), ("/no/such/editor", "could not be used"), ("'", "cannot be read")]
)
def test_an_editor_that_fails_is_no_traceback(tmp_path: Path, program: str, words: str) -> None:
    done = config(tmp_path, "edit", EDITOR=program, VISUAL="")
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schema_is_printed_and_valid(tmp_path: Path) -> None:
    printed = json.loads(config(tmp_path, "schema").stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed == schema()


ALLOWED = [
    "",
    'profile = "a"\nrefresh = 30\n[profiles.a]\nread_only = true\ncolour = "red"\n',
    '[profiles.a]\ncolumns = ["state", "name"]\ntoken_command = ["pass", "x"]\n[profiles.a.keymap]\nlog.follow = "g"\n',
    'base_url = "http://127.0.0.1:8787/client/v4"\nno_color = true\n',
]
REFUSED = [
    "acount = 'x'",
    "account = 'short'",
    "[profiles.a]\nread_only = 1",
    "refresh = 0",
    "refresh = 'x'",
    "token_command = []",
    "token_command = 'pass'",
    "theme = 'dracula'",
    "columns = ['age']",
    "columns = ['name', 'name']",
    "base_url = 'http://a.example'",
    "[profiles.'a b']",
    "profiles = 1",
    "[keymap]\nsync = ['a']",
    "[keymap]\nsync = ' '",
    "namespace = 'a/b'",
]


@pytest.mark.parametrize("text", ALLOWED)
def test_what_the_program_accepts_the_schema_accepts(tmp_path: Path, text: str) -> None:
    file_in(tmp_path, text)
    load_settings({}, {"XDG_CONFIG_HOME": str(tmp_path)})
    jsonschema.validate(tomllib.loads(text), schema())


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_program_refuses_the_schema_refuses(tmp_path: Path, text: str) -> None:
    file_in(tmp_path, text)
    with pytest.raises(UsageError):
        load_settings({}, {"XDG_CONFIG_HOME": str(tmp_path)})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), schema())


def test_the_configurations_of_the_documents_keep_the_schema() -> None:
    import re

    shown = [one for one in re.findall(r"```toml\n(.*?)```", everything(), re.DOTALL) if "[[" not in one]  # query sets
    assert len(shown) >= 2
    for text in shown:
        jsonschema.validate(tomllib.loads(text), schema())


@pytest.mark.parametrize(("flags", "words"), [(["--theem", "x"], "--theme"), (["--confg=x"], "--config")])
def test_a_wrong_flag_says_what_was_meant(flags: list[str], words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "tui", *flags], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"did you mean {words}" in done.stderr


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_the_version_by_either_flag(flag: str) -> None:
    done = subprocess.run([sys.executable, "-m", "tui", flag], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("aisearch ")
