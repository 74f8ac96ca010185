"""Opening a form: what its fields can be, and whose account it is about."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from tui.service.config.draft import Draft
from tui.service.config.fields import Field, Kind
from tui.ui.desk import Desk
from tui.ui.kit.pick import Choice
from tui.ui.kit.unsent import Unsent

if TYPE_CHECKING:
    from tui.ui.configure.form import Form, Plan


class Forms:
    """Opens forms over the main screen."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._unsent = Unsent[Draft]()
        self._left = ""
        """What to say of a form that was left with something typed."""

    def open(self, draft: Draft, plan: Plan, again: Draft | None = None) -> Form:
        """Show a form. Its module is loaded with the first one: the text area in it is much to read at the start."""
        from tui.ui.configure.form import Form

        form = Form(draft, plan, again)

        async def show() -> None:
            await self.desk.ask(form)
            words, self._left = self._left, ""
            if words:  # now that the form does not cover the line
                self.desk.say(words)

        self.desk.start(show(), "form window", name=plan.title)
        return form

    def about(self, what: Hashable) -> Hashable:
        """What a draft is about: never one of another account."""
        return (self.desk.state.identity.account, what)

    def keep(self, what: Hashable, draft: Draft | None, way: str) -> None:
        """Keep what was typed, or forget it. `way` is the key that offers it again."""
        if draft is None:
            self._unsent.forget(self.about(what))
        else:
            self._unsent.keep(self.about(what), draft)
            self._left = f"Nothing was sent. {way} offers again what you typed."

    def unsent(self, what: Hashable) -> Draft | None:
        """What was typed into a form that was left."""
        return self._unsent.get(self.about(what))

    def place(self, namespace: str) -> str:
        """Profile, account and namespace in one line."""
        who, dot = self.desk.state.identity, f" {self.desk.look.signs.dot} "
        return dot.join(part for part in (who.profile, who.account, namespace) if part)

    async def choices(self, field: Field) -> Sequence[Choice]:
        """What the account has for a field: namespaces, or service tokens. Raises AppError."""
        if field.kind is Kind.NAMESPACE:
            known = self.desk.state.namespaces.value or ()
            return [Choice(one.name, one.name, one.description or "") for one in known]
        tokens = await self.desk.service.tokens.read()
        return [Choice(token.id, token.name or token.id, token.id) for token in tokens if token.enabled is not False]
