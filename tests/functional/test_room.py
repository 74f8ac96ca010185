"""What is cut, and beside what: no value is cut while there is room that nothing uses, in tables, texts and titles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.test_glance import line, shown_tab
from tests.functional.test_search import faults
from tests.harness import Console, console
from tests.long_names import IDS, NAMESPACES, plant
from tui.emulator import EmulatorConfig
from tui.models import InstanceKey

pytestmark = pytest.mark.exhaustive

WIDE = [(100, 30), (120, 40), (160, 45), (200, 50)]
SIZES = [(80, 24), *WIDE]


async def tab(seen: Console, instance: str, name: str) -> None:
    """Go to a tab of an instance."""
    await seen.press("/", *instance, "enter", "2")
    await seen.press(*["]"] * ("Overview", "Config", "Items", "Search", "JSON").index(name))
    await seen.pass_time(1, 0.2)


async def test_without_failures_the_keys_of_items_have_the_room_of_the_errors(tmp_path: Path) -> None:
    async with console(tmp_path, SIZES[0]) as seen:
        await tab(seen, "handbook", "Items")
        await seen.sees("65 items")
        async for _ in seen.in_windows(SIZES):
            header = line(seen, "STATUS, ERROR").split("KEY")[1]
            after = header.split("STATUS, ERROR")[1]
            assert after.split()[0] in ("SIZE", "CHUNKS")
            assert len(after) - len(after.lstrip()) <= 6, "no wider than its title"
            assert "WHAT IT MEANS" not in header


async def test_what_an_error_of_an_item_means_is_said_to_its_end(tmp_path: Path) -> None:
    async with console(tmp_path, WIDE[0]) as seen:
        await tab(seen, "legacy-contracts", "Items")
        await seen.sees("7 items")
        async for _ in seen.in_windows(WIDE):
            assert "unable_to_co" in seen.text()
            await seen.sees("OCR.")


async def test_hits_have_no_score_that_none_has_and_their_text_begins_right_below_them(tmp_path: Path) -> None:
    async with console(tmp_path, SIZES[0]) as seen:
        await tab(seen, "handbook", "Search")
        assert "# SCORE ITEM" in seen.text(), "nothing was found yet"
        await seen.press("/", *"holiday", "enter")
        await seen.pass_time(2, 0.5)
        await seen.sees("10 chunks")
        async for _ in seen.in_windows(SIZES):
            assert "# SCORE   VECTOR  KEYWORD ITEM" in seen.text()
        async for _ in seen.in_windows([(120, 40)]):
            lines = seen.text().splitlines()
            last = next(at for at, one in enumerate(lines) if " 10 0." in one)
            assert "── 1  " in lines[last + 1]
            assert "# Holiday" in lines[last + 2]


async def test_the_request_log_shows_the_end_of_a_path_and_no_empty_failures(tmp_path: Path) -> None:
    async with console(tmp_path, WIDE[0]) as seen:
        await seen.pass_time(4, 0.5)
        await seen.press("@")
        await seen.sees("Requests")
        async for size in seen.in_windows(WIDE):
            assert "FAILURE" not in seen.text(), size
            of_logs = line(seen, "page=1&per_page=500")
            assert "archive/legacy-contra" in of_logs, f"its beginning and its end, {size}"


async def test_times_and_models_of_a_configuration_stand_on_one_line(tmp_path: Path) -> None:
    async with console(tmp_path, SIZES[0]) as seen:
        await tab(seen, "legacy-contracts", "Config")
        await seen.sees("differs from the default")
        await seen.press("z")
        await seen.press("z")
        async for _ in seen.in_windows(SIZES):
            assert line(seen, "created_at").rstrip(" ▁▂▃▄▅▆▇▏").endswith("2024-12-20T14:13:20.000Z")


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_one_sign_says_that_something_differs(tmp_path: Path, ascii_only: bool) -> None:
    async with console(tmp_path, (120, 40), ascii_only=ascii_only) as seen:
        await tab(seen, "legacy-contracts", "Config")
        assert "~ differs from the default" in seen.text()
        assert "~ sync_interval" in seen.text()
        assert "* sync_interval" not in seen.text()
        await seen.press("?")
        while "Signs of fields" not in seen.text():
            await seen.press("pagedown")
            assert not seen.text().count("Token from"), "the end"


async def test_in_a_narrow_window_few_instances_leave_their_room_to_the_pane_below(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        for wanted, rows in {"handbook": 1, "a": 17, "zzz": 0}.items():
            await seen.press("/", *wanted, "enter")
            before = detail_at(seen)
            await seen.press("2")
            await seen.pass_time(1, 0.5)
            expected = 2 + 2 + 3 if 0 < rows < 4 else before
            assert detail_at(seen) == expected, wanted
            await seen.press("z", "z")
            assert detail_at(seen) == expected, wanted
            await seen.press("1")
            assert detail_at(seen) == before, f"nothing moves while one types a filter: {wanted}"
            await seen.press("escape")


def detail_at(seen: Console) -> int:
    """The line of the screen on which the detail begins."""
    return next(at for at, one in enumerate(seen.text().splitlines()) if one.startswith("── Detail"))


async def test_jobs_that_cannot_be_read_say_why_to_the_end(tmp_path: Path) -> None:
    rule = {"kind": "status", "status": 403, "code": 10000, "message": "no permission for this"}
    async with console(tmp_path, (120, 40), config=faults(tmp_path, {"operation": "list_jobs", **rule})) as seen:
        await seen.pass_time(4, 0.5)
        await seen.sees("The token may not do this")
        await seen.sees("HTTP 403, code 10000")
        await seen.sees("No log: the jobs could not be read.")


async def test_a_log_that_was_never_read_does_not_say_that_it_has_no_lines(tmp_path: Path) -> None:
    rule = {"kind": "status", "status": 503, "code": 7017, "message": "unable_to_connect"}
    async with console(tmp_path, (120, 40), config=faults(tmp_path, {"operation": "get_job_logs", **rule})) as seen:
        await seen.pass_time(4, 0.5)
        await seen.sees("OFFLINE retry")
        assert "0 lines" not in seen.text()


EMPTY = [
    ((), "This account has no AI Search instances yet."),
    (("2",), "No instance is selected."),
    *[(("2", "]"), "No instance is selected.")] * 4,  # from each tab to the next
    (("3", "z"), "No instance is selected."),
    (("4", "z"), "No instance is selected."),
    (("!",), "No errors, and no outcomes yet."),
    (("n",), "every account has it"),
]


async def test_every_pane_of_an_empty_account_says_so_and_none_that_it_reads(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24), config=EmulatorConfig(seed="empty")) as seen:
        tabs: set[str] = set()
        for keys, words in EMPTY:
            await seen.press(*keys)
            await seen.pass_time(1, 0.5)
            await seen.sees(words)
            assert "Reading" not in seen.text(), keys
            await seen.press("escape", "escape")  # no zoom, and back to the list
            assert "── Instances" in seen.text(), keys
            tabs.add(shown_tab(seen))
        assert tabs == {"Overview", "Config", "Items", "Search", "JSON"}


def hues(seen: Console) -> set[str]:
    """Colours on the screen that are neither a grey nor the terminal's own."""
    styles = (segment.style for strip in seen.app.screen._compositor.render_strips() for segment in strip)
    colours = {colour for style in styles if style for colour in (style.color, style.bgcolor) if colour}
    return {str(one) for one in colours if not one.is_default and len(set(one.get_truecolor())) > 1}


