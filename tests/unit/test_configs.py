"""Configurations: what is sent, what is never lost, and what was typed while somebody else changed them."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.build import key
from tui.errors import AppError
from tui.models.put_body import put_body, same
from tui.service.config.configs import clone, creation_bodies, differing, kind_of, pruned
from tui.service.config.document import MISSING, changes, left_out, strangers, touched, value_at, with_value
from tui.service.config.draft import Draft
from tui.service.config.fields import BY_PATH, FIELDS, Kind
from tui.service.config.saved import save, saved_path
from tui.service.config.text import read, written

DOCS: dict[str, Any] = {
    "id": "docs",
    "namespace": "default",
    "type": "r2",
    "source": "docs-prod",
    "modified_at": "2026-01-01T00:00:00Z",
    "chunk_size": 256,
    "cache": True,
    "indexing_options": None,
    "custom_metadata": [],
    "system_prompt_ai_search": "Be\nbrief.",
    "public_endpoint_params": {"enabled": True, "custom_domains": ["a.example"], "unheard_of": 1},
    "unheard_of": {"kept": [1]},
}
NAMES = st.sampled_from(["chunk_size", "cache", "source_params", "public_endpoint_params", "include_headers", "x", "y"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)


def draft(document: Mapping[str, Any] = DOCS, **fields: Any) -> Draft:
    return Draft(document, document, **fields)


@given(DOCUMENTS, DOCUMENTS)
def test_the_preview_is_what_the_client_will_send(base: dict[str, Any], wanted: dict[str, Any]) -> None:
    preview = changes(base, wanted)
    assert same(put_body(base, preview), preview)


@given(DOCUMENTS, DOCUMENTS)
def test_sending_the_preview_gives_what_was_wanted_and_loses_nothing(base: Any, wanted: Any) -> None:
    sent = changes(base, wanted)
    after = {**base, **sent}
    assert changes(after, wanted) == {}
    assert set(base) <= set(after)


def test_a_nested_change_sends_the_whole_object_and_a_removal_sends_nothing() -> None:
    wanted = with_value(DOCS, "public_endpoint_params.mcp.disabled", True)
    assert changes(DOCS, wanted) == {
        "public_endpoint_params": {**DOCS["public_endpoint_params"], "mcp": {"disabled": True}}
    }
    less = {"public_endpoint_params": {"enabled": True}, "chunk_size": 256}
    assert changes(DOCS, less) == {}
    assert "public_endpoint_params.custom_domains" in left_out(DOCS, less)
    assert "cache" in left_out(DOCS, less)


def test_true_is_not_one_and_null_is_not_missing() -> None:
    assert not same(True, 1)
    assert not same({"a": None}, {})
    assert value_at(DOCS, "indexing_options.use_ocr") is MISSING
    assert changes({"cache": True}, {"cache": 1}) == {"cache": 1}


@given(DOCUMENTS, st.sampled_from([field.path for field in FIELDS]), VALUES)
def test_a_value_that_was_put_is_there_and_the_old_document_unharmed(base: Any, path: str, value: Any) -> None:
    before = copy.deepcopy(base)
    after = with_value(base, path, value)
    assert same(value_at(after, path), value)
    assert base == before


def test_what_the_server_keeps_is_neither_sent_nor_a_change_of_somebody() -> None:
    other = {**DOCS, "modified_at": "later", "status": "ready", "last_activity": "now"}
    assert changes(DOCS, other) == {}
    assert differing(DOCS, other) == ()
    assert differing(DOCS, {**other, "chunk_size": 9, "unheard_of": {}}) == ("chunk_size", "unheard_of")


def test_fields_nobody_knows_are_named() -> None:
    assert strangers(["chunk_size", "hybrid_search_enabled", "chunk_sise"]) == ("chunk_sise",)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("chunk_size", " 1,024 ", 1024),
        ("score_threshold", "0.25", 0.25),
        ("score_threshold", "1", 1),
        ("source_params.include_items", "docs/**\n\n *.md ", ["docs/**", "*.md"]),
        ("custom_metadata", "[]", []),
        ("system_prompt_ai_search", "  kept as typed\n", "  kept as typed\n"),
        ("system_prompt_ai_search", "", None),
        ("ai_gateway_id", " ", None),
        ("source_params.prefix", "guides/ ", "guides/"),
    ],
)
def test_texts_and_values(path: str, text: str, value: Any) -> None:
    assert read(BY_PATH[path], text) == value


@pytest.mark.parametrize(
    ("path", "text"), [("chunk_size", "1.5"), ("score_threshold", "nan"), ("custom_metadata", "[")]
)
def test_texts_that_mean_nothing(path: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"number|JSON"):
        read(BY_PATH[path], text)


@given(
    st.sampled_from([field for field in FIELDS if field.kind in (Kind.LIST, Kind.JSON)]),
    st.lists(st.just("a,b")),
)
def test_lists_survive_being_written(field: Any, value: list[str]) -> None:
    assert read(field, written(field, value)) == value


def test_a_text_that_means_nothing_stays_as_it_was_typed() -> None:
    field = BY_PATH["chunk_size"]
    bad = draft().with_text(field, "25x")
    assert (bad.text(field), bad.touched, bad.sent) == ("25x", ("chunk_size",), {})
    assert [one.words for one in bad.problems()] == ["a whole number is needed"]
    assert not bad.with_text(field, "256").changed


def test_typing_the_old_text_again_is_no_change_even_where_null_and_empty_look_alike() -> None:
    document = {**DOCS, "ai_gateway_id": "", "source_params": None}
    for path in ("ai_gateway_id", "source_params.prefix", "system_prompt_ai_search"):
        field = BY_PATH[path]
        typed = draft(document).with_text(field, "x").with_text(field, written(field, value_at(document, path)))
        assert typed.sent == {}, path


def test_my_changes_go_on_top_of_theirs() -> None:
    mine = draft().with_value(BY_PATH["chunk_size"], 512).with_value(BY_PATH["public_endpoint_params.enabled"], False)
    theirs = {**with_value(DOCS, "public_endpoint_params.custom_domains", ["b.example"]), "cache": False}
    rebased = mine.rebased(theirs)
    assert rebased.sent == {
        "chunk_size": 512,
        "public_endpoint_params": {"enabled": False, "custom_domains": ["b.example"], "unheard_of": 1},
    }


def test_an_unknown_field_that_was_edited_survives_a_rebase() -> None:
    mine = draft().with_document({**DOCS, "unheard_of": {"kept": [2]}})
    assert mine.rebased({**DOCS, "cache": False}).sent == {"unheard_of": {"kept": [2]}}


def test_what_has_every_document_indexed_anew() -> None:
    changed = draft()
    for path, value in (("chunk_size", 512), ("indexing_options.use_ocr", True), ("cache", False)):
        changed = changed.with_value(BY_PATH[path], value)
    assert changed.reindexes == ("chunk_size", "indexing_options.use_ocr")
    expected = {"embedding_model", "chunk", "chunk_size", "chunk_overlap"} | {
        "indexing_options.keyword_tokenizer",
        "indexing_options.use_ocr",
        "index_method.vector",
        "index_method.keyword",
    }
    crawler = "source_params.web_crawler."
    names = ("source", "depth", "limit", "max_age", "include_subdomains", "include_external_links")
    expected |= {f"{crawler}parse_type", f"{crawler}parse_options.content_selector"}
    expected |= {f"{crawler}discover_options.{name}" for name in names}
    assert {field.path for field in FIELDS if field.reindexes} == expected


def test_a_new_instance_sends_what_fits_its_source_and_the_rest_later() -> None:
    wanted = {
        "namespace": "support",
        "id": "kb",
        "type": "built-in",
        "source": "typed-and-then-given-up",
        "source_params": {"prefix": "a/"},
        "chunk_size": 128,
        "paused": False,
        "system_prompt_ai_search": "Be brief.",
        "ai_search_model": "",
    }
    body, later = creation_bodies(wanted)
    assert body == {"id": "kb", "chunk_size": 128}
    assert later == {"system_prompt_ai_search": "Be brief."}
    body, _ = creation_bodies({**wanted, "type": "r2", "source": "bucket"})
    assert body == {
        "id": "kb",
        "type": "r2",
        "source": "bucket",
        "source_params": {"prefix": "a/"},
        "chunk_size": 128,
    }


def test_a_clone_takes_the_configuration_and_leaves_the_identity() -> None:
    copied = clone(DOCS, "support")
    assert copied == {
        "namespace": "support",
        "id": "",
        "type": "r2",
        "source": "docs-prod",
        "chunk_size": 256,
        "cache": True,
        "system_prompt_ai_search": "Be\nbrief.",
    }


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": "r2", "source": "b"}, "r2"),
        ({"type": None, "source": "b"}, "r2"),
        ({"source": "https://a.example"}, "web-crawler"),
        ({"type": None, "source": None}, "built-in"),
        ({"type": "built-in", "source": "b"}, "built-in"),
    ],
)
def test_the_kind_of_source(fields: dict[str, Any], kind: str) -> None:
    assert kind_of(fields) == kind
    assert ("source" in pruned(fields) and bool(pruned(fields)["source"])) is (kind != "built-in")


def test_a_saved_configuration_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = saved_path(tmp_path, key("../etc"), 0)
    assert path.parent == tmp_path / "saved"
    save(path, DOCS)
    assert json.loads(path.read_text()) == DOCS
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(AppError, match="could not be saved"):
        save(path, {})
    assert json.loads(path.read_text()) == DOCS


def test_touched_fields_come_in_the_order_of_the_form() -> None:
    assert touched(DOCS, {**DOCS, "cache": False, "source": "b"}) == ("source", "cache")
