"""The one way to change something on the server: every write of every use case passes through here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from tui.contract import Api
from tui.errors import AppError, OutcomeUnknown, ReadOnly
from tui.service.audit import Audit, AuditEntry
from tui.service.outcome import Outcome
from tui.state.store import Store


class Writer:
    """Read-only check, count of writes in flight, read-back after a lost reply, audit."""

    def __init__(self, api: Api, store: Store, clock: Callable[[], float], audit: Audit) -> None:
        self._api = api
        self._store = store
        self._clock = clock
        self._audit = audit

    async def write(
        self,
        action: str,
        target: str,
        call: Callable[[], Awaitable[Outcome]],
        read_back: Callable[[], Awaitable[Outcome]],
    ) -> Outcome:
        """Send `call` once. `target` is named in the audit; `read_back` looks for the effect when the reply was lost.

        A write whose reply was lost is never repeated: its effect is looked for instead. If that fails too, the
        OutcomeUnknown goes up. Raises ReadOnly before anything is sent.
        """
        if self._store.state.identity.read_only:
            raise ReadOnly("Read-only", f"{action} was not sent.", "Start without --read-only to change something.")
        self._store.update(writes_in_flight=self._store.state.writes_in_flight + 1)
        told, began = "failed", self._clock()
        try:
            outcome = await call()
            told = "done"
        except asyncio.CancelledError:
            told = "unknown: interrupted"
            raise
        except OutcomeUnknown as lost:
            told = "unknown"
            outcome = await self._after_lost(lost, read_back)
            told = f"unknown, read back: {outcome.title}"
        except AppError as error:
            told = f"refused: {error}"
            raise
        finally:
            self._store.update(writes_in_flight=self._store.state.writes_in_flight - 1)
            self._audit.record(self._store.state.identity, AuditEntry(action, target, told, self._ray_since(began)))
        return outcome

    async def _after_lost(self, lost: OutcomeUnknown, read_back: Callable[[], Awaitable[Outcome]]) -> Outcome:
        try:
            return replace(await read_back(), certain=False)
        except AppError:
            raise lost from None

    def _ray_since(self, began: float) -> str | None:
        """The ray of the last write that was sent since `began`; None when none was."""
        sent = (one for one in reversed(self._api.exchanges) if one.method != "GET" and one.started >= began)
        return next((one.ray for one in sent), None)
