"""Two configurations side by side, differences marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len, chop_cells
from rich.text import Text

from tui.models import InstanceDocument, InstanceKey
from tui.models.put_body import same
from tui.service.config.document import editable
from tui.service.config.fields import GROUP_OF, PREFIXES, Group
from tui.text import one_line
from tui.ui.kit.cut import shorten_middle
from tui.ui.kit.field import CHANGED
from tui.ui.look import Look

ABOUT = "About"
IDENTITY = ("type", "status", "created_at", "modified_at")
"""Fields that two instances never share; shown, not counted as differences."""
LEAST = 12


def differences(left: InstanceDocument, right: InstanceDocument) -> int:
    """How many settings differ."""
    return sum(not same(one, other) for group, _, one, other in _rows(left, right) if group != ABOUT)


def side_by_side(left: InstanceDocument, right: InstanceDocument, width: int, look: Look, *, all_fields: bool) -> Text:
    """Label, left value, right value in `width` cells; what differs has a mark and is bold. Long values wrap."""
    label = min(42, max(LEAST, width // 3))
    room = max(LEAST, (width - label - 4) // 2)
    lines = _heads(left.instance.key, right.instance.key, label, room, look)
    heads = len(lines)
    group = ""
    for title, path, one, other in _rows(left, right):
        differs = not same(one, other)
        if not (differs or all_fields):
            continue
        if title != group:
            group = title
            lines += [Text(), Text(title, f"bold {look.style('active')}")]
        counted = differs and title != ABOUT
        mark = f"{CHANGED} " if counted else "  "
        name = path.removeprefix(PREFIXES.get(Group(title), "")) if title in set(Group) else path
        lines += _block(mark, name, _words(one), _words(other), label, room, "bold" if counted else "", look)
    if len(lines) == heads:
        lines += [Text(), look.text("The two have the same configuration.", "muted")]
    return Text("\n").join(lines)


def _heads(left: InstanceKey, right: InstanceKey, label: int, room: int, look: Look) -> list[Text]:
    """Whose values stand below; in two lines each where one is too short for a namespace and a name."""
    names = [(str(one),) if cell_len(str(one)) <= room else (f"{one.namespace}/", one.id) for one in (left, right)]
    if len({len(one) for one in names}) > 1:
        names = [one if len(one) == 2 else ("", *one) for one in names]
    style, dots = look.style("accent"), look.signs.ellipsis
    lines = zip(*([shorten_middle(part, room, dots) for part in one] for one in names), strict=True)
    return [_line("  ", "", one, other, label, room, style, look) for one, other in lines]


def _rows(left: InstanceDocument, right: InstanceDocument) -> Iterator[tuple[str, str, Any, Any]]:
    """Group, path and both values of every leaf of either, in the order of the form."""
    for name in IDENTITY:
        yield ABOUT, name, _whole_seconds(left.shown.get(name)), _whole_seconds(right.shown.get(name))
    tops = dict.fromkeys([*editable(left.shown), *editable(right.shown)])
    order = [*GROUP_OF]
    ranked = sorted(tops, key=lambda top: order.index(top) if top in order else len(order))
    for group in (*Group, None):
        for top in ranked:
            if GROUP_OF.get(top) is group:
                one, other = left.shown.get(top), right.shown.get(top)
                yield from ((str(group or "Other"), *row) for row in _leaves(top, one, other))


def _whole_seconds(value: Any) -> Any:
    """A time without its fraction; anything else as it is."""
    return value[:19] if isinstance(value, str) and value[10:11] == "T" else value


def _leaves(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Objects field by field, so that what differs stands alone; everything else is one value."""
    objects = [value for value in (one, other) if isinstance(value, Mapping) and value]
    if not objects or any(value not in (None, {}) and not isinstance(value, Mapping) for value in (one, other)):
        yield path, one, other
        return
    for name in dict.fromkeys(name for value in objects for name in value):
        inner = (value.get(name) if isinstance(value, Mapping) else None for value in (one, other))
        yield from _leaves(f"{path}.{name}", *inner)


def _words(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return one_line(value) or "(empty)"
    return json.dumps(value, ensure_ascii=False)


def _block(mark: str, path: str, one: str, other: str, label: int, room: int, style: str, look: Look) -> list[Text]:
    """One setting: as many lines as its longest part needs."""
    parts = (chop_cells(path, label - 1), chop_cells(one, room), chop_cells(other, room))
    lines = []
    for number, (name, left, right) in enumerate(zip_longest(*parts, fillvalue="")):
        lines.append(_line(mark if number == 0 else "  ", name, left, right, label, room, style, look))
    return lines


def _line(mark: str, name: str, left: str, right: str, label: int, room: int, style: str, look: Look) -> Text:
    text = Text.assemble((mark, look.style("accent")))
    text.append(name + " " * (label - cell_len(name)), look.style("muted"))
    text.append(left + " " * (room - cell_len(left) + 2), style)
    return text.append(right, style)
