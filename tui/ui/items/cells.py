"""Columns, cells and words of the item table."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from tui.explain import Explanation
from tui.models import InstanceKey, Item, Stats
from tui.models.item_list import ItemQuery, ItemWindow
from tui.service.items.triage import Cause, cause_of
from tui.state.store import Reading, State
from tui.text import age, count, one_line, parse_time, size
from tui.ui.copies import Copyable, Record, copies, instance_path, pretty, record, utc
from tui.ui.curl import curl_get, url
from tui.ui.kit.row_table.row_table import Column
from tui.ui.kit.stale import old, unread
from tui.ui.look import Look
from tui.ui.pane import NO_INSTANCE, offer

STATUSES = ("error", "queued", "running", "completed", "skipped", "outdated")
ITEM_COLUMNS = (
    Column("state", " ", width=1),
    Column("key", "KEY", min_width=22, grow=1, name=True),
    Column("status", "STATUS, ERROR", min_width=13, most=24, late=True),
    Column("why", "WHAT IT MEANS", min_width=0, most=40, whole=True, drop=4, spare=24),
    Column("size", "SIZE", width=8, align="right", drop=3),
    Column("chunks", "CHUNKS", width=6, align="right", drop=1),
    Column("seen", "SEEN", width=4, align="right", drop=2),
)


def item_contents(rows: Sequence[ItemRow]) -> dict[str, int]:
    """Cells of the longest status or error, and meaning of an error, of these rows."""
    words = (cell_len(one_line(row.item.error or row.item.problem or row.item.status or "-")) for row in rows)
    meanings = (cell_len(told.title) for row in rows if (told := explained(row.item)))
    return {"status": max(words, default=0), "why": max(meanings, default=0)}


_SIGNS = {
    "error": ("✗", "x", "error"),
    "queued": ("◌", ":", "active"),
    "running": ("▶", ">", "active"),
    "completed": ("●", "*", "success"),
    "skipped": ("-", "-", "muted"),
    "outdated": ("○", "o", "warning"),
}


class ItemRow(Struct, frozen=True):
    """One item as the table shows it; the age is text, so that a row only changes when it reads differently."""

    item: Item
    seen: str
    origin: str = ""
    """Where the document is kept, where the rows before it are not all of one source."""


@record.register
def _(row: ItemRow) -> Record:
    item = row.item
    told = explained(item)
    return {
        "key": item.identity,
        "id": item.id,
        "status": item.status,
        "error": item.error,
        "meaning": f"{told.title}: {told.meaning}" if told else None,
        "remedy": told.remedy if told else None,
        "file_size": item.file_size,
        "chunks_count": item.chunks_count,
        "checksum": item.checksum,
        "source_id": item.source_id,
        "namespace": item.namespace,
        "created_at": utc(parse_time(item.created_at)),
        "last_seen_at": utc(parse_time(item.last_seen_at)),
    }


@copies.register
def _(row: ItemRow, state: State) -> tuple[Copyable, ...]:
    item, base = row.item, state.identity.base_url
    path = f"{instance_path(state, state.selected or InstanceKey('', ''))}/items/{quote(item.id, safe='')}"
    return (
        Copyable("key", item.identity),
        Copyable("id", item.id),
        Copyable("error", item.error or ""),
        Copyable("URL of the API", url(base, path)),
        Copyable("JSON", pretty(record(item))),
        Copyable("curl", curl_get(base, path)),
        Copyable("curl of its log", curl_get(base, f"{path}/logs")),
        Copyable("curl of its chunks", curl_get(base, f"{path}/chunks")),
    )


def item_rows(items: tuple[Item, ...], now: float) -> tuple[ItemRow, ...]:
    """Rows in the order given. Items of several sources say which: the same key may be in two of them."""
    several = len({item.source_id for item in items}) > 1
    return tuple(ItemRow(item, _age(item.last_seen_at, now), origin(item) if several else "") for item in items)


def origin(item: Item) -> str:
    """The source of an item in a word."""
    return "built-in" if item.builtin else one_line(item.source_id or "no source")


def _age(time: str | None, now: float) -> str:
    at = parse_time(time)
    return age(None if at is None else now - at)


def explained(item: Item) -> Explanation | None:
    """What the error of an item means and how to remedy it; None without an error."""
    if item.status != "error" and not item.error:
        return None
    name, slug = cause_of(item.error)
    return Cause(name, (item,), slug).explanation


def sign(item: Item, look: Look) -> Text:
    """The sign of an item's status."""
    if item.problem:
        return look.text("?", "error")
    unicode, plain, meaning = _SIGNS.get(item.status or "", ("·", ".", "muted"))
    return look.text(plain if look.signs.ascii else unicode, meaning)


