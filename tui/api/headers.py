"""What reply headers say about the request budget, as numbers. Pure.

Both forms are read (api-facts: Limits): `Ratelimit: "default";r=50;t=30` with `Ratelimit-Policy: "burst";q=100;w=60`,
and the older `x-ratelimit-limit`, `-remaining`, `-reset`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from msgspec import Struct

MAX_WAIT = 3600.0
"""Seconds: a longer Retry-After, reset or window is not believed."""
_PARAMETER = re.compile(r";\s*([a-z]+)\s*=\s*(\d{1,9})(?![\d.])")
_EPOCH = 1e9


class Signals(Struct, frozen=True):
    """The server's figures; None where it sent none. All times are in seconds from now.

    They are of the limit with the longest window, the budget; `besides` are those of shorter ones that apply as well.
    """

    limit: int | None = None
    window: float | None = None
    remaining: int | None = None
    reset: float | None = None
    retry_after: float | None = None
    besides: tuple[Signals, ...] = ()

    @property
    def used_up(self) -> float | None:
        """Seconds until every limit that is used up, or may be, begins anew; None where no time was told."""
        resets = [one.reset for one in (self, *self.besides) if not one.remaining and one.reset is not None]
        return max(resets, default=None)


def read_signals(headers: Mapping[str, str]) -> Signals:
    """The figures in `headers` (case-insensitive, or with lower-case names). Nonsense counts as absent."""
    policies = _policies(headers.get("ratelimit-policy", ""))
    told = [item for item in _items(headers.get("ratelimit", "")) if "r" in item[1]]
    stated = dict(sorted(told, key=lambda item: -item[1]["r"]))  # of two of one name the tighter
    limits = {name: {**policies.get(name, {}), **figures} for name, figures in stated.items()}
    longest = max(limits, key=lambda name: max(limits[name].get("w", 0), limits[name].get("t", 0)), default="")
    budget = {**_other_policy(policies, longest, stated), **limits.pop(longest, {})}
    limit = budget.get("q") or _number(headers.get("x-ratelimit-limit"))
    remaining = budget.get("r", _number(headers.get("x-ratelimit-remaining")))
    reset = budget.get("t", _reset(headers))
    return Signals(
        limit=int(limit) if limit else None,
        window=float(budget["w"]) if budget.get("w") else None,
        remaining=None if remaining is None else int(remaining),
        reset=None if reset is None else min(float(reset), MAX_WAIT),
        retry_after=retry_after(headers),
        besides=tuple(_beside(figures) for figures in limits.values()),
    )


def _beside(figures: Mapping[str, int]) -> Signals:
    window, reset = figures.get("w"), figures.get("t")
    return Signals(
        limit=figures.get("q") or None,
        window=float(window) if window else None,
        remaining=figures["r"],
        reset=None if reset is None else min(float(reset), MAX_WAIT),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds until the server wants to hear from us again; a date counts from the reply's own Date header."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    seconds = _number(text)
    if seconds is None:
        then, now = http_date(text), http_date(headers.get("date", ""))
        seconds = None if then is None or now is None else max(0.0, then - now)
    return None if seconds is None else min(float(seconds), MAX_WAIT)


def _items(value: str) -> list[tuple[str, dict[str, int]]]:
    """`"a";r=1;t=2, "b";r=3` as pairs of the name and its parameters."""
    parts = [part.lower() for part in value.split(",")]
    return [
        (part.split(";")[0].strip().strip('"'), {key: int(number) for key, number in _PARAMETER.findall(part)})
        for part in parts
    ]


def _policies(value: str) -> dict[str, dict[str, int]]:
    """The policies by name.

    One of more than an hour is no budget to wait for: with it a console that used it up would be silent for ever.
    """
    return {name: figures for name, figures in _items(value) if "q" in figures and figures.get("w", 0) <= MAX_WAIT}


def _other_policy(policies: Mapping[str, dict[str, int]], name: str, stated: Container[str]) -> dict[str, int]:
    """For a limit without a policy of its name the first that is no other's: the documented example names them so."""
    others = (figures for other, figures in policies.items() if other not in stated)
    return {} if name in policies else next(others, {})


def _reset(headers: Mapping[str, str]) -> float | None:
    """Seconds to the reset; some servers send an epoch time there, which needs their clock to be understood."""
    value = _number(headers.get("x-ratelimit-reset"))
    if value is None or value < _EPOCH:
        return value
    now = http_date(headers.get("date", ""))
    return None if now is None else max(0.0, value - now)


def _number(text: str | None) -> float | None:
    text = (text or "").split(",")[0].strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def http_date(text: str) -> float | None:
    """Epoch seconds of a date in a header; None for what is none."""
    try:
        parsed = parsedate_to_datetime(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def server_time(headers: Mapping[str, str]) -> float | None:
    """The server's clock when it answered, in epoch seconds, cut to whole ones; None where it does not say."""
    return http_date(headers.get("date", ""))
