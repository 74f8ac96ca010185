"""A configuration while it is edited: what it was, what it is to be, and what is wrong with that. Frozen and pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tui.models.put_body import same
from tui.service.config.configs import kind_of
from tui.service.config.document import MISSING, changes, editable, left_out, touched, value_at, with_value
from tui.service.config.fields import CREATION, FIELDS, Field, Group, fitting
from tui.service.config.text import read, written
from tui.service.config.validation import Problem, creation_problems, needed, problems


class Draft(Struct, frozen=True):
    """`base` is the document as it was opened, `wanted` with the changes so far.

    `unread` holds texts that mean no value yet, such as `25x` for a number, with the words why: what was typed stays.
    `dropped` are paths that an edited document left out: they stay as they are, and are told.
    `names` are the names of values that are ids.
    """

    base: Mapping[str, Any]
    wanted: Mapping[str, Any]
    creating: bool = False
    unread: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    names: Mapping[Any, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields to show, in order: what a new instance is made of first, and what is never changed by accident.

        Where there is an instance already, another source is the last thing that anybody wants to type.
        """
        fields = fitting(FIELDS, kind_of(self.wanted))
        return (*CREATION, *fields) if self.creating else tuple(sorted(fields, key=_rarely_changed))

    @property
    def required(self) -> tuple[str, ...]:
        """Paths of the fields that must be filled in."""
        return needed(self.wanted)

    def text(self, field: Field) -> str:
        """What stands in a field, as it was typed or as the value is written."""
        return self.unread[field.path][0] if field.path in self.unread else written(field, self.value(field))

    def value(self, field: Field) -> Any:
        """The value of a field; MISSING when it has none."""
        return value_at(self.wanted, field.path)

    def was(self, field: Field) -> Any:
        """The value that a field was opened with."""
        return value_at(self.base, field.path)

    def with_value(self, field: Field, value: Any) -> Draft:
        """With another value in a field."""
        unread = {path: why for path, why in self.unread.items() if path != field.path}
        wanted = with_value(self.wanted, field.path, value)
        if _hollow(wanted.get(field.top)) and _hollow(self.base.get(field.top)):  # the objects on the way came and went
            wanted = with_value(wanted, field.top, self.base.get(field.top, MISSING))
        return replace(self, wanted=wanted, unread=unread)

    def with_text(self, field: Field, text: str) -> Draft:
        """With another text in a field; the text of the value that it had gives back exactly that value."""
        if text == written(field, self.was(field)):
            return self.with_value(field, self.was(field))
        try:
            value = read(field, text)
        except ValueError as why:
            return self.unreadable(field, text, str(why))
        if value == "" and self.was(field) is MISSING:
            value = MISSING
        return self.with_value(field, value)

    def unreadable(self, field: Field, text: str, why: str) -> Draft:
        """With a text in a field that means no value, and the reason."""
        return replace(self, unread={**self.unread, field.path: (text, why)})

    def with_document(self, document: Mapping[str, Any]) -> Draft:
        """With a whole edited document. What it leaves out stays as it was."""
        wanted = {**self.base, **changes(self.base, document)}
        return replace(self, wanted=wanted, unread={}, dropped=left_out(self.base, document))

    def rebased(self, base: Mapping[str, Any]) -> Draft:
        """The same changes on top of another document: what somebody else made of it meanwhile."""
        draft = replace(self, base=base, wanted=base)
        for path in touched(self.base, self.wanted, [one.path for one in FIELDS]):
            draft = replace(draft, wanted=with_value(draft.wanted, path, value_at(self.wanted, path)))
        strange = {name: value for name, value in self.sent.items() if all(one.top != name for one in FIELDS)}
        return replace(draft, wanted={**draft.wanted, **strange})

    @property
    def touched(self) -> tuple[str, ...]:
        """Paths of the fields that are not what they were."""
        known = [field.path for field in self.fields]
        changed = set(touched(self.base, self.wanted, known)) | set(self.unread)
        return tuple(path for path in known if path in changed)

    @property
    def sent(self) -> dict[str, Any]:
        """The top-level fields that differ, whole."""
        return changes(self.base, self.wanted)

    @property
    def changed(self) -> bool:
        """Whether anything was typed or chosen."""
        return bool(self.unread) or not same(dict(self.base), dict(self.wanted))

    @property
    def reindexes(self) -> tuple[str, ...]:
        """The changed fields that have every document indexed anew."""
        return tuple(field.path for field in self.fields if field.reindexes and field.path in self.touched)

    def problems(self, *, complete: bool = False) -> tuple[Problem, ...]:
        """What is wrong with what was touched; `complete` also tells what a new instance still lacks."""
        unread = tuple(Problem(path, words) for path, (_, words) in self.unread.items())
        typed = [path for path in self.touched if path not in self.unread]
        if self.creating and complete:
            found = creation_problems(self.wanted, typed)
        else:
            found = problems(self.wanted, typed, self.base)
        known = {field.path for field in self.fields}
        return (*unread, *(one for one in found if one.path in known and one.path not in self.unread))

    def document(self) -> dict[str, Any]:
        """What can be edited as JSON."""
        return editable(self.wanted)


def _rarely_changed(field: Field) -> tuple[int, bool]:
    return list(Group).index(field.group), field.path in ("source", "token_id")


def _hollow(value: Any) -> bool:
    """Whether nothing is in there: null, or objects around nothing."""
    return value is None or (
        isinstance(value, Mapping) and all(isinstance(v, Mapping) and _hollow(v) for v in value.values())
    )
