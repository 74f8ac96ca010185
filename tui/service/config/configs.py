"""Making, changing and deleting instances: what is sent, what is checked right before, and what a lost reply did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tui.contract import Api, Priority
from tui.errors import AppError, Conflict, NotFound
from tui.models import Instance, InstanceDocument, InstanceKey, SourceKind
from tui.models.put_body import not_stored, same
from tui.service.config.document import MISSING, changes, editable, with_value
from tui.service.config.fields import FIELDS, fitting
from tui.service.config.losses import Losses, read_losses
from tui.service.config.saved import save
from tui.service.outcome import Outcome
from tui.service.refresher import Refresher
from tui.service.same_object import read_instance, write_same
from tui.service.writer import Writer
from tui.state.store import Store

TIMES = ("created_at", "modified_at")
"""What tells an instance from another of the same name, and from itself before a change."""
READ_BACK = "Read back after a lost reply."
LATER = frozenset(field.top for field in FIELDS if not field.creates)
"""Fields that only a change takes: a new instance gets them by a second request (contract: InstanceCreate)."""
NOT_COPIED = frozenset({"metadata", "paused", "public_endpoint_params"})
"""What a clone does not take over: it starts unpaused and private, since domains belong to one instance."""


class ChangedSince(Conflict):
    """Somebody changed the configuration after it was opened; nothing was sent. `fresh` is what it is now."""

    def __init__(
        self,
        fresh: InstanceDocument,
        names: tuple[str, ...],
        since: str = "you opened it",
        hint: str = "Look at the difference, then go on from what it is now.",
    ) -> None:
        anew = "It was deleted and created again. " if "created_at" in names else ""
        super().__init__(
            "Changed by somebody else", f"{anew}Since {since}: {', '.join(names)}. Nothing was sent.", hint
        )
        self.fresh = fresh
        self.names = names


class Configs:
    """Configuration as a whole. All writes go through the writer; raises AppError."""

    def __init__(
        self, api: Api, store: Store, clock: Callable[[], float], writer: Writer, read: Refresher, folder: Path
    ) -> None:
        """`folder` is the state directory, for saved configurations."""
        self._api = api
        self._store = store
        self._clock = clock
        self._writer = writer
        self._read = read
        self._folder = folder

    @property
    def _user(self) -> Api:
        return self._api.using(Priority.USER)

    # looking

    async def open(self, key: InstanceKey) -> InstanceDocument:
        """The configuration as it is now. It also refreshes what the detail pane shows."""
        await self._read.document(key, Priority.USER)
        document = self._store.state.documents[key].value
        if document is None:
            raise NotFound("No such instance", f"{key} has gone.", "Refresh.")
        return document

    async def losses(self, key: InstanceKey) -> Losses:
        """What a deletion would destroy."""
        return await read_losses(self._user, key, self._folder, self._clock())

    # changing

    async def change(self, key: InstanceKey, opened: Mapping[str, Any], wanted: Mapping[str, Any]) -> Outcome:
        """Send what differs between `opened`, the exact document that was edited, and `wanted`.

        Raises ChangedSince when the instance is not what it was when it was opened.
        """
        sent = changes(opened, wanted)
        done = f"{key.id} changed"

        async def call() -> Outcome:
            await self._refuse_if_changed(key, opened)
            replied = await write_same(self._user, key, self._user.change_instance(key, sent))
            self._show(replied.instance)
            return await self._checked(key, sent, Outcome(done, f"Sent: {', '.join(sent)}."), replied.exact)

        async def look() -> Outcome:
            now = (await read_instance(self._user, key)).exact
            if not changes(now, sent):
                return Outcome(done, READ_BACK)
            return Outcome(f"{key.id} was not changed", f"{READ_BACK} Send it again.", done=False)

        outcome = await self._writer.write("modify", f"{key} {','.join(sent)}", call, look)
        await self._reread(key)
        return outcome

    async def _checked(
        self, key: InstanceKey, sent: Mapping[str, Any], outcome: Outcome, replied: Mapping[str, Any] | None = None
    ) -> Outcome:
        """Compare a fresh read with what was sent: a success does not prove that it was stored.

        Where it cannot be read, what the reply to the write held decides, if that is known.
        """
        try:
            now: Mapping[str, Any] | None = (await read_instance(self._user, key)).exact
        except AppError as error:
            outcome = replace(outcome, detail=f"{outcome.detail} Not read back: {error}.", certain=False)
            now = replied
        lost = not_stored(sent, now) if now is not None else ()
        if not lost:
            return outcome
        words = f"not stored: {', '.join(lost)}."
        detail = f"{outcome.detail} The service accepted it, but {words}"
        return replace(outcome, detail=detail, certain=False, missing=tuple(lost))

    async def _refuse_if_changed(self, key: InstanceKey, opened: Mapping[str, Any]) -> None:
        fresh = await read_instance(self._user, key)
        if names := differing(opened, fresh.exact):
            raise ChangedSince(fresh, names)

    async def _refuse_if_another(self, key: InstanceKey, shown: Mapping[str, Any]) -> None:
        """Somebody may have deleted it and made another of the same name, or changed it, since it was shown."""
        fresh = await read_instance(self._user, key)
        times = tuple(name for name in TIMES if shown.get(name, MISSING) != fresh.exact.get(name, MISSING))
        if names := (*times, *differing(shown, fresh.exact)):
            raise ChangedSince(fresh, names, "you saw what would be lost", "Look again at what would be lost.")

    async def create(self, wanted: Mapping[str, Any]) -> Outcome:
        """Make an instance; `wanted` is a document with namespace, id and type. Prompts and such follow by a PUT."""
        key = InstanceKey(str(wanted["namespace"]), str(wanted["id"]))
        body, later = creation_bodies(wanted)
        taken = self._is_listed(key)

        async def call() -> Outcome:
            made = await self._user.create_instance(key.namespace, body)
            self._show(made, new=True)
            created = Outcome(f"{key.id} created", f"In {key.namespace}. {await self._next_step(made)}")
            return await self._checked(key, body, created)

        async def look() -> Outcome:
            try:
                made = (await read_instance(self._user, key)).instance
            except NotFound:
                return Outcome(f"{key.id} was not created", f"{READ_BACK} Create it again.", done=False)
            if taken:
                raise Conflict("It was there before", "So its being there now proves nothing.")
            self._show(made, new=True)
            return Outcome(f"{key.id} was created", f"{READ_BACK} {await self._next_step(made)}")

        outcome = await self._writer.write("create", str(key), call, look)
        if later and self._is_listed(key):
            return await self._complete(key, outcome, later)
        return outcome

    async def _complete(self, key: InstanceKey, made: Outcome, later: Mapping[str, Any]) -> Outcome:
        """The second half of a creation. Its failure does not undo the first: the outcome says so."""
        try:
            await self.change(key, (await read_instance(self._user, key)).exact, later)
        except AppError as error:
            missing = f"But not set: {', '.join(later)}. {error}. Modify it to set them."
            return replace(made, detail=f"{made.detail} {missing}", certain=False, missing=(*made.missing, *later))
        return made

    async def delete(self, losses: Losses) -> Outcome:
        """Save the configuration, then delete the instance. Nothing is deleted when it cannot be saved.

        Raises ChangedSince when it is not the instance whose losses were shown: it is read once more right before.
        """
        key = losses.key

        async def call() -> Outcome:
            await self._refuse_if_another(key, losses.document.exact)
            save(losses.path, losses.document.exact)
            await self._user.delete_instance(key)
            self._read.gone(key)
            return Outcome(f"{key.id} deleted", f"Its configuration is in {losses.path}")

        async def look() -> Outcome:
            try:
                await read_instance(self._user, key)
            except NotFound:
                self._read.gone(key)
                return Outcome(f"{key.id} was deleted", f"{READ_BACK} Its configuration is in {losses.path}")
            return Outcome(
                f"{key.id} is still there", f"{READ_BACK} It may take a minute to go: refresh to see.", done=False
            )

        return await self._writer.write("delete", str(key), call, look)

    async def _next_step(self, made: Instance) -> str:
        """What comes after a creation. With a source the service starts the first job itself (api-facts: Jobs)."""
        if not made.has_source:
            return "Upload documents to it."
        try:
            await self._read.jobs(made.key, Priority.USER)
        except AppError:
            return "Its first job could not be looked up."
        first = next(iter(self._store.state.jobs[made.key].value or ()), None)
        if first is None:
            return "Its first job starts by itself."
        if first.start_failed:
            return "Its first job did not start: sync it."
        return f"Its first job, {first.id[:8]}, has started by itself."

    # the store

    async def purge(self, key: InstanceKey) -> Outcome:
        """Drop the cached answers of an instance. To repeat it does no harm."""

        async def call() -> Outcome:
            await self._user.purge_cache(key)
            return Outcome(f"Cache of {key.id} purged")

        async def look() -> Outcome:
            return Outcome(
                f"Cache of {key.id}: outcome unknown", "The reply was lost. To purge it again does no harm.", done=None
            )

        return await self._writer.write("purge cache", str(key), call, look)

    async def _reread(self, key: InstanceKey) -> None:
        """The detail pane shows what it is now: a PUT's reply leaves out some fields (api-facts: Instances)."""
        try:
            await self._read.document(key, Priority.USER)
        except AppError:
            return  # the reading says so; the write itself is done

    def _is_listed(self, key: InstanceKey) -> bool:
        return any(one.key == key for one in self._store.state.fleet.value or ())

    def _show(self, instance: Instance, *, new: bool = False) -> None:
        """Put an instance that the server answered with into the list."""
        fleet = self._store.state.fleet
        known = fleet.value or ()
        if new:
            self._read.made(instance.key)
        if new and not self._is_listed(instance.key):
            known = (instance, *known)
        merged = tuple(instance if one.key == instance.key else one for one in known)
        self._store.update(fleet=replace(fleet, value=merged))