async def test_without_colour_there_is_none_anywhere(tmp_path: Path) -> None:
    async with console(tmp_path, (100, 24), theme="aisearch-mono") as seen:
        items, search = ("escape", "2", "]", "]"), ("2", "]", "/", "a")  # the search is beside the items
        for keys in ((), ("2",), ("3",), ("4",), ("?",), items, search):
            await seen.press(*keys)
            await seen.pass_time(1, 0.5)
            assert not hues(seen), keys


async def test_the_title_tells_two_instances_of_one_name_apart(tmp_path: Path) -> None:
    async with console(tmp_path, (120, 40)) as seen:
        plant(seen.emulator)
        with seen.emulator.world.lock, seen.emulator.world.storage.transaction():
            seen.emulator.world.instances.create(NAMESPACES[1], IDS[0], {}, seen.time())
        await seen.press("R")
        await seen.pass_time(2, 0.5)
        async for size in seen.in_windows([(120, 40), (110, 30)]):
            titles = set()
            for namespace in NAMESPACES:
                seen.app.screen.query_one("#instances-table").move_to(InstanceKey(namespace, IDS[0]))  # type: ignore[attr-defined]
                await seen.pass_time(1, 0.2)
                title = line(seen, "── Detail")
                assert f"{namespace[-4:]}/{IDS[0]}" in title, size
                titles.add(title)
            assert len(titles) == 2, size


OFFERS = {
    "demo": [
        ((), "Indexing is paused: no scheduled syncs.", "P resumes"),
        (("/", *"status-page", "enter"), "No sync job yet.", "S starts one"),
        (("/", *"status-page", "enter", "2", "]", "]"), "No item yet.", "S starts a sync"),
        (("/", *"sandbox", "enter", "2"), "Nothing is stored here yet.", "U uploads files"),  # still the items
    ],
    "empty": [((), "has no AI Search instances yet.", "N creates the first")],
}


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("seed", OFFERS)
async def test_a_read_only_console_offers_no_key_that_it_refuses(tmp_path: Path, read_only: bool, seed: str) -> None:
    async with console(tmp_path, (120, 40), read_only=read_only, config=EmulatorConfig(seed=seed)) as seen:
        for keys, says, offers in OFFERS[seed]:
            assert says not in seen.text() or not keys, "the next case shows its own"
            await seen.press(*keys)
            await seen.pass_time(2, 0.5)
            await seen.sees(says)
            assert (offers in seen.text()) is not read_only, offers
            await seen.press("1", "escape")  # no filter


async def test_why_there_is_no_list_of_instances_is_said_to_its_end(tmp_path: Path) -> None:
    rule = {"operation": "*", "kind": "status", "status": 403, "code": 10000, "message": "no"}
    async with console(tmp_path, (80, 24), config=faults(tmp_path, rule), wait=False) as seen:
        await seen.pass_time(8, 0.5)
        for keys in (("2",), ("3",), ("4",), ("2", "]", "]")):
            await seen.press(*keys)
            await seen.pass_time(1, 0.5)
            await seen.sees("Add AI Search Edit for this account to the token")
            await seen.sees("HTTP 403, code 10000")
