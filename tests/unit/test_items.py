"""The window over a long list, batches, causes, and which files an upload means: without a screen, without a wire."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tui.contract import Budget
from tui.errors import RateLimited, Refused, Unreachable, UsageError
from tui.models import InstanceKey, Item, Page
from tui.models.item_list import FAILED, KEPT, ItemQuery, ItemWindow, errors_first
from tui.service import Outcome
from tui.service.batch import FEW, Batch, Step, gap
from tui.service.items.files import summary, uploads
from tui.service.items.triage import UNNAMED, cause_of, causes, normalised
from tui.service.lab.rules import LARGEST_OTHER, LARGEST_TEXT, largest
from tui.state.store import Store

KEY = InstanceKey("default", "docs")


class Shelf:
    """A server's list of so many items, in pages of `size`, with a total or without."""

    def __init__(self, count: int, size: int, *, totals: bool = True) -> None:
        self.items = tuple(Item(id=f"i{number}") for number in range(count))
        self.size = size
        self.totals = totals

    def page(self, number: int) -> Page[Item]:
        found = self.items[(number - 1) * self.size : number * self.size]
        return Page(found, number, self.size, len(self.items) if self.totals else None)


def opened(shelf: Shelf) -> ItemWindow:
    return ItemWindow(KEY, ItemQuery()).holding(1, shelf.page(1))


@given(st.integers(0, 4000), st.integers(20, 100), st.booleans())
def test_reading_on_and_on_finds_every_item_once_and_ends(count: int, size: int, totals: bool) -> None:
    shelf = Shelf(count, size, totals=totals)
    window, requests = opened(shelf), 1
    seen = dict.fromkeys(item.id for item in window.items)
    while window.after is not None:
        window, requests = window.holding(window.after, shelf.page(window.after)), requests + 1
        seen |= dict.fromkeys(item.id for item in window.items)
        assert sum(map(len, window.pages)) <= KEPT
    assert list(seen) == [item.id for item in shelf.items]
    assert requests <= count // size + 2


@given(st.integers(1, 5000), st.integers(20, 100))
def test_with_a_total_the_end_is_one_request_away_and_the_way_back_is_whole(count: int, size: int) -> None:
    shelf = Shelf(count, size)
    window = opened(shelf)
    last = window.last
    assert last is not None
    window = window.holding(last, shelf.page(last))
    assert window.ended
    assert window.items[-1] == shelf.items[-1]
    assert window.start + len(window.items) == count
    while window.before is not None:
        window = window.holding(window.before, shelf.page(window.before))
    assert window.items[0] == shelf.items[0]
    assert window.items == shelf.items[: len(window.items)]


def test_a_page_read_again_replaces_itself_and_an_item_that_moved_is_shown_once() -> None:
    shelf = Shelf(60, 20)
    window = opened(shelf)
    window = window.holding(2, shelf.page(2))
    shelf.items = (Item(id="new"), *shelf.items)
    window = window.holding(1, shelf.page(1))
    ids = [item.id for item in window.items]
    assert ids[0] == "new"
    assert len(ids) == len(set(ids))
    assert window.total == 61


def test_a_deleted_item_is_gone_and_a_changed_one_is_new() -> None:
    window = opened(Shelf(5, 20))
    assert window.without("i2").total == 4
    assert "i2" not in {item.id for item in window.without("i2").items}
    changed = window.with_item(Item(id="i1", status="queued"))
    assert changed.items[1].status == "queued"


# batches


