"""Deleting an instance: what would be lost is read first, then its exact name must be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.errors import AppError
from tui.models import Instance, InstanceKey
from tui.ui.desk import Desk

if TYPE_CHECKING:
    from tui.ui.instances.delete_dialog import DeleteDialog


class DeleteInstance:
    """Deletes the instance that was selected when the key was pressed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actions = {"instance.delete": self.delete}

    async def delete(self) -> None:
        """Ask, after a look at what would be lost; then delete."""
        instance = self.desk.state.instance
        if instance is None:
            return
        from tui.ui.instances.delete_dialog import DeleteDialog

        word = self._word(instance)
        dialog = DeleteDialog(word, self.desk.facts(instance.key))
        self.desk.start(self._read(dialog, instance.key), "losses", exclusive=True)
        answer, losses = await self.desk.ask(dialog), dialog.losses
        if answer == word and losses:
            await self.desk.write(lambda: self.desk.service.configs.delete(losses))

    def _word(self, instance: Instance) -> str:
        """What must be typed: the id, with its namespace where another namespace has an instance of that id."""
        fleet = self.desk.state.fleet.value or ()
        twins = any(one.id == instance.id and one.key != instance.key for one in fleet)
        return str(instance.key) if twins else instance.id

    async def _read(self, dialog: DeleteDialog, key: InstanceKey) -> None:
        try:
            losses = await self.desk.service.configs.losses(key)
        except AppError as error:
            dialog.call_after_refresh(dialog.fail, error)
        else:
            dialog.call_after_refresh(dialog.show, losses)