def item_cells(row: ItemRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of ITEM_COLUMNS."""
    item = row.item
    told = explained(item)
    return (
        sign(item, look),
        Text.assemble(one_line(item.key or item.id), (f"  {row.origin}" if row.origin else "", look.style("muted"))),
        look.text(one_line(item.error or item.problem), "error") if item.error or item.problem else status(item, look),
        look.text(told.title if told else "", "muted"),
        size(item.file_size),
        count(item.chunks_count),
        look.text(row.seen, "muted"),
    )


def status(item: Item, look: Look) -> Text:
    """The word of an item's status, in its colour."""
    return look.text(one_line(item.status or "-"), _SIGNS.get(item.status or "", ("", "", "muted"))[2])


def why(item: Item | None, look: Look) -> Text:
    """About the item under the cursor: what its error means, and what to do."""
    told = explained(item) if item else None
    if told is None or item is None:
        return Text()
    return Text.assemble((f"{told.title}.", "bold"), (f" {told.meaning} {told.remedy}", look.style("muted")))


def bar(reading: Reading[ItemWindow], query: ItemQuery, marks: int, loading: bool, look: Look) -> Text:
    """What is shown of how much: `status error · "guides" · 7 items · 2 marked`. Why it is old needs the room."""
    window = reading.value
    parts = [look.text(words, "accent") for words in _filters(query)]
    if window and window.pages:
        parts.append(Text(_extent(window)))
    if window and window.top and not reading.error:
        more = f" of {window.failures:,}" if window.failures > len(window.top) else ""
        parts.append(look.text(f"{len(window.top):,}{more} failed, at the top", "error"))
    if query.newest:
        parts.append(look.text("last changed first", "muted"))
    if marks:
        parts.append(look.text(f"{marks:,} marked", "accent"))
    if loading:
        parts.append(look.text(f"reading{look.signs.ellipsis}", "muted"))
    return Text.assemble(" ", Text(f" {look.signs.dot} ").join(parts))


def stale_words(reading: Reading[ItemWindow], now: float, look: Look) -> Text:
    """Why the list is old, where items are shown that could not be read again."""
    if reading.error is None or reading.at is None:
        return Text()
    return look.text(f" {look.signs.dot} {old(reading.error, reading.at, now)}", "warning")


def _filters(query: ItemQuery) -> list[str]:
    named = (("status ", query.status), ("source ", query.source))
    words = [f"{name}{one_line(value)}" for name, value in named if value]
    return [*words, f'"{one_line(query.search)}"'] if query.search else words


def _extent(window: ItemWindow) -> str:
    held = len(window.listed)
    whole = window.first == 1 and window.ended
    if whole or not held:
        return f"{held:,} item" if held == 1 else f"{held:,} items"
    total = f"of {window.total:,}" if window.total is not None else "of more"
    return f"{window.start + 1:,} to {window.start + held:,} {total} items"


def no_items(state: State, reading: Reading[ItemWindow], query: ItemQuery, look: Look) -> Text | str:
    """What stands where no item is, and what to do about it."""
    instance = state.instance
    if instance is None:
        return NO_INSTANCE
    error = reading.error
    if error:
        return unread(error, look)
    if reading.at is None or reading.value is None:
        return f"Reading the items{look.signs.ellipsis}"
    if query.narrow:
        return f"No item matches.\n{look.key('app.escape')} clears search and filter."
    if instance.has_source:
        return offer("No item yet.", "instance.sync", "starts a sync of the source.", state, look)
    return offer("Nothing is stored here yet.", "items.upload", "uploads files.", state, look)


def status_counts(stats: Stats | None) -> dict[str, str]:
    """How many items have each status, as far as the counters tell."""
    if stats is None or stats.degraded:
        return {}
    return {name: count(getattr(stats, name)) for name in STATUSES}
