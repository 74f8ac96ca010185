"""How a field that is not typed into its row is entered: a switch, a list, or a window of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from textual.screen import Screen

from tui.errors import AppError, UsageError
from tui.models.put_body import same
from tui.service.config.document import MISSING
from tui.service.config.draft import Draft
from tui.service.config.fields import Field, Kind
from tui.service.config.text import SHEETS
from tui.text import safe
from tui.ui.configure.fields import brief, named
from tui.ui.configure.text_field_dialog import TextFieldDialog
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.pick import Choice, Pick

_ANOTHER, _DEFAULT = "another", "default"
Ask = Callable[[Screen[str | None]], Awaitable[str | None]]
"""Opens a dialog and waits for its result, None when it was cancelled."""
Choices = Callable[[Field], Awaitable[Sequence[Choice]]]
"""What the account has for a field. Raises AppError."""


class FieldEntry:
    """Lets the operator enter a value in the way that fits the field."""

    def __init__(self, ask: Ask, choices: Choices) -> None:
        self._ask = ask
        self._choices = choices

    async def enter(self, draft: Draft, field: Field) -> Draft | None:
        """The draft with another value of the field, None when nothing was chosen. Raises AppError."""
        if field.kind is Kind.YES_NO:
            value = draft.value(field)
            return draft.with_value(field, not (value if isinstance(value, bool) else bool(field.default)))
        if field.kind in SHEETS:
            text = await self._ask(TextFieldDialog(field, draft.text(field)))
            return None if text is None else draft.with_text(field, text)
        if field.kind is Kind.MODEL:
            return await self._model(draft, field)
        if field.kind is Kind.CHOICE:
            return await self._choice(draft, field)
        return await self._listed(draft, field)

    async def _choice(self, draft: Draft, field: Field) -> Draft | None:
        """One of an enum; a value that the contract does not know can be kept."""
        value = draft.value(field)
        values: list[Any] = list(field.choices)
        if value is not MISSING and value is not None and value not in values:
            values.insert(0, value)
        choices = [Choice(str(at), brief(field, one), _note(field, one)) for at, one in enumerate(values)]
        current = str(values.index(value)) if value in values else None
        chosen = await self._ask(Pick(named(field), choices, current))
        return None if chosen is None else draft.with_value(field, values[int(chosen)])

    async def _model(self, draft: Draft, field: Field) -> Draft | None:
        """A known model, the service's default, or any other name: the list is open (api-facts: Models)."""
        value = draft.value(field)
        names = list(dict.fromkeys([*([value] if value else []), *field.choices]))
        choices = [Choice(_DEFAULT, "the service's default"), *(Choice(f"={name}", safe(name)) for name in names)]
        choices.append(Choice(_ANOTHER, "another name...", always=True))
        chosen = await self._ask(Pick(named(field), choices, f"={value}" if value else _DEFAULT))
        if chosen == _ANOTHER:
            effect = "A model of Workers AI or of your AI Gateway, by its full name. The service checks it."
            chosen = await self._ask(Confirm(Question(named(field), (), effect, "Use it", "@cf/...")))
            chosen = f"={chosen}" if chosen else None
        if chosen == _DEFAULT:
            return draft.with_value(field, draft.was(field) if not draft.was(field) else "")
        return draft.with_value(field, chosen[1:]) if chosen else None

    async def _listed(self, draft: Draft, field: Field) -> Draft | None:
        """One of what the account has: namespaces, service tokens."""
        choices = await self._choices(field)
        if not choices:
            raise UsageError(f"This account has no {field.kind.value.removeprefix('a ')}")
        value = draft.value(field)
        chosen = await self._ask(Pick(named(field), choices, value if isinstance(value, str) else None))
        return None if chosen is None else draft.with_value(field, chosen)


def _note(field: Field, value: Any) -> str:
    return "default" if field.default is not None and same(value, field.default) else ""


def in_words(error: AppError) -> str:
    """An error in one line."""
    return " ".join(part for part in (f"{error.title}.", error.detail, error.hint) if part)
