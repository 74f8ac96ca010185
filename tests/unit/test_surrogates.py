"""Text that has no encoding, out of file names, users, hosts, variables and replies: written with escapes, no error."""

from __future__ import annotations

import getpass
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.build import NOW
from tui.contract import Exchange
from tui.models import Instance, InstanceKey
from tui.service.audit import Audit, AuditEntry
from tui.state.kept_fleet import KeptFleet
from tui.state.store import Identity, Reading, State
from tui.system import crash
from tui.ui.kit.records import encoded

ODD = ("caf\udce9", "\ud800", "\udcff\udcfe", "plain \udc80 text")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("where", ["target", "outcome", "action", "profile", "user", "host"])
def test_the_audit(odd: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if where == "user":
        monkeypatch.setattr(getpass, "getuser", lambda: odd)
    if where == "host":
        monkeypatch.setattr(socket, "gethostname", lambda: odd)
    fields = {"action": "upload", "target": "docs", "outcome": "done"}
    identity = Identity(profile=odd if where == "profile" else "prod")
    if where in fields:
        fields[where] = odd
    audit = Audit(tmp_path / "audit.jsonl", lambda: NOW)
    audit.record(identity, AuditEntry(**fields))
    (line,) = audit.path.read_text(encoding="utf-8").splitlines()
    assert odd.encode("utf-8", "backslashreplace").decode() in json.dumps(json.loads(line), ensure_ascii=False) or (
        "\\u" in line
    )


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_exports(odd: str, ending: str) -> None:
    data = encoded([{"name": odd, odd: {"deep": odd}}], Path(f"x{ending}"))
    assert odd.encode("utf-8", "backslashreplace").lstrip(b"caf") in data or b"\\u" in data


@pytest.mark.parametrize("odd", ODD)
def test_what_is_kept_of_the_fleet(odd: str, tmp_path: Path) -> None:
    kept = KeptFleet(tmp_path, Identity(account_id=odd, base_url="https://x.invalid"))
    instance = Instance(id=odd, namespace="default")
    state = State(fleet=Reading((instance,), NOW))
    assert isinstance(kept.write(state, list(kept.pieces(state))), bool)
    read = KeptFleet(tmp_path, Identity(account_id=odd, base_url="https://x.invalid")).read()
    assert read == {} or read["fleet"]


@pytest.mark.parametrize("odd", ODD)
def test_the_report_of_a_bug(odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "platform", SimpleNamespace(python_version=lambda: odd, platform=lambda: odd))
    requests = [Exchange(NOW, "GET", f"/{odd}", odd, failure=odd)]
    path = crash.write_report(ValueError(odd), requests, tmp_path)
    assert "ValueError" in path.read_text(encoding="utf-8")
    again = crash.write_report(ValueError(odd), (), tmp_path)
    assert again != path, "two of one second do not take each other's place"


@pytest.mark.parametrize("locale", [{"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "ascii"}, {}])
def test_a_command_prints_what_its_terminal_has_no_signs_for(locale: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / ODD[0]
    home.mkdir()
    environ = {
        **os.environ,
        "XDG_CONFIG_HOME": str(home),
        "CLOUDFLARE_BASE_URL": "http://127.0.0.1:9",
        **locale,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tui", "doctor"], env=environ, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert b"This is a bug" not in done.stderr, done.stderr
    assert b"Configuration" in done.stdout


def test_keys_are_compared_by_their_text() -> None:
    assert InstanceKey("default", ODD[0]) != InstanceKey("default", ODD[1])
