"""Who says so: the sentence that names what the state of an instance was taken from. Pure."""

from __future__ import annotations

from tui.models import Instance, Job, Stats
from tui.state.health import Health
from tui.text import age, one_line, plural


def witness(health: Health, instance: Instance, stats: Stats | None, newest: Job | None, now: float) -> str:
    """What the state rests on: `the instance reports "error"; the last sync ended "completed" 2h ago`."""
    first = _first(health, instance, stats, newest, now)
    last = _last_sync(newest, now)
    return "; ".join(part for part in (first, last) if part)


def _first(health: Health, instance: Instance, stats: Stats | None, newest: Job | None, now: float) -> str:
    reports = f'the instance reports "{one_line(instance.status)}"' if instance.status else "it reports nothing"
    if health in (Health.FAILED, Health.PAUSED_BY_ERROR):
        names = ", ".join(map(one_line, stats.index_source_errors or ())) if stats else ""
        told = (instance.status or "").casefold()
        if told in ("error", "failed") or told.startswith("paused"):
            return reports
        return f"the source has errors: {names}" if names else ""
    if health in (Health.UNREAD, Health.UNCOUNTED):
        why = "are unavailable" if health is Health.UNCOUNTED else "were not read yet"
        return f"{reports}, its counters {why}"
    words = {
        Health.STALLED: "neither the log nor the counters have moved for 4 minutes or more",
        Health.ERRORS: _item_errors(stats),
        Health.MALFORMED: one_line(instance.problem),
        Health.PAUSED: "its indexing is paused",
        Health.DISABLED: "it is switched off",
        Health.EMPTY: "its counters show no items",
    }
    if health in (Health.RUNNING, Health.QUEUED) and stats and stats.pending:
        return f"{plural(stats.pending, 'item')} to do"
    return words.get(health, reports)


def _item_errors(stats: Stats | None) -> str:
    """What the counters say of items; errors can hide behind `outdated` (api-facts: Stats)."""
    if stats is None or stats.error:
        return f"{plural((stats.error if stats else 0) or 0, 'item')} with errors"
    if stats.file_embed_errors:
        return f"items report {', '.join(map(one_line, stats.file_embed_errors))}"
    return f"{plural(stats.outdated or 0, 'item')} left outdated by the last sync"


def _last_sync(newest: Job | None, now: float) -> str:
    if newest is None:
        return ""
    if newest.ended_s is None:
        return (
            f"its job started {age(now - newest.started_s)} ago" if newest.started_s else "its job is waiting to start"
        )
    reason = f' "{one_line(newest.end_reason)}"' if newest.end_reason else ""
    return f"the last sync ended{reason} {age(now - newest.ended_s)} ago"
