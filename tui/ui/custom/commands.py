"""Runs the operator's own commands: without a shell, without the token, on what is selected."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

from rich.text import Text

from tui.actions import PREFIX, Action, Place, custom_action
from tui.config import CustomCommand
from tui.errors import AppError
from tui.models import Item
from tui.service import Outcome
from tui.system.subprocesses import Finished, in_background, run
from tui.text import one_line, safe
from tui.ui.desk import Desk
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.terminal.dump import ending
from tui.ui.terminal.editor import SECRETS

SECONDS = 60.0
"""For a command whose output is shown in a view; one with the terminal may take as long as it likes."""


def actions_of_commands(commands: Sequence[CustomCommand]) -> tuple[Action, ...]:
    """The commands as actions, for help, palette and the bottom line."""
    return tuple(
        custom_action(one.name, one.keys, Place(one.place), one_line(one.title), one_line(" ".join(one.run)), one.needs)
        for one in commands
    )


class CustomCommands:
    """`[commands]` of the configuration. What was selected when the key was pressed is what the program is given."""

    def __init__(
        self,
        desk: Desk,
        commands: Sequence[CustomCommand],
        item: Callable[[], Item | None],
        on_terminal: Callable[[list[str]], int],
        touches: Callable[[], int],
    ) -> None:
        """`item` gives the item under the cursor of the items tab, `touches` how many keys were pressed so far.

        `on_terminal` lends the terminal to a program; it returns the exit code and raises OSError.
        """
        self.desk = desk
        self._item = item
        self._on_terminal = on_terminal
        self._touches = touches
        self.actions: Mapping[str, Callable[[], Coroutine[Any, Any, None]]] = {
            PREFIX + one.name: partial(self.run, one) for one in commands
        }

    async def run(self, command: CustomCommand) -> None:
        """Run one command on what is selected. Raises AppError when it cannot be started or takes too long."""
        item = self._item() if command.needs & {"item", "key"} else None
        if item is None and command.needs & {"item", "key"}:
            self.desk.say("No item is selected in the Items tab.")
            return
        argv = command.argv(self._values(item))
        try:
            if command.output == "terminal":
                self._say_the_end(command, self._on_terminal(argv))
            else:
                await self._in_a_view(command, argv)
        except OSError as error:
            raise AppError(f"{command.title} could not be run", f"{argv[0]}: {error.strerror or error}") from error
        except ValueError:
            raise AppError(
                f"{command.title} could not be run", "An argument has a character that none may have."
            ) from None

    def _values(self, item: Item | None) -> dict[str, str]:
        """What the arguments may contain. Whether an instance and a job are selected was asked before."""
        state = self.desk.state
        key, job = state.selected, state.job
        return {
            "account": state.identity.account_id,
            "namespace": key.namespace if key else "",
            "id": key.id if key else "",
            "job": job.id if job else "",
            "item": item.id if item else "",
            "key": item.identity if item else "",
        }

    async def _in_a_view(self, command: CustomCommand, argv: list[str]) -> None:
        environ = {name: value for name, value in os.environ.items() if name not in SECRETS}
        self.desk.say(f"{command.title} is running.")
        before = self._touches()
        try:
            done = await in_background(lambda: run(argv, environ=environ, seconds=SECONDS))
        except TimeoutError:
            hint = 'With output = "terminal" a command may take as long as it likes.'
            raise AppError(f"{command.title} was ended", f"It took more than {SECONDS:g} s.", hint) from None
        text = output(done)
        self._say_the_end(command, done.code, text)
        if text and self._touches() == before:
            await self.desk.ask(TextDialog(f"{command.title} · {ending(done.code)}", Text(text)))

    def _say_the_end(self, command: CustomCommand, code: int, text: str = "") -> None:
        """With what it wrote, for the list of outcomes: no window opens while the hand is busy elsewhere."""
        words = f"{command.title}: {ending(code)}"
        if code:
            self.desk.record_error(AppError(words, text), "command")
            self.desk.say(f"{words}. {self.desk.look.key('app.errors')} shows what it wrote." if text else f"{words}.")
        else:
            self.desk.say(Outcome(words, text))


def output(done: Finished) -> str:
    """What a program wrote, the errors last, so that it can do nothing to the terminal."""
    parts = (part.decode("utf-8", "replace").strip("\n") for part in (done.out, done.err))
    return safe("\n".join(part for part in parts if part.strip()))
