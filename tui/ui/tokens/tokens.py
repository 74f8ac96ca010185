"""Service tokens: the list is opened, a token is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.models import ServiceToken
from tui.secret import Secret
from tui.service.tokens import TokenUse
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.unsent import KeptFields, Unsent

if TYPE_CHECKING:
    from tui.ui.tokens.form import TokenForm
    from tui.ui.tokens.list_view import TokenList


class Tokens:
    """Opens the list of service tokens, and deletes one that no instance uses."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._unsent = Unsent[dict[str, str]]()
        self.actions = {"app.tokens": self.open}

    async def open(self) -> None:
        """Show the service tokens, and who uses them. Raises NotConnected."""
        from tui.ui.tokens.list_view import TokenList

        _ = self.desk.service  # without a session there is nothing to list
        await self.desk.ask(TokenList(self.desk, self._delete, self._create))

    def _create(self, shown: TokenList) -> None:
        """The form; the write goes on when it is closed before the reply."""
        from tui.ui.tokens.form import TokenForm

        def submit(name: str, api_id: str, secret: Secret, form: TokenForm) -> None:
            self.desk.start(self._send(name, api_id, secret, form, shown, kept), name="create service token")

        account = self.desk.state.identity.account
        kept = KeptFields(self._unsent, account)

        async def ask() -> None:
            await self.desk.ask(TokenForm(account, submit, kept))

        self.desk.start(ask(), name="new service token")

    async def _send(
        self, name: str, api_id: str, secret: Secret, form: TokenForm, shown: TokenList, kept: KeptFields
    ) -> None:
        create = self.desk.service.tokens.create
        error = await self.desk.write(lambda: create(name, api_id, secret), shows_error=form.is_attached)
        if error is None:
            kept.forget()
        form.finish(error)
        if shown.is_attached:
            shown.action_refresh()

    def _delete(self, use: TokenUse, shown: TokenList) -> None:
        self.desk.start(self._ask(use.token, shown), name="delete service token")

    async def _ask(self, token: ServiceToken, shown: TokenList) -> None:
        facts = (
            ("Account", self.desk.state.identity.account),
            ("Token", token.name),
            ("Id", token.id),
            ("Used by", "no instance in the list"),
        )
        effect = "Instances cannot be given this token any more. The API token behind it stays as it is."
        question = Question(
            "Delete the service token", facts, effect, "Delete", f"type {token.name} to delete it", must_type=token.name
        )
        if await self.desk.ask(Confirm(question)) is None:
            return
        await self.desk.write(lambda: self.desk.service.tokens.delete(token))
        if shown.is_attached:
            shown.action_refresh()
