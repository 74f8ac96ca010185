"""The OS keyring, asked from a process of its own, which can be killed when the keyring hangs.

Run as a script: one JSON request on stdin (`do`: name, get, put or delete; `profile`; `token`; `path`: where else the
libraries may be, for a console that runs from a single file), one JSON reply on stdout: `backend` and `token` or
`deleted`, or else `error` (locked, absent, failed) and `detail`. Imports nothing from the package, so that it starts
quickly.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

SERVICE = "aisearch"
BACKENDS = {
    "darwin": {"macOS": "keyring.backends.macOS.Keyring"},
    "win32": {"Windows": "keyring.backends.Windows.WinVaultKeyring"},
    "linux": {
        "SecretService": "keyring.backends.SecretService.Keyring",
        "libsecret": "keyring.backends.libsecret.Keyring",
        "KWallet": "keyring.backends.kwallet.DBusKeyring",
    },
}
"""The only back ends that are used, by platform: they encrypt. keyring's own choice may be a plain file or nothing."""
_LOCKED = {"KeyringLocked", "LockedException", "PromptDismissedException"}
_DEFAULT_COLLECTION = "/org/freedesktop/secrets/aliases/default"


class Absent(Exception):
    """No back end of the list can be used here; the text says why, one reason a back end."""


class Locked(Exception):
    """The keyring is there and locked."""


def serve(request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked and tell; any exception type may come, for the back ends raise everything."""
    name, keyring = choose()
    if request["do"] == "name":
        return {"backend": name}
    refuse_locked(name)
    profile = request["profile"]
    if request["do"] == "put":
        keyring.set_password(SERVICE, profile, request["token"])
        if keyring.get_password(SERVICE, profile) != request["token"]:
            raise RuntimeError("what was stored did not read back the same")
        return {"backend": name}
    token = keyring.get_password(SERVICE, profile)
    if request["do"] == "get":
        return {"backend": name, "token": token}
    if token is not None:
        keyring.delete_password(SERVICE, profile)
    return {"backend": name, "deleted": token is not None}


def choose() -> tuple[str, Any]:
    """Name and instance of the usable back end with the highest priority; raises Absent."""
    allowed = BACKENDS.get(sys.platform, BACKENDS["linux"])
    asked = os.environ.get("PYTHON_KEYRING_BACKEND", "")
    if asked and asked not in allowed.values():
        raise Absent(f"PYTHON_KEYRING_BACKEND={asked[:80]} is not an encrypted keyring that this program uses")
    usable, reasons = [], []
    for name, path in allowed.items():
        if asked in ("", path):
            try:
                backend = load(path)
                usable.append((float(backend.priority), name, backend))
            except Exception as error:
                reasons.append(f"{name}: {error}")
    if not usable:
        raise Absent("; ".join(reasons))
    _, name, backend = max(usable, key=lambda found: found[0])
    return name, backend()


def load(path: str) -> Any:
    """The class of a back end, without keyring's own search, which loads every back end that is installed."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def refuse_locked(backend: str) -> None:
    """Raise Locked for a locked collection: unlocking it would open a prompt that nobody may ever see."""
    if backend != "SecretService":
        return
    import secretstorage

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        try:
            locked = secretstorage.Collection(bus, _DEFAULT_COLLECTION).is_locked()
        except secretstorage.exceptions.ItemNotFoundException:
            return  # no collection yet: nothing to find, and the first `put` makes one
    if locked:
        raise Locked("the default collection is locked")


def failure(error: BaseException, token: str) -> dict[str, str]:
    """The reply for an exception, without the token whatever its text may quote."""
    kinds = {parent.__name__ for parent in type(error).__mro__}
    kind = (
        "locked" if kinds & {*_LOCKED, "Locked"} else "absent" if isinstance(error, Absent | ImportError) else "failed"
    )
    detail = f"{error}" if isinstance(error, Absent | Locked) else f"{type(error).__name__}: {error}"
    return {"error": kind, "detail": detail.replace(token, "***") if token else detail}


def main() -> None:
    """Read, serve, reply. The reply has a descriptor of its own: libraries print to the other two."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request: dict[str, Any] = json.load(sys.stdin)
    sys.path += request.pop("path", [])
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as reply:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        try:
            answer = serve(request)
        except BaseException as error:
            answer = failure(error, request.get("token", ""))
        json.dump(answer, reply)


if __name__ == "__main__":
    main()
