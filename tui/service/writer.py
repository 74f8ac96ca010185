"""The one way to change something on the server: every write of every use case passes through here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from tui.contract import Api
from tui.errors import AppError, OutcomeUnknown, ReadOnly
from tui.service.audit import BEGUN, Audit, AuditEntry
from tui.service.outcome import Outcome
from tui.state.store import Notice, Store

NOT_RECORDED = "It is not recorded: the audit file cannot be written."


class Writer:
    """Read-only check, count of writes in flight, read-back after a lost reply, audit before and after."""

    def __init__(self, api: Api, store: Store, clock: Callable[[], float], audit: Audit) -> None:
        self._api = api
        self._store = store
        self._clock = clock
        self._audit = audit
        self._told = False
        """Whether the operator knows that the audit cannot be written."""

    async def write(
        self,
        action: str,
        target: str,
        call: Callable[[], Awaitable[Outcome]],
        read_back: Callable[[], Awaitable[Outcome]],
    ) -> Outcome:
        """Send `call` once. `target` is named in the audit; `read_back` looks for the effect when the reply was lost.

        A write whose reply was lost is never repeated: its effect is looked for instead. If that fails too, the
        OutcomeUnknown goes up. Raises ReadOnly before anything is sent, and AppError where the audit is required and
        cannot be written.
        """
        if self._store.state.identity.read_only:
            raise ReadOnly("Read-only", f"{action} was not sent.", "Start without --read-only to change something.")
        known = self._told
        entry = AuditEntry(action, target, BEGUN, write=self._audit.new_write())
        if (missing := self._record(entry)) and self._audit.required:
            raise _refused(missing)
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
            missing = self._record(replace(entry, outcome=told, ray=self._ray_since(began))) or missing
        if missing and not known:
            return replace(outcome, detail=f"{outcome.detail} {NOT_RECORDED}".strip())
        return outcome

    def _record(self, entry: AuditEntry) -> AppError | None:
        """Write a line of the audit. Where that fails the operator is told once, until it works again."""
        try:
            self._audit.record(self._store.state.identity, entry)
        except AppError as error:
            if not self._told:
                self._told = True
                self._store.notice(Notice(self._clock(), "audit", error))
            return error
        self._told = False
        return None

    async def _after_lost(self, lost: OutcomeUnknown, read_back: Callable[[], Awaitable[Outcome]]) -> Outcome:
        try:
            return replace(await read_back(), certain=False)
        except AppError:
            raise lost from None

    def _ray_since(self, began: float) -> str | None:
        """The ray of the last write that was sent since `began`; None when none was."""
        sent = (one for one in reversed(self._api.exchanges) if one.method != "GET" and one.started >= began)
        return next((one.ray for one in sent), None)


def _refused(missing: AppError) -> AppError:
    detail = missing.detail.partition(" Not recorded:")[0]
    return AppError(
        "Not sent: the audit file cannot be written",
        f"{detail} The setting audit_required is on.",
        missing.hint,
    )
