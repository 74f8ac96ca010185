"""Service tokens on the main screen: the list is opened, a token is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.models import ServiceToken
from tui.service.tokens import TokenUse
from tui.text import plural
from tui.ui.items.writes import ItemWrites
from tui.ui.kit.dialog import Question
from tui.ui.status_bar import FooterBar

if TYPE_CHECKING:
    from tui.ui.tokens.list_view import TokenList


class TokenDesk(ItemWrites):
    """Opens the list of service tokens."""

    def action_tokens(self) -> None:
        """Service tokens, and who uses them."""
        if self.session is None:
            self.say("Not connected yet.")
            return
        from tui.ui.tokens.list_view import TokenList

        self.app.push_screen(TokenList(self, self._read_tokens, self._ask_delete_token))

    async def _read_tokens(self) -> tuple[ServiceToken, ...]:
        """With the session of now: another token may have been entered since the list was opened."""
        return await self._session().service.tokens.read()

    def _ask_delete_token(self, use: TokenUse, shown: TokenList) -> None:
        token = use.token
        if not shown.may("tokens.delete"):
            return
        if use.instances:
            why = f"{plural(len(use.instances), 'instance')} in the list use it: give them another token first."
            shown.query_one(FooterBar).say(why)
            return
        who = self.state.identity
        facts = (
            ("Account", who.account),
            ("Token", token.name),
            ("Id", token.id),
            ("Used by", "no instance in the list"),
        )
        from tui.ui.kit.typed_confirm import TypedConfirm

        effect = "Instances can not be given this token any more. The API token behind it stays as it is."
        question = Question("Delete the service token", facts, effect, "Delete", f"type {token.name} to delete it")

        def answered(text: str | None) -> None:
            if text is not None:
                self.run_worker(self._delete_token(token, shown), group="mutate", name="delete service token")

        self.app.push_screen(TypedConfirm(question, token.name), answered)

    async def _delete_token(self, token: ServiceToken, shown: TokenList) -> None:
        service = self._session().service.tokens
        await self._write(lambda: service.delete(token))
        if shown.is_attached:
            shown.action_refresh()
