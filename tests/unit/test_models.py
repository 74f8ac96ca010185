"""Whatever the API sends becomes a resource: nulls, gaps and surprises cost a mark, never a screen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.samples import SCHEMAS, sample
from tui.errors import BadReply
from tui.models import (
    Account,
    Instance,
    InstanceKey,
    Item,
    ItemChunk,
    ItemLog,
    Job,
    JobLog,
    Namespace,
    SearchResult,
    ServiceToken,
    SourceKind,
    Stats,
    TokenStatus,
    decode_list,
    decode_one,
)

KINDS = {
    "Instance": Instance,
    "InstanceListItem": Instance,
    "Job": Job,
    "JobLog": JobLog,
    "Item": Item,
    "Stats": Stats,
    "Namespace": Namespace,
    "ServiceToken": ServiceToken,
    "SearchResult": SearchResult,
    "MultiSearchResult": SearchResult,
    "Account": Account,
    "TokenVerification": TokenStatus,
    "ItemChunks": ItemChunk,
    "ItemLogs": ItemLog,
}
AT = 1_772_368_200.0  # 2026-03-01T12:30:00Z


def entry(schema: str, *, nulls: bool = False) -> dict[str, Any]:
    value = sample(SCHEMAS[schema], nulls=nulls)
    return value[0] if isinstance(value, list) else value


@pytest.mark.parametrize("schema", KINDS)
def test_every_field_that_the_contract_has_arrives(schema: str) -> None:
    raw, kind = entry(schema), KINDS[schema]
    value = decode_one(kind, raw)
    assert value.problem == ""
    for field in msgspec.structs.fields(kind):
        if field.encode_name in raw:
            assert getattr(value, field.name) is not None, field.name


@pytest.mark.parametrize("schema", KINDS)
def test_null_is_fine_wherever_the_contract_allows_it(schema: str) -> None:
    assert decode_one(KINDS[schema], entry(schema, nulls=True)).problem == ""


@pytest.mark.parametrize("schema", ["Instance", "Job", "Item", "Stats", "Namespace", "ServiceToken", "ItemLogs"])
def test_fields_read_are_fields_of_the_contract(schema: str) -> None:
    known = set(entry(schema)) | {"$problem", "$exact_key"}
    assert {field.encode_name for field in msgspec.structs.fields(KINDS[schema])} <= known


SEEN_NULL = (
    *("type", "source", "namespace", "last_activity", "public_endpoint_id", "public_endpoint_params"),
    *("ai_search_model", "embedding_model", "rewrite_model", "reranking_model"),
)


def test_a_real_instance_with_every_null_that_was_ever_seen() -> None:
    """FACTS: Instances. Fields unknown to the console, null or not, are ignored."""
    extra = {"source_params": None, "cache_threshold": None, "vectorize_active_namespace": None, "internal_id": "x"}
    instance = decode_one(Instance, {"id": "docs", "status": "ready", **dict.fromkeys(SEEN_NULL), **extra})
    assert instance.problem == ""
    assert instance.key == InstanceKey("default", "docs")
    assert instance.kind is SourceKind.BUILTIN
    assert instance.last_activity_s is None


def test_an_id_is_all_that_an_instance_needs() -> None:
    assert decode_one(Instance, {"id": "docs"}) == Instance(id="docs")


def test_an_unfinished_job_and_an_empty_stats_object() -> None:
    job = decode_one(Job, {"id": "7", "started_at": None, "ended_at": None, "end_reason": None, "last_seen_at": None})
    assert (job.problem, job.ended_s, job.duration(AT)) == ("", None, None)
    stats = decode_one(Stats, {"degraded": True})
    assert (stats.total, stats.pending, stats.completed) == (None, None, None)


def test_counters_add_up_what_is_known() -> None:
    stats = decode_one(Stats, {"queued": 2, "completed": 5, "error": 1})
    assert (stats.pending, stats.total) == (2, 8)
    assert decode_one(Stats, {"queued": 0, "running": 0}).pending == 0


def test_an_unknown_status_and_unknown_enums_are_just_text() -> None:
    instance = decode_one(Instance, {"id": "a", "status": "hibernating", "type": "carrier-pigeon"})
    assert (instance.problem, instance.status, instance.kind) == ("", "hibernating", SourceKind.R2)
    assert decode_one(Job, {"id": "1", "source": "telepathy"}).source == "telepathy"


def test_a_wrong_type_costs_one_field_and_is_named() -> None:
    instance = decode_one(Instance, {"id": "docs", "status": 7, "source": "https://a.example", "paused": [1]})
    assert instance.problem == "malformed: status, paused"
    assert (instance.id, instance.source, instance.status, instance.paused) == ("docs", "https://a.example", None, None)


def test_a_nested_surprise_costs_only_that_object() -> None:
    instance = decode_one(Instance, {"id": "docs", "public_endpoint_params": {"enabled": "perhaps"}, "paused": True})
    assert instance.problem == "malformed: public_endpoint_params"
    assert instance.paused is True


@pytest.mark.parametrize("bad", [None, 5, "text", [], {}, {"id": None}, {"id": ["x"]}])
def test_one_malformed_entry_is_a_marked_row_between_good_ones(bad: Any) -> None:
    rows = decode_list(Instance, [{"id": "a"}, bad, {"id": "c"}])
    assert [row.id for row in rows] == ["a", "?2", "c"]
    assert [bool(row.problem) for row in rows] == [False, True, False]


def test_malformed_entries_stay_apart() -> None:
    assert len({row.id for row in decode_list(Job, [{}, {}, {}])}) == 3


def test_a_malformed_log_line_keeps_its_message() -> None:
    (line,) = decode_list(JobLog, [{"id": "no number", "message": "indexed a.md", "created_at": AT}])
    assert (line.message, line.time_s, line.id) == ("indexed a.md", AT, 0)
    assert "id" in line.problem


@pytest.mark.parametrize("raw", ["text", {"a": 1}, 5])
def test_a_list_that_is_none_is_told(raw: Any) -> None:
    with pytest.raises(BadReply) as caught:
        decode_list(Job, raw)
    assert type(raw).__name__ in caught.value.detail


@pytest.mark.parametrize("raw", [None, [], "text"])
def test_a_resource_that_is_no_object_is_told(raw: Any) -> None:
    with pytest.raises(BadReply):
        decode_one(Instance, raw)


def test_null_for_a_list_is_an_empty_list() -> None:
    assert decode_list(Job, None) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("kind", sorted(set(KINDS.values()), key=lambda kind: kind.__name__))
def test_no_json_at_all_breaks_a_list(kind: type) -> None:
    names = [field.encode_name for field in msgspec.structs.fields(kind) if field.name != "problem"]

    @given(st.lists(st.dictionaries(st.sampled_from(names), JSON, max_size=4) | JSON, max_size=3))
    def check(raw: list[Any]) -> None:
        assert len(decode_list(kind, raw)) == len(raw)

    check()


@pytest.mark.parametrize("started", ["2026-03-01T12:30:00Z", "2026-03-01 12:30:00", "2026-03-01T13:30:00.000+01:00"])
def test_job_times_with_and_without_a_zone_are_utc(started: str) -> None:
    job = Job(id="1", started_at=started, ended_at="2026-03-01T12:31:00Z")
    assert (job.started_s, job.duration(0)) == (AT, 60.0)


@pytest.mark.parametrize("created", [AT, int(AT), AT * 1000, "2026-03-01T12:30:00Z"])
def test_log_times_in_seconds_and_milliseconds(created: float | str) -> None:
    (line,) = decode_list(JobLog, [{"id": 1, "created_at": created, "message": "x", "message_type": 0}])
    assert (line.problem, line.time_s) == ("", AT)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, SourceKind.BUILTIN),
        ({"source": ""}, SourceKind.BUILTIN),
        ({"source": "bucket"}, SourceKind.R2),
        ({"source": "https://a.example"}, SourceKind.WEB),
        ({"type": "web-crawler", "source": "a.example"}, SourceKind.WEB),
        ({"type": "r2", "source": "bucket"}, SourceKind.R2),
    ],
)
def test_the_kind_of_source(fields: dict[str, str], kind: SourceKind) -> None:
    instance = decode_one(Instance, {"id": "a", **fields})
    assert instance.kind is kind
    assert instance.has_source is (kind is not SourceKind.BUILTIN)
