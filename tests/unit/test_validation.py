"""The catalogue of settings says what the contract says, and wrong values are explained before they are sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tui.errors import Refused
from tui.models import SourceKind
from tui.service.config.document import READ_ONLY, with_value
from tui.service.config.fields import BY_PATH, CREATION, FIELDS, Field, Kind, fitting
from tui.service.config.validation import blamed, creation_problems, problems
from tui.ui.instances.document import GROUPS

CONTRACT = json.loads((Path(__file__).parents[1] / "contract" / "ai-search.openapi.json").read_text())
SCHEMAS = CONTRACT["components"]["schemas"]
MODELS = {name: known for name, known in CONTRACT["x-known-models"].items() if name != "note"}
LEFT_OUT = {"hybrid_search_enabled", "metadata.created_from_aisearch_wizard", "metadata.worker_domain"}
"""Deprecated, or the dashboard's own."""
WHOLE = {path for path, field in BY_PATH.items() if field.kind is Kind.JSON}


def leaves(schema: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Dotted paths and schemas of all that has a value of its own."""
    for name, inner in schema["properties"].items():
        path = f"{above}{name}"
        if inner.get("properties") and path not in WHOLE:
            yield from leaves(inner, f"{path}.")
        else:
            yield path, inner


CREATES = dict(leaves(SCHEMAS["InstanceCreate"]))
UPDATES = dict(leaves(SCHEMAS["InstanceUpdate"]))
BOTH = {**UPDATES, **CREATES}


def test_the_catalogue_has_every_setting_of_the_contract_and_no_other() -> None:
    assert {field.path for field in FIELDS} == set(UPDATES) - LEFT_OUT
    assert {field.path for field in FIELDS if field.creates} == set(CREATES) - LEFT_OUT - {"id", "type"}


TYPES = {
    Kind.YES_NO: "boolean",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.TEXT: "string",
    Kind.MODEL: "string",
    Kind.LONG: "string",
    Kind.LIST: "array",
    Kind.TOKEN: "string",
}


MEASURED = {"source_params.web_crawler.discover_options.depth"}
"""Whose limits and default the service's limits page tells, and the schema does not (api-facts: Instances)."""


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.path)
def test_a_setting_is_as_in_the_contract(field: Field) -> None:
    schema = BOTH[field.path]
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert field.nullable is ("null" in types)
    if field.kind in TYPES:
        assert TYPES[field.kind] in types
    if field.kind is Kind.CHOICE:
        assert list(field.choices) == schema["enum"]
    if field.kind is Kind.MODEL:
        known = next(models for models in MODELS.values() if set(schema["x-known-values"]) <= set(models))
        assert list(field.choices) == known
    if field.path in MEASURED:
        return
    if field.kind in (Kind.INTEGER, Kind.NUMBER):
        assert (field.low, field.high) == (schema.get("minimum"), schema.get("maximum"))
    if field.most and {"maxItems", "maxProperties"} & schema.keys():
        assert field.most == schema.get("maxItems", schema.get("maxProperties"))
    if not field.path.startswith("index_method."):  # whose default stands on the object
        assert field.default == schema.get("default")


def test_the_config_tab_knows_every_field_of_an_instance_once() -> None:
    shown = [name for names in GROUPS.values() for name in names]
    assert len(shown) == len(set(shown))
    assert set(SCHEMAS["InstanceUpdate"]["properties"]) <= set(shown)


def test_what_is_read_only_is_what_a_put_leaves_out() -> None:
    contract = set(SCHEMAS["Instance"]["properties"]) - set(SCHEMAS["InstanceUpdate"]["properties"])
    assert contract <= READ_ONLY


def test_a_field_that_means_nothing_for_the_source_is_not_shown() -> None:
    r2, web, own = ({field.path for field in fitting(FIELDS, kind)} for kind in SourceKind)
    assert r2 - web == {"source_params.prefix", "source_params.r2_jurisdiction"}
    assert all("web_crawler" in path for path in web - r2)
    assert not {path for path in own if "source" in path or path in ("sync_interval", "token_id")}


def words(document: dict[str, Any], *paths: str, base: dict[str, Any] | None = None) -> dict[str, str]:
    return {one.path: one.words for one in problems(document, paths, base)}


