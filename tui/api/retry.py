"""When a call is sent again by itself, and after how long. Pure.

What reads, and only that, at most three times: a GET, or a search whose caller allowed it; with jitter so that many
consoles do not return in step. A refusal (4xx) is final but for 408 and 429.
"""

from __future__ import annotations

import random

from tui.api.request import Call
from tui.errors import AppError, RateLimited, ServerFault, Unreachable

RETRIES = 3
FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
PATIENCE = 5.0
"""Seconds: when the server asks for more, the call fails with that time instead of waiting unseen."""


def retry_wait(call: Call, error: AppError, tries: int, blocked: float, rng: random.Random) -> float | None:
    """Seconds to wait before sending `call` again, or None when `error` is the end.

    `tries` counts the repetitions so far; `blocked` is how long the budget would hold the call back anyway.
    """
    if not call.repeatable or tries >= RETRIES or not error.retryable:
        return None
    if not isinstance(error, RateLimited | ServerFault | Unreachable):
        return None
    asked = max(error.retry_after or 0.0, blocked)
    if asked > PATIENCE:
        return None
    backoff = min(LONGEST_WAIT, FIRST_WAIT * 2.0**tries)
    return max(asked, backoff * rng.uniform(0.5, 1.0))