class Course:
    """A wait that takes no time and remembers how long it should have been."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        self.waits.append(seconds)


def step(name: str, *errors: Exception) -> Step:
    left = list(errors)

    async def run() -> Outcome:
        if left:
            raise left.pop(0)
        return Outcome(name)

    return Step(name, run)


async def test_one_that_fails_does_not_stop_the_others() -> None:
    store, course = Store(), Course()
    batch = Batch("Test", [step("a"), step("b", Refused("No")), step("c")], store, course.wait)
    await batch.run()
    assert [(one.name, one.error is None) for one in batch.done] == [("a", True), ("b", False), ("c", True)]
    assert len(course.waits) == 2, "staggered: nothing before the first"
    assert batch.summary == "3 of 3, 1 failed, done"
    assert not store.state.busy


async def test_a_used_up_budget_is_waited_for_and_the_step_is_not_lost() -> None:
    course = Course()
    batch = Batch("Test", [step("a", RateLimited("Used up", retry_after=42.0))], Store(), course.wait)
    await batch.run()
    assert course.waits == [42.0]
    assert [one.error for one in batch.done] == [None]


async def test_what_every_further_step_would_meet_ends_it() -> None:
    batch = Batch("Test", [step("a", Unreachable("Down")), step("b")], Store(), Course().wait)
    await batch.run()
    assert len(batch.done) == 1
    assert batch.stopped


async def test_stopping_finishes_the_one_on_its_way_and_sends_no_other() -> None:
    batch = Batch("Test", [step("a"), step("b"), step("c")], Store(), Course().wait)
    batch.changed = batch.stop
    await batch.run()
    assert [one.name for one in batch.done] == ["a"]
    assert batch.summary == "1 of 3, stopped"


@given(st.integers(FEW + 1, 100_000), st.integers(50, 5000))
def test_a_long_batch_leaves_half_of_the_budget_to_others(steps: int, limit: int) -> None:
    budget = Budget(limit=limit, window=300.0)
    assert budget.window / gap(steps, budget) <= limit / 2 + 1


# causes


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("invalid_pdf", ("invalid_pdf", "invalid_pdf")),
        ("INVALID_PDF", ("invalid_pdf", "invalid_pdf")),
        ("could not convert: invalid_pdf (page 3)", ("invalid_pdf", "invalid_pdf")),
        (None, (UNNAMED, "")),
        ("  ", (UNNAMED, "")),
        ("Row 17 of guides/a.md has 3 columns", ("row # of <name> has # columns", "")),
    ],
)
def test_the_cause_of_a_message(message: str | None, cause: tuple[str, str]) -> None:
    assert cause_of(message) == cause


def test_messages_that_differ_in_names_and_numbers_are_one_cause() -> None:
    one = 'Cannot read "a.md" at https://x.example/1: job 9f0c6f0a1b2c3d4e took 1,200.5 ms'
    other = 'Cannot read "b and c.txt" at http://y.example/?q=2: job 0a1b2c3d4e5f6071 took 7 ms'
    assert normalised(one.lower()) == normalised(other.lower())


def test_causes_are_counted_the_most_frequent_first() -> None:
    errors = ("over_size", "invalid_pdf", "line 1", "line 2", "line 3", "over_size")
    found = causes(Item(id=str(number), status="error", error=error) for number, error in enumerate(errors))
    assert [(cause.name, len(cause.items)) for cause in found] == [("line #", 3), ("over_size", 2), ("invalid_pdf", 1)]
    assert "not one of the errors" in found[0].explanation.meaning
    assert found[1].explanation.remedy


# files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.md", "a.md", "c[1].txt"):
        (tmp_path / name).write_text("text")
    (tmp_path / "inner").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "name", "keys"),
    [
        ("a.md", "", ["a.md"]),
        ("a.md", "other.md", ["other.md"]),
        ("a.md", "docs/", ["docs/a.md"]),
        ("*.md", "", ["a.md", "b.md"]),
        ("", "", ["a.md", "b.md", "c[1].txt"]),
        ("c[1].txt", "", ["c[1].txt"]),
    ],
)
def test_which_files_are_meant(folder: Path, typed: str, name: str, keys: list[str]) -> None:
    found = uploads(str(folder / typed), name)
    assert [one.name for one in found] == keys
    assert summary(found).startswith(f"{len(keys)} file")


LARGE = {"large.md": LARGEST_TEXT + 1, "sheet.xlsx": LARGEST_OTHER + 1}


@pytest.mark.parametrize(
    ("typed", "name", "title"),
    [
        ("", "", "Which file?"),
        ("none.md", "", "No such file"),
        ("inner", "", "No such file"),
        ("*.md", "one.md", "One key for many files"),
        ("a.md", "../up.md", "Not a usable key"),
        ("a.md", "k" * 129, "The key is too long"),
        ("large.md", "", "The file is too large"),
        ("large.md", "kept.docx", "The file is too large"),
        ("sheet.xlsx", "", "The file is too large"),
        ("sheet.xlsx", "kept.docx", "The file is too large"),
    ],
)
def test_what_cannot_be_sent_says_why(folder: Path, typed: str, name: str, title: str) -> None:
    if typed in LARGE:
        with (folder / typed).open("wb") as file:
            file.truncate(LARGE[typed])
    with pytest.raises(UsageError) as told:
        uploads(str(folder / typed) if typed else "", name)
    assert told.value.title == title


@pytest.mark.parametrize(
    ("query", "failed", "first"),
    [
        (ItemQuery(), 7, True),
        (ItemQuery(), None, True),
        (ItemQuery(), 0, False),
        (ItemQuery(search="a"), 7, True),
        (ItemQuery(status="completed"), 7, False),
        (ItemQuery(status="error"), 7, False),
        (ItemQuery(newest=True), 7, False),
    ],
)
def test_a_list_begins_with_its_failed_items_unless_another_order_is_wanted(
    query: ItemQuery, failed: int | None, first: bool
) -> None:
    assert errors_first(query, failed) is first


def test_failed_items_stand_at_the_top_of_the_first_page_only_and_each_once() -> None:
    one, two, three = (Item(id=name, key=name) for name in "abc")
    window = replace(ItemWindow(KEY, ItemQuery(), pages=((one, two), (three,))), failed=(three,), failures=1, total=3)
    assert [item.id for item in window.items] == ["c", "a", "b"]
    assert (window.page_of("c"), window.page_of("b")) == (FAILED, 1)
    later = replace(window, first=2)
    assert [item.id for item in later.items] == ["a", "b", "c"]
    assert later.page_of("c") == 3
    assert window.with_item(Item(id="c", key="c", status="queued")).items[0].status == "queued"
    left = window.without("c")
    assert ([item.id for item in left.items], left.total, left.failures) == (["a", "b"], 2, 0)


@pytest.mark.parametrize(
    "name", ["a.md", "a.pdf", "a.html", "a.json", "a.py", "a", "a.svg", "a.docx", "a.png", "A.XLSX"]
)
def test_a_file_of_just_the_limit_of_its_type_is_sent(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(largest(name))
    assert [one.bytes for one in uploads(str(tmp_path / name))] == [largest(name)]
