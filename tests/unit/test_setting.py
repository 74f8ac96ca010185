"""One setting as a line: which field is meant, what the value is, what is wrong with it, and how the line goes on."""

from __future__ import annotations

from typing import Any

import pytest

from tui.errors import UsageError
from tui.models import SourceKind
from tui.service.config.draft import Draft
from tui.service.config.fields import BY_PATH, FIELDS, fitting
from tui.service.config.labels import LABELS
from tui.service.config.names import SYNONYMS, found, one_field
from tui.service.config.setting import check, completions, put, split

R2 = fitting(FIELDS, SourceKind.R2)
BASE: dict[str, Any] = {
    "id": "docs",
    "type": "r2",
    "source": "b",
    "chunk_size": 256,
    "reranking": False,
    "ai_gateway_id": "gw",
}


def value(line: str) -> Any:
    draft = Draft(BASE, BASE)
    field, text = split(draft.fields, line)
    return put(draft, field, text).value(field)


def test_every_setting_has_a_label_of_its_own() -> None:
    assert LABELS.keys() == BY_PATH.keys()
    assert len(set(LABELS.values())) == len(LABELS)
    assert all(label[0].isupper() and "_" not in label and len(label) <= 22 for label in LABELS.values())
    assert SYNONYMS.keys() <= BY_PATH.keys()


@pytest.mark.parametrize("field", R2, ids=lambda field: field.path)
def test_every_setting_is_found_by_its_path_and_by_its_label(field: Any) -> None:
    assert one_field(R2, field.path) is field
    assert one_field(R2, field.label.lower()) is field
    assert found(R2, field.path)[0] is field
    assert found(R2, field.label.upper())[0] is field
    reversed_words = " ".join(reversed(field.label.split()))
    assert field in found(R2, reversed_words), "the order of words is free"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("chunk_size 512", 512),
        ("chunk_size=512", 512),
        ("chunk size 1,024", 1024),
        ("Chunk Size 512", 512),
        ("reranking yes", True),
        ("reranking TRUE", True),
        ("reranking off", False),
        ("score_threshold 0.25", 0.25),
        ("sync_interval 21600", 21600),
        ("sync_interval 6h", 21600),
        ("sync_interval 15m", 900),
        ("sync interval 1d", 86_400),
        ("fusion_method MAX", "max"),
        ("indexing_options.keyword_tokenizer trigram", "trigram"),
        ("keyword_tokenizer trigram", "trigram"),
        ("exclude_items drafts/**, *.tmp", ["drafts/**", "*.tmp"]),
        ('exclude_items ["a, b", "c"]', ["a, b", "c"]),
        ("prefix docs/guides of 2026/", "docs/guides of 2026/"),
        ('ai_gateway_id ""', None),
        (r"system_prompt_ai_search Be brief.\nBe kind.", "Be brief.\nBe kind."),
        ('custom_metadata [{"field_name": "a", "data_type": "text"}]', [{"field_name": "a", "data_type": "text"}]),
        ("ai_search_model @cf/x/y", "@cf/x/y"),
        ("mcp.disabled yes", True),
    ],
)
def test_a_value_is_read_as_the_form_reads_it(line: str, expected: Any) -> None:
    assert value(line) == expected
    assert check(Draft(BASE, BASE).fields, line, Draft(BASE, BASE)).startswith(split(R2, line)[0].path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("chunk_sizes 5", "Did you mean chunk_size"),
        ("chnk_size 5", "Did you mean chunk_size"),
        ("rerankin yes", "Did you mean reranking"),
        ("bananas 5", "no field 'bananas'"),
        ("id other", "An id cannot be changed"),
        ("namespace other", "Move the instance"),
        ("chunk_size", "a whole number is needed"),
        ("chunk_size 5x", "a whole number is needed"),
        ("chunk_size 5", "64 or more is needed"),
        ("chunk_overlap 31", "0 to 30 is needed"),
        ("reranking perhaps", "yes or no is needed"),
        ("sync_interval 7h", "one of 900"),
        ("fusion_method rff", "Did you mean rrf?"),
        ("custom_metadata {", "not JSON"),
        ("", "A field and its value"),
    ],
)
def test_what_is_wrong_is_said(line: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(R2, line, Draft(BASE, BASE))
    assert words in f"{caught.value.detail} {caught.value.hint}"


def test_a_line_is_completed_field_by_field_then_value_by_value() -> None:
    draft = Draft(BASE, BASE)
    (first, *_) = completions(R2, "chunk_s", draft)
    assert (first.line, first.open) == ("chunk_size", True)
    assert "now 256" in first.note
    assert [one.line for one in completions(R2, "reranking ", draft)] == ["reranking yes", "reranking no"]
    assert [one.line for one in completions(R2, "fusion_method r")] == ["fusion_method rrf"]
    (only,) = completions(R2, "chunk_size 5")
    assert (only.line, only.open) == ("chunk_size 5", False)
    assert not completions(R2, "zzz")
    assert len(completions(R2, "")) == len(R2)
