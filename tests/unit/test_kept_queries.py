"""Queries survive the program: the last fifty of a profile, for nobody else, and never with a token."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config import Settings
from tui.service.search_options import SearchOptions, read_options, typed_options
from tui.session.profiles import ConfiguredProfiles
from tui.state.kept_queries import MOST, KeptQueries, KeptQuery, KeptSearches
from tui.state.store import Identity, Store
from tui.ui.search.memory import options_of
from tui.wiring import Wiring, kept_queries

WHO = Identity("prod", "a" * 32)
TOKEN = b"v1.0-secret-token"


def put(kept: KeptQueries, *texts: str) -> None:
    for text in texts:
        kept.change(lambda known, text=text: known.with_query(KeptQuery(text)))
        kept.save(lambda known, text=text: known.with_query(KeptQuery(text)))


def texts(kept: KeptQueries) -> list[str]:
    return [one.text for one in kept.known.queries]


def again(kept: KeptQueries) -> KeptQueries:
    assert kept.path
    other = KeptQueries(kept.path.parent, WHO)
    other.load()
    return other


def test_the_last_fifty_come_back_newest_first_from_a_private_file(tmp_path: Path) -> None:
    kept = KeptQueries(tmp_path / "queries", WHO)
    put(kept, *(f"query {number}" for number in range(60)))
    expected = [f"query {number}" for number in range(59, 9, -1)]
    assert texts(kept) == texts(again(kept)) == expected
    assert len(expected) == MOST
    assert kept.path
    assert kept.path.stat().st_mode & 0o777 == 0o600
    assert kept.path.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name]


def test_the_same_query_is_there_once_and_each_mode_by_itself() -> None:
    kept = KeptSearches().with_query(KeptQuery("a", "Search")).with_query(KeptQuery("b", "Search"))
    kept = kept.with_query(KeptQuery("a", "Search", {"max_results": "3"})).with_query(KeptQuery("a", "Ask"))
    assert [(one.text, one.mode) for one in kept.queries] == [("a", "Ask"), ("a", "Search"), ("b", "Search")]
    assert kept.queries[1].options == {"max_results": "3"}
    assert [one.text for one in kept.without(KeptQuery("a", "Search")).queries] == ["a", "b"]


@pytest.mark.parametrize("other", [Identity("test", "a" * 32), Identity("prod", "b" * 32)])
def test_another_profile_or_account_has_its_own(tmp_path: Path, other: Identity) -> None:
    put(KeptQueries(tmp_path, WHO), "mine")
    theirs = KeptQueries(tmp_path, other)
    theirs.load()
    assert not theirs.known.queries


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"version": 1}', b'{"queries": ["a"]}', b"null"])
def test_junk_is_ignored_and_replaced(tmp_path: Path, content: bytes) -> None:
    kept = KeptQueries(tmp_path, WHO)
    assert kept.path
    kept.path.write_bytes(content)
    kept.load()
    assert kept.known == KeptSearches()
    put(kept, "after")
    assert texts(again(kept)) == ["after"]


@pytest.mark.parametrize(
    "change", [{"version": 99}, {"version": 0}, {"profile": "x"}, {"kept": {"queries": [{"text": 7}]}}]
)
def test_another_version_and_wrong_types_are_ignored(tmp_path: Path, change: dict[str, object]) -> None:
    kept = KeptQueries(tmp_path, WHO)
    put(kept, "mine")
    assert kept.path
    kept.path.write_text(json.dumps({**json.loads(kept.path.read_text()), **change}))
    kept.load()
    assert kept.known == KeptSearches()


def test_what_holds_the_token_never_reaches_the_disk(tmp_path: Path) -> None:
    kept = KeptQueries(tmp_path, WHO, lambda data: TOKEN in data)
    put(kept, "before", TOKEN.decode(), f"why {TOKEN.decode()}?", "after")
    assert TOKEN.decode() in texts(kept), "what was typed can still be recalled in this run"
    assert kept.path
    assert TOKEN not in kept.path.read_bytes()
    assert texts(again(kept)) == ["after", "before"]


def test_two_consoles_keep_the_queries_of_both(tmp_path: Path) -> None:
    one, other = KeptQueries(tmp_path, WHO), KeptQueries(tmp_path, WHO)
    put(one, "first")
    put(other, "second")
    put(one, "third")
    assert texts(again(one)) == ["third", "second", "first"]


def test_saves_of_one_moment_lose_nothing(tmp_path: Path) -> None:
    kept = KeptQueries(tmp_path, WHO)
    threads = [Thread(target=put, args=(kept, f"q{number}")) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(texts(again(kept))) == {f"q{number}" for number in range(20)}


@pytest.mark.parametrize("text", ["x" * 5_000, "\ud800 alone"])
def test_what_is_no_query_is_left_out_of_the_file(tmp_path: Path, text: str) -> None:
    kept = KeptQueries(tmp_path, WHO)
    put(kept, "good", text)
    assert texts(again(kept)) == ["good"]


def test_where_nothing_can_be_kept_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "queries").write_text("a file, not a folder")
    kept = KeptQueries(tmp_path / "queries", WHO)
    kept.load()
    put(kept, "still here")
    assert texts(kept) == ["still here"]
    memory = KeptQueries()
    put(memory, "in memory")
    assert texts(memory) == ["in memory"]


@pytest.mark.parametrize(
    ("cache", "demo", "on_disk"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_no_cache_and_the_demo_write_nothing(tmp_path: Path, cache: bool, demo: bool, on_disk: bool) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    who = Identity("prod", "a" * 32, demo=demo)
    kept = kept_queries(who, Settings(file=tmp_path / "config.toml", cache=cache), environ, lambda data: False)
    put(kept, "a query")
    assert (kept.path is not None) is on_disk
    assert any(tmp_path.rglob("*.queries")) is on_disk


OPTIONS = st.builds(
    SearchOptions,
    max_results=st.none() | st.integers(1, 50),
    threshold=st.none() | st.sampled_from([0.0, 0.35, 1.0]),
    retrieval=st.none() | st.sampled_from(["vector", "keyword", "hybrid"]),
    reranking=st.none() | st.booleans(),
    filters=st.none() | st.just({"folder": {"$eq": "guides/"}}),
)


@given(OPTIONS)
def test_options_come_back_as_they_were(options: SearchOptions) -> None:
    kept = KeptSearches().with_options(typed_options(options))
    assert options_of(kept.options) == options == read_options(typed_options(options))


@pytest.mark.parametrize(
    "wrong", [{"max_results": "9999"}, {"retrieval": "telepathy"}, {"filters": "{"}, {"threshold": "high"}]
)
def test_options_that_are_none_of_today_are_the_usual_ones(wrong: dict[str, str]) -> None:
    assert options_of(wrong) == SearchOptions()


async def test_a_new_session_of_the_same_run_goes_on_with_them_where_nothing_is_on_disk(tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    wiring = Wiring(ConfiguredProfiles({"demo": True}, environ), Store(), environ)
    first = await wiring.open(None, True)
    put(first.service.queries, "asked before")
    await first.aclose()
    second = await wiring.open(None, True)
    try:
        assert texts(second.service.queries) == ["asked before"]
        assert second.service.queries is not first.service.queries
    finally:
        await second.aclose()
    assert not files_of_queries(tmp_path)


def files_of_queries(folder: Path) -> list[Path]:
    return list(folder.rglob("*.queries"))
