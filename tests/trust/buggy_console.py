"""The console with a bug, to see how it ends: `key` in an action, `worker`, `poll` in the poller, `start` before it."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from tui import cli
from tui.polling.rows import RowReads
from tui.secret import Secret
from tui.session import profiles
from tui.ui.connection.connector import Connector


def bug(token: str) -> NoReturn:
    """Fail as badly as can be: the token in a local variable and in the message."""
    held = f"Bearer {token}"
    raise RuntimeError(f"\x1b]0;owned\x07 while sending {token} as {held!r}")


def revealed(connector: Connector) -> str:
    assert connector.session
    secret: Secret = connector.session.service.api._wire._secret  # type: ignore[attr-defined]
    return secret.reveal()


def plant(where: str) -> None:
    """Put the bug where it is asked for."""

    async def fail_in_poll(reads: Any, want: object) -> NoReturn:
        wire = reads._service.api._wire
        bug(wire._secret.reveal())

    async def fail_in_worker(connector: Connector) -> None:
        bug(revealed(connector))

    if where == "start":
        profiles.ConfiguredProfiles.find_early = lambda self: bug("nothing-yet")  # type: ignore[method-assign]
    elif where == "poll":
        RowReads._read = fail_in_poll  # type: ignore[method-assign]
    elif where == "worker":
        Connector.refresh = fail_in_worker  # type: ignore[method-assign,assignment]
    else:
        Connector.refresh = lambda connector: bug(revealed(connector))  # type: ignore[method-assign]


if __name__ == "__main__":
    plant(sys.argv[1])
    sys.exit(cli.main(sys.argv[2:]))
