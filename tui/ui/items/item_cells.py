"""One item in full: its fields, its log and its chunks, as text and rows."""

from __future__ import annotations

import json
from datetime import datetime

from msgspec import Struct
from rich.text import Text

from tui.models import Item, ItemChunk, ItemLog
from tui.state.store import State
from tui.text import age, count, duration, one_line, parse_time, plural, size
from tui.ui.copies import Copyable, Record, copies, pretty, record
from tui.ui.items.cells import explained, sign, status
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

LABEL = 11
LOG_COLUMNS = (
    Column("time", "TIME", width=15),
    Column("action", "ACTION", width=9),
    Column("message", "MESSAGE", min_width=20, grow=3),
    Column("error", "ERROR", min_width=12, grow=1, drop=1),
    Column("chunks", "CHUNKS", width=6, align="right", drop=3),
    Column("took", "TOOK", width=8, align="right", drop=2),
)
CHUNK_COLUMNS = (
    Column("number", "#", width=6, align="right"),
    Column("bytes", "BYTES", width=17, drop=2),
    Column("size", "SIZE", width=8, align="right", drop=1),
    Column("text", "TEXT", min_width=20, grow=1),
)


class LogRow(Struct, frozen=True):
    """One entry of an item's log; entries have no id of their own."""

    number: int
    entry: ItemLog


class ChunkRow(Struct, frozen=True):
    """One chunk, counted from 1."""

    number: int
    chunk: ItemChunk


@record.register
def _(row: LogRow) -> Record:
    entry = row.entry
    return {
        "timestamp": entry.timestamp,
        "action": entry.action,
        "message": entry.message,
        "error": entry.error_type,
        "chunks": entry.chunk_count,
        "milliseconds": entry.processing_time_ms,
    }


@record.register
def _(row: ChunkRow) -> Record:
    chunk = row.chunk
    return {"id": chunk.id, "start_byte": chunk.start_byte, "end_byte": chunk.end_byte, "text": chunk.text}


@copies.register
def _(row: LogRow, state: State) -> tuple[Copyable, ...]:
    entry = row.entry
    return (
        Copyable("message", entry.message or ""),
        Copyable("error", entry.error_type or ""),
        Copyable("JSON", pretty(record(entry))),
    )


@copies.register
def _(row: ChunkRow, state: State) -> tuple[Copyable, ...]:
    chunk = row.chunk
    return (Copyable("text", chunk.text), Copyable("chunk id", chunk.id), Copyable("JSON", pretty(record(chunk))))


def fields(item: Item, now: float, look: Look) -> Text:
    """Everything known of an item; the error first, with what it means and what to do."""
    lines = [_line("status", Text.assemble(sign(item, look), " ", status(item, look)), look)]
    if item.next_action:
        lines[0].append(f"   next: {one_line(item.next_action)}")
    if told := explained(item):
        error = look.text(one_line(item.error or "not told"), "error")
        lines.append(_line("error", Text.assemble(error, "  ", (told.title, "bold")), look))
        lines += [_line("", Text(told.meaning), look), _line("remedy", Text(told.remedy), look)]
    chunks = "no chunks" if item.chunks_count is None else plural(item.chunks_count, "chunk")
    facts = f"{size(item.file_size)}   {chunks}"
    lines.append(_line("size", Text(facts), look))
    lines.append(_line("seen", Text(f"{_when(item.last_seen_at, now)}   created {_when(item.created_at, now)}"), look))
    lines.append(_line("source", Text(one_line(item.source_id or "-")), look))
    lines.append(_line("id", Text(one_line(item.id)), look))
    lines.append(_line("checksum", Text(one_line(item.checksum or "-")), look))
    if item.metadata:
        lines.append(_line("metadata", Text(one_line(json.dumps(item.metadata, ensure_ascii=False))), look))
    if item.problem:
        lines.append(_line("problem", look.text(item.problem, "error"), look))
    return Text("\n").join(lines)


def _line(label: str, value: Text, look: Look) -> Text:
    return Text.assemble((f"{label:<{LABEL}}", look.style("muted")), value)


def _when(time: str | None, now: float) -> str:
    at = parse_time(time)
    return "-" if at is None else f"{age(now - at)} ago ({datetime.fromtimestamp(at):%Y-%m-%d %H:%M})"


def log_cells(row: LogRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of LOG_COLUMNS."""
    entry = row.entry
    at = parse_time(entry.timestamp)
    took = entry.processing_time_ms
    return (
        look.text("-" if at is None else f"{datetime.fromtimestamp(at):%d %b %H:%M:%S}", "muted"),
        one_line(entry.action or "-"),
        one_line(entry.message or entry.problem or ""),
        look.text(one_line(entry.error_type or ""), "error"),
        count(entry.chunk_count) if entry.chunk_count is not None else "",
        "" if took is None else f"{took:,} ms" if took < 10_000 else duration(took / 1000),
    )


def log_details(row: LogRow, look: Look) -> Text:
    """An entry in full."""
    lines = [_line(name, Text(str(value)), look) for name, value in record(row).items() if value is not None]
    if row.entry.error_type:
        told = explained(Item(id="", status="error", error=row.entry.error_type))
        lines += [Text(), Text(told.title, "bold"), Text(f"{told.meaning}\n{told.remedy}")] if told else []
    return Text("\n").join(lines)


def chunk_cells(row: ChunkRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of CHUNK_COLUMNS."""
    chunk = row.chunk
    known = chunk.start_byte is not None and chunk.end_byte is not None
    length = (chunk.end_byte or 0) - (chunk.start_byte or 0)
    return (
        f"{row.number:,}",
        look.text(f"{count(chunk.start_byte)} to {count(chunk.end_byte)}" if known else "-", "muted"),
        size(length) if known else "-",
        one_line(" ".join(chunk.text.split())),
    )


def chunk_details(row: ChunkRow, look: Look) -> Text:
    """A chunk in full, line ends and all."""
    chunk = row.chunk
    head = f"{chunk.id}   bytes {count(chunk.start_byte)} to {count(chunk.end_byte)}\n\n"
    return Text.assemble((head, look.style("muted")), chunk.text)
