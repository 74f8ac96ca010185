"""The README elsewhere than in its repository: what it shows and leads to exists there, or is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build_tools.metadata_hook import long_description, remote, repository, urls

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
HOME = "https://code.example/acme/aisearch"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://code.example/acme/aisearch.git", HOME),
        ("https://code.example/acme/aisearch/", HOME),
        ("https://user:secret@code.example/acme/aisearch.git", HOME),
        ("git@code.example:acme/aisearch.git", HOME),
        ("ssh://git@code.example:2222/acme/aisearch.git", HOME),
        ("git://code.example/acme/aisearch", HOME),
        ("https://code.example/group/sub/aisearch", "https://code.example/group/sub/aisearch"),
        ("", ""),
        ("/srv/git/aisearch.git", ""),
        ("file:///srv/git/aisearch", ""),
        ("../elsewhere", ""),
        ("localhost:aisearch", ""),
    ],
)
def test_the_address_is_one_that_others_can_open(given: str, address: str) -> None:
    assert repository({}, given) == address
    assert repository({"AISEARCH_REPOSITORY": given}, "https://other.example/x/y") == (
        address if given else "https://other.example/x/y"
    )


def test_without_a_clone_there_is_no_remote(tmp_path: Path) -> None:
    assert remote(tmp_path) == ""


def test_pictures_and_links_are_absolute_at_the_tag() -> None:
    text = long_description(README, HOME, "v1.2.3")
    assert f"]({HOME}/raw/v1.2.3/screenshots/main-120x40.svg)" in text
    assert f"]({HOME}/blob/v1.2.3/docs/keys.md)" in text
    assert f"]({HOME}/blob/v1.2.3/docs/credentials.md#servers-without-a-desktop)" in text
    assert re.findall(r"\]\((?!https:|#)", text) == []
    assert text.count("https://developers.cloudflare.com") == README.count("https://developers.cloudflare.com")


def test_without_an_address_nothing_leads_nowhere() -> None:
    text = long_description(README, "", "v1.2.3")
    assert re.findall(r"\]\((?!https:|#)", text) == []
    assert "The console at 120x40" in text
    assert "## Quick start" in text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("![A b](screenshots/x.svg)", f"![A b]({HOME}/raw/v1/screenshots/x.svg)"),
        ("[keys](docs/keys.md)", f"[keys]({HOME}/blob/v1/docs/keys.md)"),
        ("[keys](docs/keys.md#all)", f"[keys]({HOME}/blob/v1/docs/keys.md#all)"),
        ("[site](https://a.example/x)", "[site](https://a.example/x)"),
        ("[above](#install)", "[above](#install)"),
    ],
)
def test_each_kind_of_link(given: str, expected: str) -> None:
    assert long_description(given, HOME, "v1") == expected


def test_the_addresses() -> None:
    assert set(urls(HOME)) >= {"Homepage", "Source", "Issues", "Changelog", "Documentation", "Security"}
    assert all(one.startswith("https://") for one in urls(HOME).values())
    assert set(urls("")) == {"Service"}
