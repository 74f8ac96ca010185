"""login, logout and doctor, against the emulator on a socket and a real keyring or none."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.credentials.conftest import Desktop, desktop  # noqa: F401
from tests.pty.driver import Pty
from tests.trust.served import TOKEN, emulated
from tui.cli import main
from tui.commands.login import Talk, login, logout
from tui.commands.save_account import remember_account
from tui.credentials import KeyringAbsent, KeyringLocked, keyring_get, plain_path, plain_put, typed_token
from tui.emulator import Emulator
from tui.errors import CredentialError, Forbidden, Unauthorized, UsageError
from tui.secret import Secret

AISEARCH = str(Path(sys.executable).with_name("aisearch"))
OTHERS = (("a" * 32, "Beta"), ("b" * 32, "Gamma \x1b[31m"))


class Server:
    """The emulator, its address, and what a command said."""

    def __init__(self, emulator: Emulator, url: str) -> None:
        self.emulator, self.url = emulator, url
        self.said: list[str] = []

    def choose(self, **choices: object) -> None:
        self.emulator.config = self.emulator.world.config = replace(self.emulator.config, **choices)

    def talk(self, *answers: str, token: str = TOKEN) -> Talk:
        waiting = iter(answers)
        return Talk(self.said.append, lambda question: next(waiting, ""), lambda: typed_token(token))

    @property
    def words(self) -> str:
        return "\n".join(self.said)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Emulator, str]]:
    with emulated() as both:
        yield both


@pytest.fixture
def server(running: tuple[Emulator, str]) -> Iterator[Server]:
    emulator, url = running
    before = emulator.config
    yield Server(emulator, url)
    emulator.config = emulator.world.config = before


@pytest.fixture
def environ(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A server without a keyring; also what this process has."""
    given = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": f"{tmp_path}/config", "CLOUDFLARE_BASE_URL": server.url}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return {"PATH": os.environ["PATH"], **given}


def config(environ: dict[str, str]) -> Path:
    return Path(environ["XDG_CONFIG_HOME"]) / "aisearch" / "config.toml"


def test_a_token_is_verified_stored_in_a_real_keyring_and_removed(desktop: Desktop, server: Server) -> None:  # noqa: F811
    desktop.bus()
    desktop.keyring()
    desktop.environ["CLOUDFLARE_BASE_URL"] = server.url
    sent = len(server.emulator.received)
    assert login({}, desktop.environ, server.talk()) == 0
    stored = keyring_get("default", desktop.environ)
    assert stored is not None
    assert stored.token.reveal() == TOKEN
    assert "Stored in the keyring (SecretService)" in server.words
    asked = [one.path.rpartition("v4")[2] for one in list(server.emulator.received)[sent:]]
    account = f"/accounts/{server.emulator.account}"
    assert asked == [
        "/user/tokens/verify",
        "/accounts",
        "/user/tokens/verify",
        f"{account}/ai-search/instances",
    ]
    assert logout({}, desktop.environ, server.talk()) == 0
    assert keyring_get("default", desktop.environ) is None
    assert "revoke it" in server.words
    assert TOKEN not in server.words


def test_a_locked_keyring_is_said_before_anything_is_typed(desktop: Desktop, server: Server) -> None:  # noqa: F811
    desktop.bus()
    desktop.keyring()
    desktop.lock()

    def never() -> object:
        raise AssertionError("asked for a token that could not be stored")

    with pytest.raises(CredentialError, match="locked") as caught:
        login({}, desktop.environ, Talk(server.said.append, input, never))  # type: ignore[arg-type]
    assert "--insecure-storage" in caught.value.hint


