"""NamespaceService: what is in them, create, describe, delete, and moving an instance from one to another."""

from __future__ import annotations

from msgspec import structs
from msgspec.structs import replace

from tui.contract import Api, Priority
from tui.errors import Conflict, NotFound, UsageError
from tui.models import Instance, InstanceKey, Namespace, Page
from tui.models.instance import DEFAULT_NAMESPACE
from tui.service.outcome import Outcome
from tui.service.refresher import Refresher
from tui.service.writer import Writer
from tui.state.store import Store

LONGEST_DESCRIPTION = 256
LONGEST_NAME = 64
SHOWN = 10
"""Instances that are named when a namespace is not empty."""
_READ_BACK = "Read back after a lost reply."
_CARRIED = ("stats", "jobs", "samples", "cooldowns")
"""What is known of an instance and stays true when it moves."""


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a namespace: little, for the pattern is unknown (api-facts: Namespaces).

    Raises UsageError.
    """
    if not name:
        raise UsageError("Name", "A namespace needs a name.")
    if len(name) > LONGEST_NAME:
        raise UsageError("Name", f"It has {len(name)} characters; the most is {LONGEST_NAME}.")
    if not name.isprintable() or any(char in " /?#%\\" for char in name) or name in (".", ".."):
        raise UsageError("Name", "It is part of addresses: letters, digits, - and _ are safe.")


def check_description(text: str) -> None:
    """Refuse a description that is too long (api-facts: Namespaces). Raises UsageError."""
    if len(text) > LONGEST_DESCRIPTION:
        raise UsageError("Description", f"It has {len(text)} characters; the most is {LONGEST_DESCRIPTION}.")


class NamespaceService:
    """Raises AppError. What a write changed is in the store at once; the lists are read again after it."""

    def __init__(self, api: Api, store: Store, read: Refresher, writer: Writer) -> None:
        self._api = api
        self._store = store
        self._read = read
        self._writer = writer

    async def refresh(self) -> None:
        """List the namespaces again."""
        await self._read.namespaces(Priority.USER)

    async def contents(self, name: str) -> Page[Instance]:
        """The first instances of a namespace, as the server has them now."""
        return await self._user.list_instances(name, per_page=SHOWN)

    async def create(self, name: str, description: str) -> Outcome:
        """Create a namespace. Raises UsageError for what cannot be sent."""
        check_name(name)
        check_description(description)
        taken = any(one.name == name for one in self._store.state.namespaces.value or ())

        async def send() -> Outcome:
            self._show(await self._user.create_namespace(name, description or None))
            return Outcome(f"Namespace {name} created")

        async def look() -> Outcome:
            found = await self._find(name)
            if found is None:
                return Outcome(f"Namespace {name} was not created", f"{_READ_BACK} Try again.", done=False)
            if taken:
                raise Conflict("It was there before", "So its being there now proves nothing.")
            self._show(found)
            return Outcome(f"Namespace {name} was created", _READ_BACK)

        return await self._writer.write("create namespace", name, send, look)

    async def describe(self, name: str, description: str) -> Outcome:
        """Change the description; an empty one removes it. Nothing else is sent, so the public endpoint stays."""
        check_description(description)

        async def send() -> Outcome:
            self._show(await self._user.update_namespace(name, {"description": description or None}))
            return Outcome(f"Description of {name} changed")

        async def look() -> Outcome:
            found = await self._user.get_namespace(name)
            self._show(found)
            if (found.description or "") == description:
                return Outcome(f"Description of {name} was changed", _READ_BACK)
            return Outcome(f"Description of {name} was not changed", f"{_READ_BACK} Try again.", done=False)

        return await self._writer.write("describe namespace", name, send, look)

    async def delete(self, name: str) -> Outcome:
        """Delete an empty namespace; the server refuses one with instances (api-errors: 7066)."""

        async def send() -> Outcome:
            await self._user.delete_namespace(name)
            self._forget(name)
            return Outcome(f"Namespace {name} deleted")

        async def look() -> Outcome:
            if await self._find(name) is not None:
                return Outcome(f"Namespace {name} is still there", f"{_READ_BACK} Try again.", done=False)
            self._forget(name)
            return Outcome(f"Namespace {name} was deleted", _READ_BACK)

        return await self._writer.write("delete namespace", name, send, look)

    async def move(self, key: InstanceKey, target: str) -> Outcome:
        """Move an instance to another namespace (api-facts: Namespaces). Refused with 7022 where the id is taken."""
        new = InstanceKey(target, key.id)
        taken = any(one.key == new for one in self._store.state.fleet.value or ())

        async def send() -> Outcome:
            await self._user.move_instance(key, target)
            self._show_moved(key, new)
            return Outcome(f"{key.id} moved to {target}", f"It was in {key.namespace}.")

        async def look() -> Outcome:
            if not taken and await self._read.exists(new):  # the old place may echo for a minute: it proves nothing
                self._show_moved(key, new)
                return Outcome(f"{key.id} was moved to {target}", _READ_BACK)
            return Outcome(f"{key.id} is still in {key.namespace}", f"{_READ_BACK} Try again.", done=False)

        return await self._writer.write("move", f"{key} to {target}", send, look)

    @property
    def _user(self) -> Api:
        return self._api.using(Priority.USER)

    async def _find(self, name: str) -> Namespace | None:
        try:
            return await self._user.get_namespace(name)
        except NotFound:
            return None

    def _show(self, namespace: Namespace) -> None:
        """Put a namespace that the server answered with into the list."""
        known = self._store.state.namespaces.value or (Namespace(name=DEFAULT_NAMESPACE),)
        if any(one.name == namespace.name for one in known):
            found = tuple(namespace if one.name == namespace.name else one for one in known)
        else:
            found = (*known, namespace)
        self._store.update(namespaces=replace(self._store.state.namespaces, value=found))

    def _forget(self, name: str) -> None:
        """Take a namespace out of the list; nobody looks at it alone any more."""
        state = self._store.state
        left = tuple(one for one in state.namespaces.value or () if one.name != name)
        self._store.update(
            namespaces=replace(state.namespaces, value=left),
            namespace=None if state.namespace == name else state.namespace,
        )

    def _show_moved(self, key: InstanceKey, new: InstanceKey) -> None:
        """The instance in its new place, with what is known of it; it stays selected."""
        for table in _CARRIED:
            known = getattr(self._store.state, table).get(key)
            if known is not None:
                self._store.put(table, new, known)
        state = self._store.state
        moved = (
            structs.replace(one, namespace=new.namespace) if one.key == key else one for one in state.fleet.value or ()
        )
        self._store.update(
            fleet=replace(state.fleet, value=tuple(moved)), selected=new if state.selected == key else state.selected
        )
        self._read.made(new)
        self._read.gone(key)
