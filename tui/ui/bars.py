"""The status bar at the top and the key hints at the bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.text import Text

from tui.actions import Action, cooldown, keys_of
from tui.state.store import Connection, Link, State
from tui.text import age, one_line
from tui.ui.look import Look, key_name

BUDGET_STEPS = 8
"""Parts of the budget; only when another part is reached is it drawn again: an idle screen sends nothing."""
_DARK_COLOURS = ("red", "blue", "magenta")
_LINKS = {
    Link.CONNECTING: "muted",
    Link.LIVE: "success",
    Link.THROTTLED: "warning",
    Link.OFFLINE: "error",
    Link.FAILING: "error",
    Link.REFUSED: "error",
    Link.NO_TOKEN: "warning",
    Link.NO_ACCOUNT: "warning",
    Link.PAUSED: "warning",
}
_ASKED = {Link.REFUSED: "enters another", Link.NO_TOKEN: "enters one", Link.NO_ACCOUNT: "chooses one"}
"""What the key of a refresh does about a link that waits for the operator."""
_WAITING = (Link.OFFLINE, Link.FAILING, Link.THROTTLED)


def status(state: State, now: float, width: int, look: Look, used: int) -> Text:
    """One line: who we are on the left, the budget and the link on the right. `used` is the budget to show."""
    left = _who(state, look)
    right = _link(state, now, look, used)
    room = width - right.cell_len - 4
    return Text.assemble(" ", look.fit(left, room), "  ", right, " ")


def _who(state: State, look: Look) -> Text:
    who = state.identity
    dot = f" {look.signs.dot} "
    line = Text.assemble(("aisearch", f"bold {look.style('accent')}"), "  ")
    if who.demo:
        line.append("DEMO", "bold")
    else:
        line.append_text(_profile(one_line(who.profile) or "default", who.colour))
    if who.read_only:
        line.append(f"{dot}RO", f"bold {look.style('warning')}")
    if "insecure" in who.token_source:
        line.append(f"{dot}INSECURE", f"bold {look.style('warning')}")
    short = f"{who.account_id[:4]}{look.signs.ellipsis}{who.account_id[-4:]}" if who.account_id else "no account"
    line.append(f"{dot}{one_line(f'{who.account_name} ') if who.account_name else ''}{short}")
    line.append(f"{dot}{one_line(state.namespace or 'all namespaces')}")
    return line


def _profile(name: str, colour: str) -> Text:
    """The profile's name, on its colour where it has one: production looks like production."""
    if not colour:
        return Text(name, "bold")
    return Text(f" {name} ", f"bold {'white' if colour in _DARK_COLOURS else 'black'} on {colour}")


def _link(state: State, now: float, look: Look, used: int) -> Text:
    parts: list[Text] = []
    if state.notices:
        parts.append(look.text(f"! {len(state.notices)}", "error"))
    if state.doing or state.busy:
        parts.append(Text(state.doing or "WRITING", "bold"))
    parts.append(look.text(f"API {used:,}/{state.budget.limit:,}", "muted"))
    link = state.connection.link
    parts.append(Text(link_words(state.connection, now), f"bold {look.style(_LINKS[link])}"))
    if link in _ASKED:
        parts.append(Text(f"{look.key('app.refresh')} {_ASKED[link]}"))
    if link in (*_WAITING, Link.PAUSED) and state.fleet.at:
        parts.append(look.text(f"data {age(now - state.fleet.at)} old", "warning"))
    return Text(f" {look.signs.dot} ").join(parts)


def link_words(connection: Connection, now: float) -> str:
    """`LIVE`, `OFFLINE retry 8s`, and `OFFLINE retrying` while it is tried."""
    if connection.retry_at is None or connection.link not in _WAITING:
        return connection.link.value
    left = connection.retry_at - now
    return f"{connection.link.value} {f'retry {age(left)}' if left >= 1 else 'retrying'}"


def hints(
    actions: Iterable[Action],
    state: State,
    now: float,
    width: int,
    look: Look,
    keymap: Mapping[str, str],
    marked: int | None = None,
    always: Iterable[Action] = (),
) -> Text:
    """Key hints of the pane in focus, as many as fit; an action that cannot run now has none.

    Those of `always` stand at the right end in every width. `marked` is how many of the marked instances could be
    synced, None when none is marked.
    """
    end = Text("  ").join(_hint(action, action.hint, look, keymap) for action in always)
    room = width - (end.cell_len + 1 if end else 0)
    line = Text(" ")
    for action in actions:
        if words := _words(action, state, now, marked):
            hint = _hint(action, words, look, keymap).append("  ")
            if line.cell_len + hint.cell_len > room:
                break
            line.append_text(hint)
    if end:
        line.pad_right(max(0, width - 1 - end.cell_len - line.cell_len))
        line.append_text(end)
    return line


def _words(action: Action, state: State, now: float, marked: int | None) -> str:
    """What the key would do now, in a word or two; empty when it cannot."""
    if action.id == "instance.sync" and marked is not None:
        return f"sync {marked}"  # none of the marked ones can be synced: that is worth saying
    if action.why_not(state, now):
        return ""
    if action.id == "instance.pause" and state.instance and state.instance.paused:
        return "resume"
    if action.id == "instance.sync" and (left := cooldown(state, now)) > 0:
        return f"sync in {age(left)}"
    return action.hint


def _hint(action: Action, words: str, look: Look, keymap: Mapping[str, str]) -> Text:
    key = key_name(keys_of(action, keymap)[0])
    return Text.assemble((key, f"bold {look.style('active')}"), " ", words)