@pytest.mark.parametrize("window", [True, False])
def test_a_keyring_that_asks_in_a_window_is_announced(
    environ: dict[str, str], server: Server, window: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.commands.login.asks_in_a_window", lambda: window)
    with pytest.raises(KeyringAbsent):
        login({}, environ, server.talk())
    assert ("macOS asks in a window" in server.words) is window


def test_a_logout_tells_what_it_removed_before_a_keyring_that_it_cannot_ask(desktop: Desktop, server: Server) -> None:  # noqa: F811
    desktop.bus()
    desktop.keyring()
    desktop.lock()
    plain_put(desktop.environ, "default", Secret(TOKEN))
    with pytest.raises(KeyringLocked):
        logout({}, desktop.environ, server.talk())
    assert "removed from the plain file" in server.words
    assert not plain_path(desktop.environ, "default").exists()


def test_without_a_keyring_nothing_is_stored_unless_asked_for(environ: dict[str, str], server: Server) -> None:
    with pytest.raises(KeyringAbsent):
        login({}, environ, server.talk())
    path = plain_path(environ, "default")
    assert not path.exists()
    assert login({"insecure_storage": True}, environ, server.talk()) == 0
    assert path.read_text().strip() == TOKEN
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "UNENCRYPTED" in server.words
    assert logout({}, environ, server.talk()) == 0
    assert not path.exists()
    assert "from the plain file" in server.words


@pytest.mark.parametrize("profile", ["default", "prod"])
def test_without_a_keyring_it_prints_three_lines_that_work(
    profile: str, environ: dict[str, str], server: Server, tmp_path: Path
) -> None:
    config(environ).parent.mkdir(parents=True)
    config(environ).write_text(f"[profiles.{profile}]\n")
    with pytest.raises(KeyringAbsent):
        login({"profile": profile}, environ, server.talk())
    assert "three lines" in server.words
    lines = [one.strip() for one in server.words.splitlines() if one.startswith("    ")]
    assert len(lines) == 3
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "aisearch"
    fake.write_text('#!/bin/sh\necho "args $*"; echo "variable $CLOUDFLARE_API_TOKEN"\n')
    fake.chmod(0o755)
    kept = {**environ, "PATH": f"{fake.parent}:{environ['PATH']}"}
    said = [
        subprocess.run(["bash", "-c", line], input=f"{TOKEN}\n", env=kept, capture_output=True, text=True).stdout
        for line in (lines[0], lines[2])
    ]
    path = Path(said[0].splitlines()[0].split("--token-file ")[1])
    assert path.read_text().strip() == TOKEN
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"variable {TOKEN}" in said[1]
    assert ("--profile prod" in said[0]) is (profile == "prod")
    assert f"[profiles.{profile}]" in server.words
    assert tomllib.loads(lines[1])["token_command"][0] == "pass"


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (f"{TOKEN}\n", 0, "UNENCRYPTED"),
        (f"{TOKEN}\nuser: me\n", 0, "UNENCRYPTED"),
        ("", 3, "standard input is empty"),
        ("a b\n", 3, "has blanks"),
        ("cf-wrong-token-000\n", 3, "does not accept"),
    ],
    ids=["a line", "an entry of pass", "nothing", "no token", "wrong"],
)
def test_a_token_comes_on_standard_input(
    given: str, code: int, words: str, environ: dict[str, str], server: Server
) -> None:
    command = [AISEARCH, "login", "--token-file", "-", "--insecure-storage"]
    done = subprocess.run(command, input=given, env=environ, capture_output=True, text=True)
    assert done.returncode == code
    assert words in done.stdout + done.stderr
    assert TOKEN not in done.stdout + done.stderr
    assert plain_path(environ, "default").exists() is (code == 0)
    listed = subprocess.run(
        [AISEARCH, "ls", "--token-file", "-"], input=given, env=environ, capture_output=True, text=True
    )
    assert listed.returncode == code


def test_a_choice_of_account_is_asked_for_and_kept(environ: dict[str, str], server: Server) -> None:
    server.choose(other_accounts=OTHERS)
    flags = {"insecure_storage": True}
    with pytest.raises(UsageError, match="None was chosen"):
        login(flags, environ, server.talk("9", "x", ""))
    with pytest.raises(Forbidden, match="may not use AI Search"):
        login(flags, environ, server.talk("2"))
    assert not plain_path(environ, "default").exists(), "nothing is stored that does not work"
    assert login(flags, environ, server.talk("7", "1")) == 0
    assert f'account = "{server.emulator.account}"' in config(environ).read_text()
    assert "Gamma ␛[31m" in server.words
    assert login(flags, environ, server.talk()) == 0, "the next time nothing is asked"


def test_a_token_of_an_account_is_verified_there(environ: dict[str, str], server: Server) -> None:
    server.choose(token_owner="account")
    assert login({"insecure_storage": True}, environ, server.talk()) == 0
    assert "account token is active" in server.words
    assert any(one.path.endswith(f"{server.emulator.account}/tokens/verify") for one in server.emulator.received)


@pytest.mark.parametrize(
    ("choices", "token", "error", "words"),
    [
        ({}, "cf-wrong-token-000", Unauthorized, "does not accept"),
        ({"token_status": "expired"}, TOKEN, CredentialError, "expired"),
        ({"token_status": "disabled"}, TOKEN, CredentialError, "disabled"),
        ({"permitted": False}, TOKEN, Forbidden, "may not use AI Search"),
        ({"permitted": False, "denied_status": 401}, TOKEN, Forbidden, "may not use AI Search"),
    ],
    ids=["wrong", "expired", "disabled", "forbidden", "forbidden-as-401"],
)
def test_what_does_not_work_is_not_stored(
    environ: dict[str, str], server: Server, choices: dict[str, object], token: str, error: type, words: str
) -> None:
    server.choose(**choices)
    with pytest.raises(error) as caught:
        login({"insecure_storage": True}, environ, server.talk(token=token))
    assert words in str(caught.value)
    assert token not in f"{caught.value} {caught.value.hint} {server.words}"
    assert not plain_path(environ, "default").exists()


