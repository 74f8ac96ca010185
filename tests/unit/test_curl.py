"""The curl command sends the very same request, and never holds the token."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.contract import Exchange
from tui.secret import MASK
from tui.ui.curl import curl, curl_get, url

BASE = "https://api.cloudflare.com/client/v4"


def words(command: str) -> list[str]:
    """The arguments as a POSIX shell splits them; its comments are no arguments."""
    return shlex.split(command.replace("\\\n", ""), comments=False)


def test_a_read_is_a_url_and_the_variable() -> None:
    command = curl(Exchange(0.0, "GET", "/accounts/a/ai-search/instances", query="page=1&per_page=100"), BASE + "/")
    assert words(command) == [
        "curl",
        "--silent",
        "--show-error",
        "--request",
        "GET",
        f"{BASE}/accounts/a/ai-search/instances?page=1&per_page=100",
        "--header",
        "Authorization: Bearer $CLOUDFLARE_API_TOKEN",
    ]
    assert '"Authorization: Bearer $CLOUDFLARE_API_TOKEN"' in command, "single quotes would send the dollar sign"
    assert curl_get(BASE, "/x") == curl(Exchange(1.0, "GET", "/x"), BASE)


@given(body=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda text: text[0] not in "["))
def test_any_body_arrives_as_it_was(body: str) -> None:
    command = curl(Exchange(0.0, "POST", "/x", body=body), BASE)
    sent = words("\n".join(line for line in command.split("\n") if not line.startswith("# ")))
    assert sent[-2:] == ["--data-raw", body]
    assert "Content-Type: application/json" in sent


def test_what_the_log_does_not_have_is_said() -> None:
    masked = curl(Exchange(0.0, "POST", "/tokens", body=f'{{"cf_api_key":"{MASK}"}}'), BASE)
    assert masked.startswith("# Secrets are masked")
    assert curl(Exchange(0.0, "PUT", "/x", body='{"a":"b…'), BASE).startswith("# The body is cut")


def test_an_upload_names_its_file() -> None:
    command = curl(Exchange(0.0, "POST", "/items", body="[file a, b.md, 1,204 bytes]"), BASE)
    assert "--form 'file=@a, b.md, 1,204 bytes]'" not in command
    assert words(command)[-2:] == ["--form", "file=@a, b.md"]


@pytest.mark.parametrize("query", ["", "a=b"])
def test_url(query: str) -> None:
    assert url(BASE, "/x", query) == f"{BASE}/x{'?a=b' if query else ''}"
