"""The keyring against real services, working and broken in each of the ways that were met."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.credentials.conftest import PATIENCE, Desktop
from tui.config import Settings
from tui.credentials import (
    KeyringAbsent,
    KeyringFailed,
    KeyringLocked,
    KeyringTimedOut,
    find_token,
    in_background,
    keychain,
    keyring_delete,
    keyring_get,
    keyring_name,
    keyring_put,
)
from tui.secret import Secret

TOKEN = "cf-Canary_0123456789abcdefghijklmnopqrs"


def test_a_token_is_stored_read_and_removed_per_profile(desktop: Desktop):
    desktop.bus()
    desktop.keyring()
    assert keyring_get("prod", desktop.environ) is None
    assert keyring_put("prod", Secret(TOKEN), desktop.environ) == "SecretService"
    found = keyring_get("prod", desktop.environ)
    assert found is not None
    assert (found.token, found.source) == (Secret(TOKEN), "keyring (SecretService), profile prod")
    assert keyring_get("staging", desktop.environ) is None
    assert keyring_delete("prod", desktop.environ) is True
    assert keyring_delete("prod", desktop.environ) is False


def test_the_ladder_ends_at_the_keyring(desktop: Desktop):
    desktop.bus()
    desktop.keyring()
    settings = Settings(profile="prod", file=Path("config.toml"))
    assert find_token(settings, desktop.environ) is None
    keyring_put("prod", Secret(TOKEN), desktop.environ)
    found = find_token(settings, desktop.environ)
    assert found is not None
    assert found.token.reveal() == TOKEN


def test_locked_is_said_at_once_and_opens_no_prompt(desktop: Desktop):
    desktop.bus()
    desktop.keyring()
    keyring_put("prod", Secret(TOKEN), desktop.environ)
    desktop.lock()
    for display in ({}, {"DISPLAY": ":99"}):  # with a display, an unlock would wait for a prompt for ever
        with pytest.raises(KeyringLocked) as caught:
            keyring_get("prod", desktop.environ | display)
        assert "locked" in caught.value.title
        assert "--unlock" in caught.value.hint
    with pytest.raises(KeyringLocked):
        keyring_put("prod", Secret(TOKEN), desktop.environ)
    assert keyring_name(desktop.environ) == "SecretService"


def test_a_hanging_daemon_is_given_up_in_time(desktop: Desktop):
    desktop.bus()
    desktop.keyring()
    desktop.freeze()
    start = time.monotonic()
    with pytest.raises(KeyringTimedOut, match="does not answer"):
        keyring_get("prod", desktop.environ, seconds=0.6)
    assert time.monotonic() - start < 20, "a frozen daemon never answers"


def test_a_session_without_a_bus(desktop: Desktop):
    with pytest.raises(KeyringAbsent, match="DBUS_SESSION_BUS_ADDRESS") as caught:
        keyring_get("prod", desktop.environ)
    assert "--token-file" in caught.value.hint
    with pytest.raises(KeyringAbsent):
        keyring_get("prod", desktop.environ | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})


def test_a_bus_without_a_secret_service(desktop: Desktop):
    desktop.bus()
    with pytest.raises(KeyringAbsent, match="neither running nor activatable"):
        keyring_put("prod", Secret(TOKEN), desktop.environ)


@pytest.mark.parametrize(
    "backend",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyring.backends.chainer.ChainerBackend",
        "keyrings.alt.file.PlaintextKeyring",
        "no.such.Thing",
        "nonsense",
    ],
)
def test_a_back_end_that_keeps_nothing_or_keeps_it_plain_is_refused(desktop: Desktop, backend: str):
    with pytest.raises(KeyringAbsent, match="PYTHON_KEYRING_BACKEND"):
        keyring_put("prod", Secret(TOKEN), desktop.environ | {"PYTHON_KEYRING_BACKEND": backend})


def test_an_allowed_back_end_may_be_named(desktop: Desktop):
    desktop.bus()
    desktop.keyring()
    named = desktop.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}
    assert keyring_name(named) == "SecretService"
    with pytest.raises(KeyringAbsent, match="libsecret"):
        keyring_name(desktop.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.libsecret.Keyring"})


def test_a_broken_configuration_of_keyring_itself_is_of_no_account(desktop: Desktop):
    desktop.bus()
    desktop.keyring()
    for text in ("[backend\nnonsense", "[backend]\ndefault-keyring=keyring.backends.null.Keyring\nkeyring-path=/tmp"):
        for folder in ("config/python_keyring", ".config/python_keyring", ".local/share/python_keyring"):
            (desktop.folder / folder).mkdir(parents=True, exist_ok=True)
            (desktop.folder / folder / "keyringrc.cfg").write_text(text)
        assert keyring_put("prod", Secret(TOKEN), desktop.environ) == "SecretService"
        found = keyring_get("prod", desktop.environ)
        assert found is not None
        assert found.token.reveal() == TOKEN


@pytest.mark.parametrize(("system", "seconds"), [("linux", 3), ("darwin", 60), ("freebsd14", 3)])
def test_the_time_limit_is_the_one_that_is_promised(system: str, seconds: float, monkeypatch):
    monkeypatch.setattr(keychain.sys, "platform", system)
    assert keychain.deadline() == seconds


@pytest.mark.parametrize(("window", "remedy"), [(True, "macOS asks in a window"), (False, "Restart its service")])
def test_a_keyring_that_asks_in_a_window_is_not_called_broken(desktop: Desktop, window: bool, remedy: str, monkeypatch):
    desktop.bus()
    desktop.keyring()
    desktop.freeze()
    monkeypatch.setattr(keychain, "asks_in_a_window", lambda: window)
    with pytest.raises(KeyringTimedOut) as refused:
        keyring_get("prod", desktop.environ, seconds=0.6)
    assert refused.value.hint.startswith(remedy)


def test_a_keyring_package_in_the_current_directory_is_not_run(desktop: Desktop, tmp_path: Path, monkeypatch):
    (tmp_path / "keyring.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyringAbsent, match="SecretService"):
        keyring_get("prod", desktop.environ)


def test_a_worker_that_dies_is_an_error_in_words(desktop: Desktop, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text("import os; os._exit(3)")
    with pytest.raises(KeyringFailed, match="without a reply"):
        keyring_get("prod", desktop.environ | {"PYTHONPATH": str(tmp_path)})


def test_an_exception_of_any_type_is_caught_and_never_quotes_the_token(desktop: Desktop, tmp_path: Path):
    (tmp_path / "secretstorage.py").write_text(
        "__version_tuple__ = (4, 0)\n"
        "class exceptions:\n"
        "    class SecretStorageException(Exception): pass\n"
        "    class ItemNotFoundException(Exception): pass\n"
        "class Bus:\n"
        "    def close(self): pass\n"
        "dbus_init = Bus\n"
        "check_service_availability = lambda bus: True\n"
        "class Collection:\n"
        "    def __init__(self, *a): self.connection = Bus()\n"
        "    def is_locked(self): return False\n"
        "    def create_item(self, label, attributes, secret, replace): raise OverflowError(f'bad {secret}')\n"
        "get_default_collection = Collection\n"
    )
    with pytest.raises(KeyringFailed) as caught:
        keyring_put("prod", Secret(TOKEN), desktop.environ | {"PYTHONPATH": str(tmp_path)})
    assert "OverflowError: bad ***" in caught.value.detail
    assert TOKEN not in str(caught.value)


async def test_the_event_loop_goes_on_while_the_keyring_hangs(desktop: Desktop):
    desktop.bus()
    desktop.keyring()
    desktop.freeze()
    asked = asyncio.create_task(in_background(lambda: keyring_get("prod", desktop.environ, seconds=1)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not asked.done(), "the loop stood still until the call was given up"
    with pytest.raises(KeyringTimedOut):
        await asked


def test_the_process_can_end_while_a_call_hangs(desktop: Desktop):
    code = (
        "import asyncio, time\n"
        "from tui.credentials import in_background\n"
        "async def main():\n"
        "    task = asyncio.create_task(in_background(lambda: time.sleep(90)))\n"
        "    await asyncio.sleep(0)\n"
        "asyncio.run(main())\n"
    )
    root = str(Path(__file__).parents[2])
    subprocess.run([sys.executable, "-c", code], env=desktop.environ, cwd=root, check=True, timeout=PATIENCE / 2)