def test_the_token_of_a_flag_is_taken_without_a_question(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    flags = ["--token-file", str(file), "--profile", "default", "--insecure-storage"]
    assert main(["login", *flags]) == 0
    assert plain_path(environ, "default").exists()


def test_the_prompt_shows_nothing(environ: dict[str, str], server: Server) -> None:
    with Pty([AISEARCH, "login", "--insecure-storage"], environ={**environ, "DBUS_SESSION_BUS_ADDRESS": None}) as term:
        term.wait("not shown")
        term.send(f"{TOKEN}<enter>")
        assert term.gone()
        assert term.status == 0
        assert "UNENCRYPTED" in term.text()
        assert TOKEN.encode() not in term.output


def test_the_account_is_added_to_a_configuration_without_a_change_to_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    before = '# mine\ntheme = "aisearch-light"\n[profiles.prod] # red\ncolour = "red"\n[profiles."a.b"]\nrefresh = 5\n'
    file.write_text(before)
    file.chmod(0o640)
    assert remember_account(file, "prod", "c" * 32)
    assert remember_account(file, "a.b", "d" * 32)
    assert remember_account(file, "new", "e" * 32)
    text = file.read_text()
    lines = text.splitlines()
    assert [line for line in lines if line in before.splitlines()] == before.splitlines()
    assert lines[lines.index("[profiles.prod] # red") + 1] == f'account = "{"c" * 32}"'
    assert lines[-2:] == ["[profiles.new]", f'account = "{"e" * 32}"']
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    for odd in (text, 'profiles = "odd"', "not toml [", 'profiles = {prod = {colour = "red"}}'):
        file.write_text(odd)
        assert not remember_account(file, "prod", "f" * 32)
        assert file.read_text() == odd


def doctor(capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, str]:
    code = main(["doctor", *flags])
    out, err = capsys.readouterr()
    assert TOKEN not in out + err
    return code, out


def test_doctor_says_what_works(
    environ: dict[str, str], server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    monkeypatch.setenv("TERM", "tmux-256color")
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    code, out = doctor(capsys)
    assert code == 0
    for words in (
        "config.toml is not there",
        "base_url from environment CLOUDFLARE_BASE_URL",
        "tmux-256color",
        "tmux load-buffer",
        "There is no usable keyring",
        "DBUS_SESSION_BUS_ADDRESS is unset",
        "Token         ok  environment CLOUDFLARE_API_TOKEN",
        f"{server.url} answered in",
        f"* {server.emulator.account}  Acme",
        "user token, active",
        "Permissions   ok",
    ):
        assert words in out


@pytest.mark.parametrize(
    ("env", "choices", "flags", "code", "words"),
    [
        ({}, {}, (), 3, "none was found in any source"),
        ({"CLOUDFLARE_API_TOKEN": "cf-wrong"}, {}, (), 3, "HTTP 401, code 10000"),
        ({"CLOUDFLARE_API_TOKEN": TOKEN}, {"permitted": False}, (), 1, "may not use AI Search"),
        ({"CLOUDFLARE_API_TOKEN": TOKEN}, {"other_accounts": OTHERS}, (), 2, "can see 3, and none is chosen"),
        ({"CLOUDFLARE_API_TOKEN": TOKEN}, {}, ("--base-url", "http://127.0.0.1:9/client/v4"), 4, "Nothing was sent"),
        ({}, {}, ("--token-file", "/nowhere/token"), 3, "Token file refused"),
        ({"CLOUDFLARE_API_TOKEN": TOKEN, "TERM": "dumb"}, {}, (), 0, "cannot place a cursor"),
    ],
    ids=["no-token", "wrong-token", "forbidden", "which-account", "offline", "bad-file", "dumb"],
)
def test_doctor_ends_with_the_code_of_what_is_wrong(
    environ: dict[str, str],
    server: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    env: dict[str, str],
    choices: dict[str, object],
    flags: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    for name, value in ({"TERM": "xterm"} | env).items():
        monkeypatch.setenv(name, value)
    server.choose(**choices)
    ended, out = doctor(capsys, *flags)
    assert words in out
    assert ended == code


def test_doctor_names_the_line_of_a_wrong_configuration(environ: dict[str, str]) -> None:
    config(environ).parent.mkdir(parents=True)
    config(environ).write_text("\nrefresh = 0\n")
    done = subprocess.run([AISEARCH, "doctor"], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "line 2" in done.stderr
