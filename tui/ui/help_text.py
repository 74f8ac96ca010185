"""Every action with its keys, as the text of a help window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from tui.actions import ACTIONS, PLACES, Action, Place, keys_at, keys_of
from tui.state.store import Identity, State
from tui.text import one_line
from tui.ui.kit.hanging import hanging
from tui.ui.legend import legend
from tui.ui.look import Look, key_name

BESIDE = 66
"""Cells of a line from which on the words of an action stand beside its key and name."""


def help_text(
    pane: str, state: State, now: float, look: Look, width: int, *, commands: Sequence[tuple[str, str]] = ()
) -> Text:
    """Every action, the pane's own first; what cannot run now says why. Then the signs, and the `commands`."""
    first = [one for one in keys_at(Place(pane)) if one is not Place.EVERYWHERE]
    places = (*first, *(place for place in (Place.EVERYWHERE, Place.ANYTIME, *Place) if place not in first))
    blocks: list[Text] = []
    for place in dict.fromkeys(places):
        actions = [action for action in (*ACTIONS, *look.custom) if action.place is place]
        if actions:
            blocks.append(Text(PLACES[place].title, f"bold {look.style('active')}"))
            blocks += _action_lines(actions, state, now, look, width)
            blocks.append(Text())
        if first and place is first[-1] and Place.EVERYWHERE in keys_at(Place(pane)):
            blocks += [*legend(look, width), Text()]
    if commands:
        blocks += [Text(f"Commands, after {look.key('app.palette')}", f"bold {look.style('active')}")]
        cells = max(cell_len(line) for line, _ in commands) + 2
        blocks += [
            _told(Text(f"  {line:<{cells}}", "bold"), words, look.style("muted"), width) for line, words in commands
        ]
        blocks.append(Text())
    return Text("\n").join([*blocks, *_connection(state.identity, look, width)])


def _connection(who: Identity, look: Look, width: int) -> list[Text]:
    """Who we are to the API, and where the token comes from: never the token."""
    account = f"{who.account_name}  {who.account_id}".strip()
    facts = (("Profile", who.profile), ("Account", account), ("API", who.base_url), ("Token from", who.token_source))
    lines = [_told(Text(f"  {name:<18}", "bold"), one_line(told) or "-", "", width) for name, told in facts]
    return [Text("Connection", f"bold {look.style('active')}"), *lines]


def _told(head: Text, words: str, style: str, width: int) -> Text:
    """The words beside their head; below it where that leaves no room for them."""
    if width >= BESIDE:
        return hanging(head, words, style, width)
    head.rstrip()
    return Text("\n").join([head, hanging(Text(" " * 4), words, style, width)])


def _action_lines(actions: Sequence[Action], state: State, now: float, look: Look, width: int) -> Iterator[Text]:
    """One action a line; the columns of keys and names are as narrow as what is in them."""
    keys = [" ".join(map(key_name, keys_of(action, look.keymap))) for action in actions]
    beside = width >= BESIDE
    key_cells, name_cells = max(map(cell_len, keys)), max(cell_len(action.title) for action in actions)
    for key, action in zip(keys, actions, strict=True):
        name = f"{action.title:<{name_cells}}  " if beside else action.title
        head = Text.assemble((f"  {key:<{key_cells if beside else 0}}  ", "bold"), name)
        line = _told(head, action.help, look.style("muted"), width)
        if why := action.why_not(state, now):
            indent = Text(" " * (head.cell_len if beside else 4))
            line = Text("\n").join([line, hanging(indent, why, look.style("warning"), width)])
        yield line
