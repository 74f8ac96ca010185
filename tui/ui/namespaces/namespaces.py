"""Namespaces on the main screen: look at one, create, describe, delete, and move an instance."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from tui.errors import AppError, UsageError
from tui.models import Instance, InstanceKey
from tui.service import Outcome
from tui.text import count
from tui.ui.instances.pane import InstancesPane
from tui.ui.items.writes import ItemWrites
from tui.ui.kit.dialog import Question
from tui.ui.kit.pick import Choice, Pick
from tui.ui.kit.row_table.layout import shorten
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.namespaces.cells import NamespaceRow, not_empty, targets

if TYPE_CHECKING:
    from tui.ui.namespaces.form import Draft, NamespaceForm

NOTE = 34
"""Cells of a description in the list of targets."""


class NamespaceDesk(ItemWrites):
    """Opens the list and its dialogs. Writes run on the main screen: they outlive the list."""

    def action_namespace(self) -> None:
        """Look at one namespace, at all, or change them; what is listed is read again."""
        from tui.ui.namespaces.list_view import NamespaceChores, NamespaceList

        chores = NamespaceChores(
            self._refresh_namespaces, self._create_namespace, self._describe_namespace, self._delete_namespace
        )
        self.app.push_screen(NamespaceList(self, chores))

    def _refresh_namespaces(self) -> None:
        if self.session:
            self.run_worker(self._read_namespaces(), group="namespaces", exclusive=True, name="list namespaces")

    async def _read_namespaces(self) -> None:
        """Read the list again; an error stands in its title."""
        try:
            await self._session().service.namespaces.refresh()
        except AppError as error:
            self._session().service.notice("namespaces", error)

    # create, describe, delete

    def _account(self) -> tuple[str, str]:
        who = self.state.identity
        return ("Account", who.account)

    def _create_namespace(self) -> None:
        from tui.ui.namespaces.form import Draft

        create = self._session().service.namespaces.create
        effect = "Creates an empty namespace. An instance id is unique within a namespace only."
        self._open_form(Draft("New namespace", (self._account(),), effect, "Create"), create)

    def _describe_namespace(self, row: NamespaceRow) -> None:
        from tui.ui.namespaces.form import Draft

        service = self._session().service.namespaces
        facts = (self._account(), ("Namespace", row.name))
        effect = "Changes the description and nothing else; an empty one removes it."

        async def describe(name: str, description: str) -> Outcome:
            if description == row.description:
                raise UsageError("Description", "It reads as before: nothing was sent.")
            return await service.describe(name, description)

        self._open_form(Draft("Describe the namespace", facts, effect, "Change", row.name, row.description), describe)

    def _open_form(self, draft: Draft, write: Callable[[str, str], Awaitable[Outcome]]) -> None:
        """The write runs on the main screen: it goes on when the form is closed before the reply."""
        from tui.ui.namespaces.form import NamespaceForm

        def submit(name: str, description: str, form: NamespaceForm) -> None:
            work = self._settle(lambda: write(name, description), form)
            self.run_worker(work, group="mutate", name=draft.title)

        self.app.push_screen(NamespaceForm(draft, submit))

    async def _settle(self, write: Callable[[], Awaitable[Outcome]], form: NamespaceForm) -> None:
        """An error stands in the form beside what was typed; only when the form is gone it is told elsewhere."""
        session = self._session()
        try:
            outcome = await write()
        except AppError as error:
            if form.is_attached:
                if not isinstance(error, UsageError):  # nothing was sent
                    session.service.notice("write", error)
                form.sync_selection(error)
            else:
                self.tell(error, "write")
            return
        form.sync_selection(None)
        await self._write(partial(_known, outcome))

    def _delete_namespace(self, row: NamespaceRow) -> None:
        """What is in it is looked at first, on the server: the list may be old."""
        self.run_worker(self._look_inside(row), group="namespaces", exclusive=True, name=f"look into {row.name}")

    async def _look_inside(self, row: NamespaceRow) -> None:
        service = self._session().service.namespaces
        try:
            inside = await service.contents(row.name)
        except AppError as error:
            self.tell(error, "namespaces")
            return
        if inside.items:
            self.app.push_screen(TextDialog(f"{row.name} is not empty", not_empty(row.name, inside, self.look)))
            return
        from tui.ui.kit.typed_confirm import TypedConfirm

        facts = (self._account(), ("Namespace", row.name), ("Instances", "0"))
        effect = "Deletes the empty namespace and its public endpoint."
        question = Question("Delete the namespace", facts, effect, "Delete", f"type {row.name} to delete it")

        def answered(text: str | None) -> None:
            if text is not None:
                self.run_worker(self._write(lambda: service.delete(row.name)), group="mutate", name="delete namespace")

        self.app.push_screen(TypedConfirm(question, row.name), answered)

    # move

    def action_move(self) -> None:
        """Move the selected instance to another namespace."""
        if self.may("instance.move") and (instance := self.state.instance):
            rows = list(targets(self.state, instance.key.namespace))
            if not rows:
                shows, creates = (self.look.key(name) for name in ("instances.namespace", "namespaces.create"))
                self.say(f"There is no other namespace: {shows} shows them, {creates} there creates one.")
                return
            choices = [Choice(row.name, row.name, self._note(row)) for row in rows]

            def chosen(name: str | None) -> None:
                if name is not None:
                    self._ask_move(instance, name)

            self.app.push_screen(Pick(f"Move {instance.id} from {instance.key.namespace} to", choices), chosen)

    def _note(self, row: NamespaceRow) -> str:
        return f"{count(row.instances):>5}   {shorten(row.description, NOTE, self.look.signs.ellipsis)}"

    def _ask_move(self, instance: Instance, target: str) -> None:
        old, new = instance.key, InstanceKey(target, instance.id)
        who = self._account()
        facts = (who, ("Instance", instance.id), ("From", old.namespace), ("To", target))
        effect = f"Its address changes: programs that call {old} must call {new} from then on."
        taken = any(one.key == new for one in self.state.fleet.value or ())
        warnings = [
            f"{target} already has an instance {instance.id}: the server will refuse the move." if taken else "",
            f"Job {running} still runs." if (running := self._running_job(instance)) else "",
        ]
        question = Question("Move the instance", facts, effect, "Move", warning="\n".join(filter(None, warnings)))
        self._ask(question, lambda _: self._move(old, target))

    async def _move(self, key: InstanceKey, target: str) -> Outcome:
        """Move; the cursor goes along."""
        outcome = await self._session().service.namespaces.move(key, target)
        new = InstanceKey(target, key.id)
        if self.state.selected == new:
            self.call_after_refresh(lambda: self.query_one(InstancesPane).body().move_to(new))
        return outcome


async def _known(outcome: Outcome) -> Outcome:
    return outcome
