"""`D`: a deletion is asked for, and sent once it was confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.errors import AppError
from tui.models import InstanceKey
from tui.ui.writes import Writes

if TYPE_CHECKING:
    from tui.ui.instances.deletion import Deletion


class Delete(Writes):
    """Deletes the instance that was selected when the key was pressed."""

    def action_delete(self) -> None:
        """Delete the selected instance."""
        if self.may("instance.delete") and (instance := self.state.instance):
            from tui.ui.instances.deletion import Deletion

            who = self.state.identity
            dialog = Deletion(instance.key, f"{who.account_name} {who.account_id}".strip())

            def answered(answer: str | None) -> None:
                blast = dialog.blast
                if answer == instance.id and blast:
                    service = self._session().service
                    write = self._write(lambda: service.configs.delete(blast))
                    self.run_worker(write, group="mutate", name=f"delete {instance.key}")

            self.app.push_screen(dialog, answered)
            dialog.run_worker(self._read_blast(dialog, instance.key), group="blast", exclusive=True, name="blast")

    async def _read_blast(self, dialog: Deletion, key: InstanceKey) -> None:
        try:
            blast = await self._session().service.configs.blast(key)
        except AppError as error:
            dialog.call_after_refresh(dialog.fail, error)
        else:
            dialog.call_after_refresh(dialog.show, blast)
