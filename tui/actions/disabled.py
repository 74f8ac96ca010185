"""Why an action cannot run now: pure functions of the state and the time in epoch seconds."""

from __future__ import annotations

from tui.models import job_state
from tui.state.store import Link, State

LONGEST_COOLDOWN = 3600.0
NO_ID = "This row came without an id: nothing can be asked of it."


def not_connected(state: State) -> str | None:
    """Needs a link and the right to write."""
    if state.identity.read_only:
        return "Read-only: start without --read-only to change something."
    if state.connection.link in (Link.CONNECTING, Link.NO_TOKEN, Link.NO_ACCOUNT, Link.REFUSED):
        return f"Not connected yet ({state.connection.link.value.lower()})."
    return None


def no_instance(state: State, now: float) -> str | None:
    """Needs a selected instance, and its id."""
    if state.instance is None:
        return "No instance is selected."
    return NO_ID if state.instance.key.nameless else None


def no_sync(state: State, now: float) -> str | None:
    """Needs marked instances, or a selected one with a source."""
    instance = state.instance
    if state.marks:
        return None
    if instance is None or instance.key.nameless:
        return no_instance(state, now)
    if not instance.has_source:
        return f"{instance.id} has built-in storage only: items are indexed on upload, there is no source to sync."
    return None


def no_cancel(state: State, now: float) -> str | None:
    """Needs a job that has not ended."""
    if state.job is None:
        return "No job is selected."
    if not job_state(state.job, now).active:
        return f"Job {state.job.id[:8]} has already ended."
    return None


def no_job(state: State, now: float) -> str | None:
    """Needs a selected job."""
    return None if state.job else "No job is selected."


def cooldown(state: State, now: float) -> float:
    """Seconds until the selected instance may be synced again; 0 when it may now, or when the clock was set back."""
    until = state.cooldowns.get(state.selected, 0.0) if state.selected else 0.0
    return until - now if 0 < until - now <= LONGEST_COOLDOWN else 0.0
