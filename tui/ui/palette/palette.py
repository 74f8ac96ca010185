"""The command palette: every action by name, run on the widget that owns it, and commands with a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from tui.ui.desk import Desk
from tui.ui.palette.offer import Command, Offer, PaletteEntry, action_entries


class CommandPalette:
    """Opens the palette, and does what was chosen there."""

    def __init__(
        self,
        desk: Desk,
        screen: Screen[None],
        places: Callable[[], tuple[str, ...]],
        commands: Callable[[], Sequence[Command]],
        run: Mapping[str, Callable[[str], None]],
        bring_up: Callable[[DOMNode], None],
    ) -> None:
        """`screen` is searched for the owners of actions; `places` are the names of the places in focus.

        `run` carries out the `commands` by name, with their value; `bring_up` shows and focuses a widget.
        """
        self.desk = desk
        self._screen = screen
        self._places = places
        self._commands = commands
        self._run = run
        self._bring_up = bring_up
        self.actions = {"app.palette": self.open}

    async def open(self) -> None:
        """Choose any action, or type a command."""
        from tui.ui.palette.window import PaletteWindow

        line = await self.desk.ask(PaletteWindow(Offer(self._entries(), self._commands())))
        if line is None:
            return
        name, _, value = line.partition(" ")
        if name == "action":
            await self._run_action(value)
        else:
            self._run[name](value)

    def _entries(self) -> Sequence[PaletteEntry]:
        places, owners = self._places(), self._owners()
        focused = {name for node in self._in_focus() for name in _ids(node)}
        return action_entries(
            lambda action: action.id in focused and action.place.value in places,
            lambda action: action.id in owners,
            self.desk.state,
            self.desk.now,
            self.desk.look.keymap,
            self.desk.look.custom,
        )

    async def _run_action(self, action_id: str) -> None:
        """Go to where the action works, and run it there."""
        node = self._owners()[action_id]
        self._bring_up(node)
        await self._screen.app.run_action(self.desk.look.action(action_id).method, default_namespace=node)

    def _in_focus(self) -> Iterator[DOMNode]:
        yield from (self._screen.focused or self._screen).ancestors_with_self

    def _owners(self) -> dict[str, DOMNode]:
        """Which widget carries out which action: the nearest to the focus, else the first on the screen."""
        owners: dict[str, DOMNode] = {one.id: self._screen for one in self.desk.look.custom}
        for node in (*self._in_focus(), *self._screen.query("*")):
            for name in _ids(node):
                owners.setdefault(name, node)
        return owners


def _ids(node: DOMNode) -> set[str]:
    """Ids of the actions that are bound on this widget."""
    tables = (kind.__dict__.get("BINDINGS", ()) for kind in type(node).__mro__)
    return {one.id for table in tables for one in table if isinstance(one, Binding) and one.id}
