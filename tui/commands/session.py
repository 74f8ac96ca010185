"""Runs a command that speaks with the API: configuration, token, service and audit as the console has them, no screen.

Textual is never imported here. SIGINT and SIGTERM cancel what is on its way, so that a write that was cut off is still
recorded in the audit as unknown.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from tui.commands.exit_codes import DONE, INTERRUPTED, PARTIAL, TERMINATED, code_of, words_of
from tui.commands.output import Output, standard
from tui.commands.table import CommandRow, load
from tui.config import Settings
from tui.credentials import WINDOW_WORDS, forbid_core_dumps
from tui.errors import AppError, CredentialError
from tui.service import Service
from tui.service.outcome import Outcome
from tui.session.profiles import ConfiguredProfiles
from tui.state.store import State, Store
from tui.waiting import Wait, wait_for
from tui.wiring import Wiring

T = TypeVar("T")


class Invocation:
    """What a command works with: its flags, where it prints, the service, and the settings.

    `wait` is how it waits, so that tests can take over. `code` is what `finish` makes of it.
    """

    def __init__(
        self, flags: Mapping[str, Any], out: Output, service: Service, settings: Settings, wait: Wait = wait_for
    ) -> None:
        self.flags = flags
        self.out = out
        self.service = service
        self.settings = settings
        self.wait = wait
        self.unread: list[str] = []
        self.failures: list[int] = []

    def flag(self, name: str, default: Any = None) -> Any:
        """A flag by its name in argparse; `default` where it was not given."""
        value = self.flags.get(name)
        return default if value is None else value

    @property
    def state(self) -> State:
        """What is known now."""
        return self.service.state

    @property
    def now(self) -> float:
        """The time in epoch seconds."""
        return self.service.clock()

    def not_read(self, what: str, error: AppError | str) -> None:
        """Name something that could not be read: the command then ends as partial."""
        self.unread.append(what)
        self.out.problem(f"not read: {what}: {error}")

    def failed(self, what: str, error: AppError) -> None:
        """Name a step that failed while others go on."""
        self.failures.append(code_of(error))
        self.out.problem(f"{what}: {words_of(error)}")

    async def write(self, what: str, sent: Awaitable[T]) -> T:
        """Await a write of the service. When it is interrupted, say that its outcome is unknown."""
        try:
            return await sent
        except asyncio.CancelledError:
            self.out.problem(f"interrupted: whether it happened is not known: {what}. The audit file says so too.")
            raise

    def finish(self, code: int = DONE) -> int:
        """The exit code: `code`, else that of the first step that failed, else partial where something was not read."""
        if code == DONE and self.failures:
            return self.failures[0]
        return PARTIAL if code == DONE and self.unread else code


def told(outcome: Outcome) -> str:
    """An outcome on one line."""
    return ". ".join(part.rstrip(".") for part in (outcome.title, outcome.detail) if part)


Handler = Callable[[Invocation], Awaitable[int]]


def run(command: CommandRow, flags: Mapping[str, Any], environ: Mapping[str, str], out: Output | None = None) -> int:
    """Run a command of the table; its exit code. Raises AppError, BrokenPipeError, KeyboardInterrupt."""
    forbid_core_dumps()
    out = out or standard(environ, as_json=bool(flags.get("json")), quiet=bool(flags.get("quiet")))
    try:
        return _run(command, flags, environ, out)
    except AppError as error:
        if not command.refused:
            raise
        code = int(load(command.refused)(out, error))
        out.flush()
        return code


def _run(command: CommandRow, flags: Mapping[str, Any], environ: Mapping[str, str], out: Output) -> int:
    handler: Handler = command.load()
    profiles = ConfiguredProfiles(flags, environ)
    profiles.find_early()
    stopped: list[int] = []
    try:
        code = asyncio.run(_session(handler, flags, profiles, environ, out, stopped))
        out.flush()
    except asyncio.CancelledError:
        return stopped[0] if stopped else INTERRUPTED
    return code


async def _session(
    handler: Handler,
    flags: Mapping[str, Any],
    profiles: ConfiguredProfiles,
    environ: Mapping[str, str],
    out: Output,
    stopped: list[int],
) -> int:
    """Open a session, run the handler, close it."""
    _end_on_sigterm(stopped)
    if not profiles.demo and await profiles.credential(lambda: out.note(WINDOW_WORDS)) is None:
        raise CredentialError(
            "No API token was found",
            "Looked at --token-command, --token-file, CLOUDFLARE_API_TOKEN, systemd credentials and the keyring.",
            "Run `aisearch login`, or give one of these.",
        )
    session = await Wiring(profiles, Store(State(identity=profiles.identity)), environ).open(None, False)
    try:
        return await handler(Invocation(flags, out, session.service, profiles.settings))
    finally:
        await session.aclose()


def _end_on_sigterm(stopped: list[int]) -> None:
    """Cancel this task on SIGTERM, and remember why."""
    task = asyncio.current_task()

    def end() -> None:
        stopped.append(TERMINATED)
        if task:
            task.cancel()

    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    except (ValueError, RuntimeError):
        return  # not in the main thread, as in a test: nobody sends us signals there
