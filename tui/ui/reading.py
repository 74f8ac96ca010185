"""What stands where something is not read yet: that it is being read, or why nobody reads it."""

from __future__ import annotations

from tui.state.store import Link, State
from tui.ui.look import Look

_WAITS = {
    Link.REFUSED: "the token is refused",
    Link.NO_TOKEN: "there is no token",
    Link.NO_ACCOUNT: "no account is chosen",
    Link.OFFLINE: "the API cannot be reached",
}
"""Links over which nothing is read until something else happens."""


def reading(what: str, state: State, look: Look) -> str:
    """`Reading the jobs…` while somebody does; else what stands in the way, and the key that goes on."""
    if state.paused:
        return f"Not read: polling is paused.\n{look.key('app.polling')} goes on and reads {what}."
    if why := _WAITS.get(state.connection.link):
        return f"Not read: {why}.\n{look.key('app.refresh')} tries again."
    return f"Reading {what}{look.signs.ellipsis}"
