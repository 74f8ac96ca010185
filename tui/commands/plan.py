"""What stands between a configuration file and its instance: the plan that `diff` and `apply` share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from tui.commands.config_file import WantedConfig
from tui.commands.output import Cell, Heading
from tui.commands.session import Invocation
from tui.errors import NotFound, UsageError
from tui.models import InstanceDocument
from tui.models.put_body import same
from tui.service.config.configs import kind_of
from tui.service.config.document import MISSING, changes, editable, strangers, touched, value_at
from tui.service.config.fields import BY_PATH
from tui.service.config.validation import creation_problems, problems

COLUMNS = (
    Heading("instance"),
    Heading("does"),
    Heading("field"),
    Heading("now", shrinks=1),
    Heading("wanted", shrinks=1),
)
WHOLESALE = "public_endpoint_params"


class Difference(Struct, frozen=True):
    """One field that is not as wanted; MISSING where it is not there."""

    field: str
    now: Any
    wanted: Any


class ConfigPlan(Struct, frozen=True):
    """What would be done for one file. `now` is None for an instance that is not there yet."""

    wanted: WantedConfig
    now: InstanceDocument | None
    differences: tuple[Difference, ...]

    @property
    def does(self) -> str:
        """In one word."""
        return "create" if self.now is None else "change" if self.differences else "nothing"

    @property
    def moved(self) -> bool:
        """Whether somebody changed the instance after the file was exported."""
        now = str(self.now.exact.get("modified_at") or "") if self.now else ""
        return bool(self.wanted.modified_at and now and now != self.wanted.modified_at)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an operator must know before it is done."""
        if self.now is None or not self.differences:
            return ()
        fields = touched(self.now.exact, {**self.now.exact, **changes(self.now.exact, self.wanted.document)})
        again = [path for path in fields if BY_PATH[path].reindexes]
        found = [f"every document is indexed again, because of {', '.join(again)}"] if again else []
        if any(one.field.split(".")[0] == WHOLESALE for one in self.differences):
            found.append(f"{WHOLESALE} is replaced as a whole, from what it has now and what the file says")
        if unknown := strangers({one.field.split(".")[0] for one in self.differences}):
            found.append(f"{', '.join(unknown)}: not known here, sent as it is")
        return tuple(found)


async def plan(call: Invocation, wanted: WantedConfig) -> ConfigPlan:
    """Compare a file with the instance as it is now. Raises AppError."""
    try:
        now = await call.service.configs.open(wanted.key)
    except NotFound:
        document = {name: value for name, value in editable(wanted.document).items() if value is not None}
        made = (Difference(path, MISSING, value) for path, value in _leaves(document))
        return ConfigPlan(wanted, None, tuple(made))
    kind = kind_of(wanted.document) if wanted.document.get("type") else kind_of(now.exact)
    found = [] if kind is kind_of(now.exact) else [Difference("type", str(kind_of(now.exact)), str(kind))]
    for name, value in changes(now.exact, wanted.document).items():
        found += _differing(name, now.exact.get(name, MISSING), value)
    return ConfigPlan(wanted, now, tuple(found))


def check(one: ConfigPlan) -> None:
    """Refuse what the API would: a kind that cannot change, a value that no field takes. Raises UsageError."""
    document = one.wanted.document
    if one.now is None:
        filled = [path for path in BY_PATH if value_at(document, path) not in (MISSING, None, "")]
        wrong = creation_problems({**document, "type": str(kind_of(document))}, filled)
    else:
        if any(difference.field == "type" for difference in one.differences):
            raise UsageError(
                f"{one.wanted.key} has another kind of source", f"It cannot be changed: see {one.wanted.path}."
            )
        merged = {**one.now.exact, **changes(one.now.exact, document)}
        wrong = problems(merged, touched(one.now.exact, merged), one.now.exact)
    if wrong:
        told = "; ".join(f"{problem.path}: {problem.words}" for problem in wrong)
        raise UsageError(f"{one.wanted.path} cannot be applied", told)


def show(call: Invocation, plans: list[ConfigPlan]) -> None:
    """Print a line a difference."""
    rows = [
        (
            (str(one.wanted.key), _word(one), difference.field, text(difference.now), text(difference.wanted)),
            {
                "namespace": one.wanted.key.namespace,
                "id": one.wanted.key.id,
                "does": one.does,
                "field": difference.field,
                "now": None if difference.now is MISSING else difference.now,
                "wanted": None if difference.wanted is MISSING else difference.wanted,
            },
        )
        for one in plans
        for difference in one.differences
    ]
    call.out.rows(COLUMNS, rows)


def _word(one: ConfigPlan) -> Cell:
    return Cell(one.does, "warning" if one.warnings else "")


def text(value: Any) -> str:
    """A value on one line; `-` for none."""
    if value is MISSING or value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _leaves(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if isinstance(inner, Mapping) and inner:
            yield from _leaves(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}", inner


def _differing(path: str, now: Any, wanted: Any) -> list[Difference]:
    if not isinstance(now, Mapping) or not isinstance(wanted, Mapping):
        return [Difference(path, now, wanted)]
    names = list(dict.fromkeys([*now, *wanted]))
    pairs = [(name, now.get(name, MISSING), wanted.get(name, MISSING)) for name in names]
    return [one for name, old, new in pairs if not same(old, new) for one in _differing(f"{path}.{name}", old, new)]
