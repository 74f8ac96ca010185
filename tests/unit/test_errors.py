"""An error carries the words an operator reads and what a support desk asks for."""

from __future__ import annotations

import pytest

from tui import errors
from tui.errors import AppError, CoolingDown, OutcomeUnknown, RateLimited, ServerFault

FAMILY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AppError)]


@pytest.mark.parametrize("kind", FAMILY)
def test_every_error_keeps_its_words(kind: type[AppError]) -> None:
    error = kind("Title", "What happened.", "What to do.")
    assert (error.title, error.detail, error.hint) == ("Title", "What happened.", "What to do.")
    assert str(error) == "Title: What happened."
    assert str(kind("Title")) == "Title"
    assert (error.code, error.http, error.ray, error.retry_after) == (None, None, None, None)


def test_the_reference_has_what_is_known() -> None:
    assert AppError("x", code=7020, http=429, ray="8f1-FRA").reference == "HTTP 429, code 7020, ray 8f1-FRA"
    assert AppError("x", http=503).reference == "HTTP 503"
    assert AppError("x", code=0).reference == "code 0"
    assert AppError("x").reference == ""


def test_what_may_be_read_again_by_itself() -> None:
    retryable = {kind.__name__ for kind in FAMILY if kind.retryable}
    assert retryable == {"RateLimited", "ServerFault", "Unreachable", "BadReply"}


def test_the_rest_of_the_story() -> None:
    assert CoolingDown("x", retry_after=12.0).retry_after == 12.0
    assert RateLimited("x", retry_after=12.0).retry_after == 12.0
    assert OutcomeUnknown("x", read_back="the job list").read_back == "the job list"
    assert isinstance(ServerFault("x"), Exception)
