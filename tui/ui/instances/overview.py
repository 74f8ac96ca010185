"""The Overview tab: what an instance is doing, its counters, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from rich.cells import cell_len, chop_cells
from rich.text import Text

from tui.explain import explain_slug
from tui.models import Instance, Job, SourceKind, Stats
from tui.models.job import paused_for
from tui.state.instance_rows import Health, row
from tui.state.progress import Progress, next_sync, progress
from tui.state.store import Reading, Sample, State
from tui.text import age, count, duration, one_line, size
from tui.ui.kit.cut import shorten_middle
from tui.ui.look import Look
from tui.ui.pane import NO_INSTANCE, offer

LABEL = 14
"""Cells of a label."""
_COUNTS = ("completed", "queued", "running", "error", "skipped", "outdated")


def overview(state: State, now: float, width: int, look: Look) -> Text:
    """The whole tab for the selected instance, `width` cells wide. Empty state where nothing is selected."""
    instance = state.instance
    if instance is None:
        return look.text(NO_INSTANCE, "muted")
    stats = state.stats.get(instance.key, Reading())
    jobs = state.jobs.get(instance.key, Reading())
    newest = jobs.value[0] if jobs.value else None
    samples = state.samples.get(instance.key, ())
    blocks = [
        _headline(instance, stats, jobs, now, look),
        _progress(progress(samples, newest), width, look),
        _trouble(instance, stats, state, now, look),
        Text(),
        *_counts(stats, width, look),
        _activity(samples, width, look),
        Text(),
        *_facts(_facts_of(instance, stats.value, newest, now, look), width, look),
    ]
    return Text("\n").join(block for block in blocks if block is not None)


def clock(at: float | None) -> str:
    """Local wall time `14:02:11`; `-` when unknown."""
    if at is None:
        return "-"
    return datetime.fromtimestamp(at).strftime("%H:%M:%S")


def _headline(
    instance: Instance, stats: Reading[Stats], jobs: Reading[tuple[Job, ...]], now: float, look: Look
) -> Text:
    shown = row(instance, stats, jobs, now)
    word = (one_line(shown.word), f"bold {look.health_style(shown.health)}")
    line = Text.assemble(look.health(shown.health), " ", word)
    newest = jobs.value[0] if jobs.value else None
    if newest and newest.started_s and not newest.ended_at:
        line.append(f" since {clock(newest.started_s)}, {duration(newest.duration(now))}")
    elif newest and newest.ended_s:
        reason = f", {one_line(newest.end_reason)}" if newest.end_reason else ""
        line.append(f"  last sync {age(now - newest.ended_s)} ago{reason}", look.style("muted"))
    if shown.health is Health.MALFORMED:
        line.append(f"  {one_line(instance.problem)}", look.style("error"))
    return line


def _progress(done: Progress | None, width: int, look: Look) -> Text | None:
    if done is None:
        return None
    left = f"{duration(done.left)} left" if done.left is not None else "measuring the rate"
    speed = f"  {done.rate:.1f}/s" if done.rate is not None and width >= 50 else ""
    head, tail = f"{done.fraction:4.0%}  ", f"  {done.done:,} of {done.total:,}{speed}  {left}"
    bar = look.bar(done.fraction, max(8, min(30, width - len(head) - len(tail))))
    return Text.assemble(head, bar, (tail, look.style("muted")))


def _trouble(instance: Instance, stats: Reading[Stats], state: State, now: float, look: Look) -> Text | None:
    """What is wrong, in words: a failed read with the age of what is shown, a pause, errors of the source."""
    lines: list[Text] = []
    if stats.error:
        old = f" Counts are {age(now - stats.at)} old." if stats.at else ""
        lines.append(look.text(f"{stats.error.title}.{old} {stats.error.hint}".strip(), "warning"))
    value = stats.value
    if value and value.degraded:
        lines.append(look.text("Counts are unavailable: the service answers in degraded mode.", "warning"))
    if cause := paused_for(instance.status):
        why = explain_slug(cause)
        lines.append(look.text(f"{one_line(instance.status or '')}: {why.title}. {why.remedy}", "error"))
    if instance.paused:
        words = offer("Indexing is paused: no scheduled syncs.", "instance.pause", "resumes.", state, look, " ")
        lines.append(look.text(words, "warning"))
        if instance.has_source:
            lines.append(look.text("31 days without a search also pause it; a search then resumes it.", "muted"))
    for name in ("index_source_errors", "file_embed_errors"):
        found = getattr(value, name) if value else None
        if found:
            words = ", ".join(f"{one_line(str(slug))} {_times(number)}".strip() for slug, number in found.items())
            lines.append(look.text(f"{name.replace('_', ' ')}: {words}", "error"))
    return Text("\n").join(lines) if lines else None


def _times(number: object) -> str:
    return f"{number:,}" if isinstance(number, int) else one_line(str(number))[:80]


def _counts(stats: Reading[Stats], width: int, look: Look) -> Iterable[Text]:
    """The counters, three in a line where there is room; unknown is a dash, never a 0."""
    value = None if stats.value is None or stats.value.degraded else stats.value
    across = 3 if width >= 54 else 2
    gap = "    " if width >= 62 else "  "
    digits = max(1, min(8, (width + len(gap)) // across - 10 - len(gap)))
    for start in range(0, len(_COUNTS), across):
        line = Text()
        for name in _COUNTS[start : start + across]:
            number = getattr(value, name) if value else None
            meaning = "error" if name == "error" and number else ""
            line.append(f"{name:<10}", look.style("muted"))
            line.append(f"{count(number):>{digits}}{gap}", look.style(meaning) if meaning else "")
        line.rstrip()
        yield line


def _activity(samples: tuple[Sample, ...], width: int, look: Look) -> Text | None:
    """A sparkline of items finished between two readings, once there is something to show."""
    steps = [
        float(max(0, (after.completed + after.error) - (before.completed + before.error)))
        for before, after in pairwise(samples)
    ]
    if not any(steps):
        return None
    line = look.text(f"{'this session':<{LABEL}}", "muted")
    line.append(look.spark(steps, max(8, min(40, width - LABEL - 2))), look.style("active"))
    return line


Fact = tuple[str, str]
"""Label and value."""
GAP = 2
"""Cells between two facts in a line, at least."""
MOST_LINES = 3
"""Lines that a value gets at most."""


def _facts_of(instance: Instance, stats: Stats | None, newest: Job | None, now: float, look: Look) -> Iterable[Fact]:
    due = next_sync(instance, newest)
    seen = (stats.last_activity_s if stats else None) or instance.last_activity_s
    yield "last activity", "-" if seen is None else f"{age(now - seen)} ago"
    yield "next sync", _due(due, instance, now)
    yield "source", source(instance)
    yield "endpoint", _endpoint(instance)
    engine = stats.engine if stats else None
    if engine and engine.vectorize:
        vectors = engine.vectorize
        yield "vectors", f"{count(vectors.vectors_count)} {look.signs.times} {count(vectors.dimensions)}"
    if engine and engine.r2:
        yield "storage", f"{count(engine.r2.object_count)} objects, {size(engine.r2.payload_size_bytes)}"
    yield "embedding", _model(instance.embedding_model)
    yield "answers", _model(instance.ai_search_model)
    yield "chunks", f"{count(instance.chunk_size)}, overlap {count(instance.chunk_overlap)} %"
    yield "id", one_line(str(instance.key))


def _due(due: float | None, instance: Instance, now: float) -> str:
    if instance.kind is SourceKind.BUILTIN:
        return "none: indexed on upload"
    if instance.paused:
        return "none while paused"
    if due is None:
        return "-"
    return f"in about {_coarse(due - now)}" if due > now else f"overdue by {age(now - due)}"


def _coarse(seconds: float) -> str:
    """A length of time as an estimate: in steps so long that an idle screen sends next to nothing."""
    if seconds < 60:
        return "a minute"
    step = 600 if seconds >= 3600 else 300 if seconds >= 600 else 60
    whole = seconds - seconds % step
    return duration(whole) if whole >= 3600 else f"{int(whole // 60)}m"


def source(instance: Instance) -> str:
    """Where the documents come from, as an address."""
    if instance.kind is SourceKind.BUILTIN:
        return "built-in storage"
    name = one_line(instance.source or "-")
    return name if "://" in name else f"{'r2' if instance.kind is SourceKind.R2 else 'https'}://{name}"


def _endpoint(instance: Instance) -> str:
    params = instance.public_endpoint_params
    if params is None or not params.enabled:
        return "private"
    domains = ", ".join(params.custom_domains or ())
    return one_line(f"public {domains or instance.public_endpoint_id or ''}".strip())


def _model(name: str | None) -> str:
    """A model's name; null and the empty string mean the service's default (api-facts: Instances)."""
    return one_line(name).rpartition("/")[2] if name else "default"


def _facts(facts: Iterable[Fact], width: int, look: Look) -> Iterable[Text]:
    """Label and value, two in a line where both fit in whole; one that does not gets a line, or more, of its own."""
    listed = tuple(facts)
    middle = width // 2
    splits = sorted(range(LABEL, width - LABEL), key=lambda split: abs(split - middle))
    split = min(splits, key=lambda split: len(_lined_up(listed, split, width)), default=middle)
    for left, *right in _lined_up(listed, split, width):
        line = _label(left, look).append("\n".join(_folded(left[1], width - LABEL, look)))
        if right:
            line.pad_right(split - line.cell_len)
            line.append_text(_label(right[0], look)).append(right[0][1])
        yield line


def _folded(value: str, room: int, look: Look) -> list[str]:
    """The value in lines of so many cells, those after the first indented by a label."""
    first, *rest = chop_cells(shorten_middle(value, MOST_LINES * room, look.signs.ellipsis), room) or [""]
    return [first, *(" " * LABEL + line for line in rest)]


def _lined_up(facts: Sequence[Fact], split: int, width: int) -> list[tuple[Fact, ...]]:
    """The facts of each line, when a second one begins `split` cells from the left."""
    lines: list[tuple[Fact, ...]] = []
    for fact in facts:
        beside = lines and len(lines[-1]) == 1
        if beside and _cells(lines[-1][0]) + GAP <= split and split + _cells(fact) <= width:
            lines[-1] = (*lines[-1], fact)
        else:
            lines.append((fact,))
    return lines


def _cells(fact: Fact) -> int:
    return LABEL + cell_len(fact[1])


def _label(fact: Fact, look: Look) -> Text:
    return Text.assemble((f"{fact[0]:<{LABEL}}", look.style("muted")))
