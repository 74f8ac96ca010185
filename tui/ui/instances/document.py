"""The Config and JSON tabs: every field of an instance, and the raw reply."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.text import Text

from tui.models import InstanceDocument
from tui.service.config.fields import FIELDS, GROUP_OF, Group
from tui.state.store import Reading
from tui.text import one_line
from tui.ui.kit.field import CHANGED
from tui.ui.kit.hanging import hanging
from tui.ui.kit.stale import old, unread
from tui.ui.look import Look

_FACTS: Mapping[Group, tuple[str, ...]] = {
    Group.NEW: (
        "id",
        "namespace",
        "status",
        "enable",
        "created_at",
        "created_by",
        "modified_at",
        "modified_by",
        "last_activity",
        "engine_version",
        "metadata",
    ),
    Group.SOURCE: ("type",),
    Group.INDEXING: ("hybrid_search_enabled",),
    Group.ENDPOINT: ("public_endpoint_id",),
}
"""What the form has no field for."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    str(group): (*_FACTS.get(group, ()), *(top for top, its in GROUP_OF.items() if its is group)) for group in Group
}
"""Fields of an instance by what they are about; a field that no group names goes to `Other`."""
DEFAULTS: Mapping[str, Any] = {
    "enable": True,
    "paused": False,
    **{field.path: field.default for field in FIELDS if field.default is not None},
}
"""Defaults that the API's contract states for a new instance; other defaults are not promised, so not shown."""
LABEL, LEAST_LABEL = 34, 22
"""Cells of a label: fewer where values would have to be folded beside them."""
VALUE = 36
"""Cells that a value wants: an id of the service, a time in full."""


def config(reading: Reading[InstanceDocument], now: float, look: Look, width: int = 80) -> Text:
    """Every field, grouped, `width` cells wide; a value that differs from a known default is marked and bold."""
    if reading.value is None:
        return _not_yet(reading, look)
    fields = reading.value.shown
    grouped = {name for names in GROUPS.values() for name in names}
    other = tuple(name for name in fields if name not in grouped)
    lines: list[Text] = []
    for title, names in (*GROUPS.items(), ("Other", other)):
        known = [name for name in names if name in fields]
        if known:
            lines += [Text(), Text(title, f"bold {look.style('active')}")]
            lines += [line for name in known for line in _field(name, fields[name], look, width)]
    legend = look.text(f"{f'{CHANGED} differs from the default':<{LABEL + 2}}", "muted")
    return Text("\n").join([*_stale(reading, now, look), legend, *lines])


def raw_json(reading: Reading[InstanceDocument], now: float, look: Look) -> Text:
    """The reply as the API sent it, indented; unsafe characters made visible."""
    if reading.value is None:
        return _not_yet(reading, look)
    reply = Text(json.dumps(reading.value.shown, indent=2, ensure_ascii=False))
    return Text("\n").join([*_stale(reading, now, look), reply])


def _not_yet(reading: Reading[InstanceDocument], look: Look) -> Text:
    if reading.error:
        return unread(reading.error, look)
    return look.text("Reading the configuration" + look.signs.ellipsis, "muted")


def _stale(reading: Reading[InstanceDocument], now: float, look: Look) -> Iterator[Text]:
    """How old it is, and what to do, where it could not be read again."""
    if reading.error:
        words = old(reading.error, reading.at, now)
        yield look.text(". ".join(part for part in (words, reading.error.hint) if part), "warning")


def _field(name: str, value: Any, look: Look, width: int) -> Iterable[Text]:
    for path, leaf in _leaves(name, value):
        changed = path in DEFAULTS and leaf != DEFAULTS[path] and leaf is not None
        mark = (f"{CHANGED} ", look.style("accent")) if changed else "  "
        cells = max(LEAST_LABEL, min(LABEL, width - VALUE - 3))
        label = (f"{path:<{cells}} ", look.style("muted"))
        yield hanging(Text.assemble(mark, label), _words(leaf), "bold" if changed else "", width)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Dotted paths and plain values; empty objects and lists are values of their own."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}", inner)
    else:
        yield path, value


def _words(value: Any) -> str:
    if value is None:
        return "-"
    if value == "":
        return "(empty: the service's default)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return one_line(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else f"{value:,}"