def differing(opened: Mapping[str, Any], fresh: Mapping[str, Any]) -> tuple[str, ...]:
    """The top-level fields that somebody else changed; whatever the server keeps by itself does not count."""
    names = dict.fromkeys([*editable(opened), *editable(fresh)])
    return tuple(name for name in names if not same(opened.get(name, MISSING), fresh.get(name, MISSING)))


def creation_bodies(wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body of the POST, and what a PUT must add afterwards.

    Nulls and empty texts are left out, for the server has defaults; so is what means nothing for the kind of source.
    """
    fields = {name: value for name, value in editable(pruned(wanted)).items() if value not in (None, "", {})}
    body = {"id": wanted["id"], **{name: value for name, value in fields.items() if name not in LATER}}
    if (kind := kind_of(wanted)) is not SourceKind.BUILTIN:
        body["type"] = str(kind)
    return body, {name: value for name, value in fields.items() if name in LATER and value is not False}


def clone(document: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    """A new instance's document with the configuration of another: without id, and without what cannot be shared."""
    known = {field.top for field in FIELDS} - NOT_COPIED
    fields = {
        name: value for name, value in editable(document).items() if name in known and value not in (None, "", [])
    }
    return pruned({"namespace": namespace, "id": "", "type": str(kind_of(document)), **fields})


def pruned(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without the fields that mean nothing for its kind of source."""
    fit = fitting(FIELDS, kind_of(document))
    for field in FIELDS:
        if field not in fit:
            document = with_value(document, field.path, MISSING)
    return {name: value for name, value in document.items() if value != {}}


def kind_of(document: Mapping[str, Any]) -> SourceKind:
    """The kind of source: by `type`, else by the look of `source` (api-facts: Instances)."""
    if document.get("type") in list(SourceKind):
        return SourceKind(document["type"])
    source = document.get("source")
    if not source:
        return SourceKind.BUILTIN
    return SourceKind.WEB if str(source).startswith(("http://", "https://")) else SourceKind.R2