GOOD = [
    ("chunk_size", 64),
    ("chunk_overlap", 30),
    ("score_threshold", 1),
    ("score_threshold", 0.25),
    ("cache_ttl", 600),
    ("embedding_model", ""),
    ("embedding_model", None),
    ("custom_metadata", []),
    ("custom_metadata", [{"field_name": "Audience", "data_type": "text"}]),
    ("retrieval_options.boost_by", [{"field": "timestamp"}]),
    ("source_params.include_items", ["docs/**"]),
    ("public_endpoint_params.rate_limit.period_ms", 60_000),
]
WRONG = [
    ("chunk_size", 63, "64 or more"),
    ("chunk_size", True, "a whole number"),
    ("chunk_size", 64.5, "a whole number"),
    ("chunk_size", "256", "a whole number"),
    ("chunk_overlap", 31, "0 to 30"),
    ("max_num_results", 0, "1 to 50"),
    ("score_threshold", -0.1, "0 to 1"),
    ("cache_ttl", 601, "one of 600"),
    ("cache_ttl", True, "one of 600"),
    ("cache", "yes", "true or false"),
    ("cache", None, "yes or no"),
    ("fusion_method", "sum", "one of max, rrf"),
    ("custom_metadata", {"audience": "text"}, "a list of"),
    ("custom_metadata", [{"field_name": "Folder", "data_type": "text"}], "folder: reserved"),
    ("custom_metadata", [{"field_name": n, "data_type": "text"} for n in ("a", "A")], "the same name"),
    ("custom_metadata", [{"field_name": f"f{n}", "data_type": "text"} for n in range(21)], "20 is the most"),
    ("custom_metadata", [{"field_name": "a", "data_type": "date"}], "data_type is one of"),
    ("custom_metadata", [{"field_name": "", "data_type": "text"}], "1 to 64"),
    ("retrieval_options.boost_by", [{"field": "a", "direction": "up"}], "direction is one of"),
    ("retrieval_options.boost_by", [{"field": "a"}] * 4, "3 is the most"),
    ("source_params.include_items", "docs/**", "a list"),
    ("source_params.web_crawler.parse_options.include_headers", {"a b": "c"}, "not a header's name"),
    ("source_params.web_crawler.parse_options.include_headers", dict.fromkeys("abcdef", "x"), "5 is the most"),
    ("source_params.web_crawler.parse_options.content_selector", [], "a list of"),
    ("index_method.vector", False, "one of the two"),
    ("public_endpoint_params.custom_domains", ["a.example"], "public endpoint enabled"),
    ("public_endpoint_params.default_domain_enabled", False, "no address at all"),
]


@pytest.mark.parametrize(("path", "value"), GOOD)
def test_good_values(path: str, value: Any) -> None:
    assert words(with_value({}, path, value), path) == {}


@pytest.mark.parametrize(("path", "value", "part"), WRONG)
def test_wrong_values_are_explained(path: str, value: Any, part: str) -> None:
    document = with_value({"index_method": {"keyword": False}}, path, value)
    assert part in words(document, path)[path]


def test_what_nobody_touched_is_not_judged() -> None:
    old = {"source_params": {"web_crawler": {"discover_options": {"limit": 500_000}}}, "chunk_size": 12}
    assert words({**old, "cache": True}, "cache", base=old) == {}
    assert set(words(old, "chunk_size", base=old)) == {"chunk_size"}


def test_a_value_cannot_be_taken_away_but_its_object_can_be_null() -> None:
    base = {"chunk_size": 256, "indexing_options": {"use_ocr": True}}
    assert "cannot be removed" in words({}, "chunk_size", base=base)["chunk_size"]
    path = "indexing_options.use_ocr"
    assert words({"indexing_options": None}, path, base=base) == {}
    assert words({"indexing_options": 5}, path, base=base)[path] == "indexing_options must be an object"


@pytest.mark.parametrize("name", ["a", "docs", "docs-prod", "_x_1-2", "a" * 32])
def test_ids_that_the_contract_takes(name: str) -> None:
    assert creation_problems({"namespace": "default", "id": name, "type": "built-in"}, ()) == ()


@pytest.mark.parametrize("name", ["", "Docs", "docs--prod", "-docs", "docs-", "do cs", "dócs", "a.b", "a" * 33, "a\n"])
def test_ids_that_it_does_not(name: str) -> None:
    (problem,) = creation_problems({"namespace": "default", "id": name, "type": "built-in"}, ())
    assert problem.path == "id"


@pytest.mark.parametrize(
    ("kind", "source", "fine"),
    [
        ("r2", "docs-prod", True),
        ("r2", "", False),
        ("r2", "https://docs.example", False),
        ("web-crawler", "docs.example.com", True),
        ("web-crawler", "https://docs.example.com/guide", True),
        ("web-crawler", "docs", False),
        ("web-crawler", "ftp://docs.example.com", False),
        ("web-crawler", None, False),
        ("built-in", None, True),
    ],
)
def test_the_source_goes_with_its_kind(kind: str, source: str | None, fine: bool) -> None:
    document = {"namespace": "default", "id": "docs", "type": kind, "source": source}
    assert (creation_problems(document, ()) == ()) is fine


def test_a_refusal_names_its_field() -> None:
    assert blamed(Refused("x", code=7036)) == "chunk_size"
    assert blamed(Refused("x", code=7022)) == "id"
    assert blamed(Refused("x", code=1)) is None
    assert all(blamed(Refused("x", code=code)) in BY_PATH for code in (7012, 7023, 7040, 7045, 7063, 7091, 7096))


def test_every_field_explains_itself() -> None:
    assert len(BY_PATH) == len(FIELDS) + len(CREATION)
    for field in (*CREATION, *FIELDS):
        assert field.help[0].isupper()
        assert field.help.endswith(".")
