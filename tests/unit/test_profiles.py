"""Which profile speaks with which account and token, what wins over what, and that nothing found is lost."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tui.credentials import Credential, KeyringAbsent, KeyringLocked
from tui.errors import AppError, CredentialError, UsageError
from tui.secret import Secret
from tui.session import profiles as room
from tui.session.profiles import ConfiguredProfiles

A, B, C = "a" * 32, "b" * 32, "c" * 32
CONFIG = f"""
profile = "prod"
[profiles.prod]
account = "{A}"
colour = "red"
[profiles.staging]
account = "{B}"
read_only = true
base_url = "https://staging.example/client/v4"
token_command = ["{sys.executable}", "-c", "print('of-staging')"]
[profiles.bare]
[profiles.broken]
token_command = ["{sys.executable}", "-c", "raise SystemExit(3)"]
"""


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A machine with this configuration and without a keyring."""
    folder = tmp_path / "config" / "aisearch"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG)

    def absent(profile: str, environ: object) -> None:
        raise KeyringAbsent("There is no usable keyring")

    monkeypatch.setattr(room, "keyring_get", absent)
    for name in ("CLOUDFLARE_API_TOKEN", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "PATH": os.environ["PATH"]}


def started(environ: dict[str, str], **flags: Any) -> ConfiguredProfiles:
    profiles = ConfiguredProfiles(flags, environ)
    profiles.find_early()
    return profiles


async def token(profiles: ConfiguredProfiles) -> str | None:
    found = await profiles.credential()
    return found.token.reveal() if found else None


async def test_the_environment_serves_the_start_and_a_profile_without_a_token_of_its_own(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "of-environment")
    profiles = started(environ)
    assert "CLOUDFLARE_API_TOKEN" not in os.environ
    assert await token(profiles) == "of-environment"
    profiles.choose("staging")
    assert await token(profiles) == "of-staging"
    profiles.choose("bare")
    assert await token(profiles) == "of-environment"
    profiles.choose("prod")
    assert await token(profiles) == "of-environment", "it was taken out of the environment, and is not lost"


async def test_a_typed_token_is_kept_for_its_profile_only(environ: dict[str, str]) -> None:
    profiles = started(environ)
    profiles.typed(Secret("typed-for-prod"))
    profiles.choose("bare")
    with pytest.raises(KeyringAbsent):
        await profiles.credential()
    profiles.choose("prod")
    assert await token(profiles) == "typed-for-prod"


async def test_the_command_of_a_profile_runs_once(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    plain = room.profile_token

    def counted(settings: Any, *rest: Any, **more: Any) -> Credential | None:
        runs.append(settings.profile)
        return plain(settings, *rest, **more)

    monkeypatch.setattr(room, "profile_token", counted)
    profiles = started(environ)
    asks = {one.identity.profile: one.asks for one in profiles.offered()}
    assert asks == {"prod": False, "staging": True, "bare": False, "broken": True}
    profiles.choose("staging")
    assert not {one.identity.profile: one.asks for one in profiles.offered()}["staging"]
    profiles.choose("prod")
    profiles.choose("staging")
    assert runs.count("staging") == 1
    assert await token(profiles) == "of-staging"


async def test_a_locked_keyring_is_told_and_not_passed_over(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "of-environment")

    def locked(profile: str, environ: object) -> None:
        raise KeyringLocked("The keyring is locked")

    monkeypatch.setattr(room, "keyring_get", locked)
    profiles = started(environ)
    profiles.choose("bare")
    with pytest.raises(KeyringLocked):
        await profiles.credential()


def test_who_one_would_be(environ: dict[str, str]) -> None:
    offered = {one.identity.profile: one.identity for one in started(environ).offered()}
    assert (offered["prod"].account_id, offered["prod"].colour) == (A, "red")
    assert (offered["staging"].account_id, offered["staging"].read_only) == (B, True)
    assert offered["staging"].base_url == "https://staging.example/client/v4"


def test_what_was_given_for_the_start_does_not_follow_into_another_profile(environ: dict[str, str]) -> None:
    environ |= {"CLOUDFLARE_ACCOUNT_ID": C, "CLOUDFLARE_BASE_URL": "https://other.example/client/v4"}
    profiles = started(environ, namespace="docs", read_only=True)
    start = profiles.settings
    assert (start.account, start.namespace) == (C, "docs")
    chosen = profiles.choose("staging").identity
    assert (chosen.account_id, chosen.base_url) == (B, "https://staging.example/client/v4")
    assert profiles.settings.namespace is None
    bare = profiles.choose("bare").identity
    assert (bare.account_id, bare.base_url) == (C, "https://other.example/client/v4"), "it names none of its own"
    assert bare.read_only, "--read-only stays for good"
    assert profiles.choose("prod").identity.account_id == C
    assert profiles.settings is start


@pytest.mark.parametrize(("name", "error"), [("broken", CredentialError), ("nobody", UsageError)])
def test_a_profile_that_cannot_be_taken_changes_nothing(
    environ: dict[str, str], name: str, error: type[AppError]
) -> None:
    profiles = started(environ)
    before = profiles.settings
    with pytest.raises(error):
        profiles.choose(name)
    assert profiles.settings is before


def test_the_demo_is_nobody_until_a_profile_is_chosen(environ: dict[str, str]) -> None:
    profiles = started(environ, demo=True)
    assert (profiles.identity.profile, profiles.identity.demo, profiles.identity.colour) == ("demo", True, "")
    profiles.choose("prod")
    assert not profiles.demo
    assert profiles.identity.colour == "red"


@pytest.mark.parametrize("window", [True, False])
async def test_a_keychain_that_asks_in_a_window_is_announced_before_it_is_asked(
    environ: dict[str, str], window: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def asked(profile: str, environ: object) -> Credential:
        told.append("asked")
        return Credential(Secret("t" * 40), "keyring (macOS)")

    monkeypatch.setattr(room, "keyring_get", asked)
    monkeypatch.setattr(room, "asks_in_a_window", lambda: window)
    profiles = started(environ)
    for _ in range(2):
        assert await profiles.credential(lambda: told.append("window"))
    assert told == (["window", "asked"] if window else ["asked"]), "once: what was found is kept"
