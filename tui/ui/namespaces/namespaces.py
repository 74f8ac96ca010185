"""Namespaces: look at one, create, describe, delete, and move an instance."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tui.errors import AppError, UsageError
from tui.models import Instance, InstanceKey
from tui.service import Outcome
from tui.text import plural
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.pick import Choice, Pick
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.kit.unsent import KeptFields, Unsent
from tui.ui.namespaces.cells import NamespaceRow, not_empty, targets

if TYPE_CHECKING:
    from tui.ui.namespaces.form import NamespaceDraft, NamespaceForm


class Namespaces:
    """Opens the list and its dialogs. Writes run by the desk: they outlive the list."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._unsent = Unsent[dict[str, str]]()
        self.actions = {"instances.namespace": self.open, "instance.move": self.move}

    async def open(self) -> None:
        """Look at one namespace, at all, or change them; what is listed is read again."""
        from tui.ui.namespaces.list_view import NamespaceList

        await self.desk.ask(NamespaceList(self.desk, self))

    def read(self) -> None:
        """Read the list again; an error stands in its title."""
        self.desk.start(self._read(), "namespaces", exclusive=True, name="list namespaces")

    async def _read(self) -> None:
        try:
            await self.desk.service.namespaces.refresh()
        except AppError as error:
            self.desk.record_error(error, "namespaces")

    # create, describe, delete

    def _account(self) -> tuple[str, str]:
        return ("Account", self.desk.state.identity.account)

    def create(self) -> None:
        """Ask for a name, then create an empty namespace."""
        from tui.ui.namespaces.form import NamespaceDraft

        effect = "Creates an empty namespace. An instance id is unique within a namespace only."
        draft = NamespaceDraft("New namespace", (self._account(),), effect, "Create")
        self._open_form(draft, self.desk.service.namespaces.create)

    def describe(self, row: NamespaceRow) -> None:
        """Ask for another description."""
        from tui.ui.namespaces.form import NamespaceDraft

        facts = (self._account(), ("Namespace", row.name))
        effect = "Changes the description and nothing else; an empty one removes it."
        service = self.desk.service.namespaces

        async def describe(name: str, description: str) -> Outcome:
            if description == row.description:
                raise UsageError("Description", "It is unchanged: nothing was sent.")
            return await service.describe(name, description)

        draft = NamespaceDraft("Describe the namespace", facts, effect, "Change", row.name, row.description)
        self._open_form(draft, describe)

    def _open_form(self, draft: NamespaceDraft, write: Callable[[str, str], Awaitable[Outcome]]) -> None:
        """The write goes on when the form is closed before the reply."""
        from tui.ui.namespaces.form import NamespaceForm

        kept = KeptFields(self._unsent, (self.desk.state.identity.account, draft.title, draft.name))

        def submit(name: str, description: str, form: NamespaceForm) -> None:
            self.desk.start(self._submit(lambda: write(name, description), form, kept), name=draft.title)

        async def ask() -> None:
            await self.desk.ask(NamespaceForm(draft, submit, kept))

        self.desk.start(ask(), name=draft.title)

    async def _submit(self, write: Callable[[], Awaitable[Outcome]], form: NamespaceForm, kept: KeptFields) -> None:
        """An error stands in the form beside what was typed; only when the form is gone it is shown elsewhere."""
        try:
            outcome = await write()
        except AppError as error:
            if not form.is_attached:
                self.desk.show_error(error, "write")
                return
            if not isinstance(error, UsageError):  # nothing was sent
                self.desk.record_error(error, "write")
            form.finish(error)
            return
        kept.forget()
        form.finish(None)
        await self.desk.write(lambda: _done(outcome))

    def delete(self, row: NamespaceRow) -> None:
        """Ask, when the server says that nothing is inside; then delete."""
        self.desk.start(self._delete(row), "namespace deletion", name=f"delete {row.name}")

    async def _delete(self, row: NamespaceRow) -> None:
        """What is in it is looked at first, on the server: the list may be old."""
        service = self.desk.service.namespaces
        try:
            inside = await service.contents(row.name)
        except AppError as error:
            self.desk.show_error(error, "namespaces")
            return
        if inside.items:
            text = not_empty(row.name, inside, self.desk.look)
            await self.desk.ask(TextDialog(f"{row.name} is not empty", text))
            return
        facts = (self._account(), ("Namespace", row.name), ("Instances", "0"))
        effect = "Deletes the empty namespace and its public endpoint."
        question = Question(
            "Delete the namespace", facts, effect, "Delete", f"type {row.name} to delete it", must_type=row.name
        )
        if await self.desk.ask(Confirm(question)) is not None:
            await self.desk.write(lambda: service.delete(row.name))

    # move

    async def move(self) -> None:
        """Move the selected instance to another namespace; the cursor goes along."""
        instance = self.desk.state.instance
        if instance is None:
            return
        look, rows = self.desk.look, list(targets(self.desk.state, instance.key.namespace))
        if not rows:
            shows, creates = (look.key(name) for name in ("instances.namespace", "namespaces.create"))
            self.desk.say(f"There is no other namespace: {shows} shows them, {creates} there creates one.")
            return
        choices = [Choice(row.name, row.name, self._note(row)) for row in rows]
        target = await self.desk.ask(Pick(f"Move {instance.id} to", choices))
        if target is None:
            return
        if await self.desk.ask(Confirm(self._question(instance, target))) is not None:
            await self.desk.write(lambda: self._move(instance.key, target))

    def _note(self, row: NamespaceRow) -> str:
        held = "" if row.instances is None else plural(row.instances, "instance")
        return "   ".join(part for part in (f"{held:<13}", row.description) if part.strip())

    def _question(self, instance: Instance, target: str) -> Question:
        old, new, state = instance.key, InstanceKey(target, instance.id), self.desk.state
        facts = (self._account(), ("Instance", instance.id), ("From", old.namespace), ("To", target))
        effect = f"Its address changes: programs that call {old} must call {new} from then on."
        taken = state.instance_of(new) is not None
        running = state.running_job(old, self.desk.now)
        warnings = [
            f"{target} already has an instance {instance.id}: the server will refuse the move." if taken else "",
            f"Job {running.id[:8]} is still running." if running else "",
        ]
        return Question("Move the instance", facts, effect, "Move", warning="\n".join(filter(None, warnings)))

    async def _move(self, key: InstanceKey, target: str) -> Outcome:
        outcome = await self.desk.service.namespaces.move(key, target)
        new = InstanceKey(target, key.id)
        if self.desk.state.selected == new:
            self.desk.reveal(new)
        return outcome


async def _done(outcome: Outcome) -> Outcome:
    return outcome
