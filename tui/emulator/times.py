"""Epoch seconds to the text forms that the API uses."""

from __future__ import annotations

from datetime import UTC, datetime

DAY = 86_400.0


def rfc3339(at: float) -> str:
    """Return `at` (epoch seconds) as 2026-08-20T09:15:00.000Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rfc3339_or_none(at: float | None) -> str | None:
    """Return `at` as RFC 3339, or None when there is no time."""
    return None if at is None else rfc3339(at)


def naive(at: float) -> str:
    """Return `at` as 2026-08-20 09:15:00: UTC without saying so (api-facts: Timestamps)."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def parse_moment(value: object) -> float | None:
    """Return epoch seconds of a date-time text or a number (milliseconds above 1e11), else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value / 1000 if abs(value) > 1e11 else float(value)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
