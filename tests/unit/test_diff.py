"""Forms, diffs and comparisons as text."""

from __future__ import annotations

from typing import Any

import pytest

from tui.models import Instance, InstanceDocument
from tui.service.config.draft import Draft
from tui.service.config.fields import BY_PATH
from tui.ui.configure.diff import diff_lines
from tui.ui.configure.fields import about, brief, form_lines, note, painted
from tui.ui.instances.compare_cells import differences, side_by_side
from tui.ui.look import ASCII_SIGNS, Look
from tui.ui.themes import DARK, palette

LOOK = Look(palette(DARK))
BASE = {"id": "docs", "type": "r2", "source": "b", "chunk_size": 256, "cache": True, "sync_interval": 21600}


def shown(draft: Draft, width: int = 76, look: Look = LOOK) -> list[str]:
    return [painted(line, draft, width, look).plain.rstrip() for line in form_lines(draft, draft.problems())]


def test_a_diff_has_the_changed_lines_and_their_neighbours() -> None:
    before = {"a": 1, "params": {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}, "z": 0}
    after = {"params": {**before["params"], "four": 40}}  # type: ignore[dict-item]
    lines = diff_lines(before, after)
    assert '-   "four": 4' in lines
    assert '+   "four": 40' in lines
    assert not any('"one"' in line or '"z"' in line for line in lines)


def test_a_new_field_is_only_added_and_no_comma_is_a_change() -> None:
    assert diff_lines({"a": 1}, {"a": 1, "b": 2}) == ('  "a": 1', '+ "b": 2')
    assert diff_lines({"a": 1}, {"a": 1}) == ()


def test_a_diff_can_do_nothing_to_a_terminal() -> None:
    (line,) = diff_lines({}, {"a": "\x1b[2J\u202e"})
    assert line.isprintable()


@pytest.mark.parametrize("width", [60, 76, 104])
def test_a_form_fits_its_width_and_marks_what_changed(width: int) -> None:
    draft = Draft(BASE, BASE).with_value(BY_PATH["chunk_size"], 9).with_value(BY_PATH["source"], "x" * 200)
    lines = shown(draft, width)
    assert max(map(len, lines)) <= width
    (at,) = (number for number, line in enumerate(lines) if "Chunk size" in line)
    assert lines[at].startswith("~ Chunk size")
    assert ("chunk_size" in lines[at]) == (width >= 90)
    assert "▏9 " in lines[at]
    assert any(line.startswith("~ Bucket or website *") for line in lines)
    assert any("‹yes›" in line for line in lines)
    assert "was 256" in lines[at]
    assert "✗ 64 or more is needed" in lines[at + 1]
    assert any(line == "Public endpoint" for line in lines)


def test_a_form_in_ascii() -> None:
    draft = Draft(BASE, BASE).with_value(BY_PATH["chunk_size"], 9).with_value(BY_PATH["source"], "x" * 200)
    assert all(line.isascii() for line in shown(draft, look=Look(palette(DARK), ASCII_SIGNS)))


def test_values_and_notes_in_words() -> None:
    draft = Draft(BASE, BASE)
    assert brief(BY_PATH["sync_interval"], 21600) == "6h 00m  (21,600 s)"
    assert brief(BY_PATH["cache"], True) == "yes"
    assert brief(BY_PATH["ai_search_model"], "") == "-"
    assert note(BY_PATH["cache"], draft) == "default"
    assert note(BY_PATH["max_num_results"], draft) == "default 10"
    assert note(BY_PATH["cache"], draft.with_value(BY_PATH["cache"], False)) == "was yes"
    assert "A change re-indexes every document." in about(BY_PATH["chunk_size"])
    assert "0 to 30" in about(BY_PATH["chunk_overlap"])


def document(name: str, **fields: Any) -> InstanceDocument:
    shown = {**BASE, "id": name, **fields}
    return InstanceDocument(Instance(id=name), shown, shown)


def test_a_comparison_marks_what_differs_and_leaves_out_what_does_not() -> None:
    left = document("docs", indexing_options={"use_ocr": True}, custom_metadata=None)
    right = document("kb", chunk_size=512, modified_at="2026-01-01T00:00:00.5Z")
    assert differences(left, right) == 2
    few = side_by_side(left, right, 80, LOOK, all_fields=False).plain
    assert "default/docs" in few
    assert [line.split() for line in few.splitlines() if "~" in line] == [
        ["~", "chunk_size", "256", "512"],
        ["~", "use_ocr", "yes", "-"],
    ]
    assert "sync_interval" not in few
    every = side_by_side(left, right, 80, LOOK, all_fields=True).plain
    assert "sync_interval" in every
    assert max(map(len, every.splitlines())) <= 80


def test_long_values_wrap_in_their_column_and_equal_configurations_say_so() -> None:
    left, right = document("a", system_prompt_ai_search="word " * 40), document("b")
    lines = side_by_side(left, right, 70, LOOK, all_fields=False).plain.splitlines()
    assert max(map(len, lines)) <= 70
    assert sum("word" in line for line in lines) > 5
    same = side_by_side(right, right, 70, Look(palette(DARK), ASCII_SIGNS), all_fields=False).plain
    assert "the same configuration" in same
