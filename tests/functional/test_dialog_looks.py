"""How dialogs use their room, by their text: nothing is cut beside free cells, no gaps, names apart from each other."""

from __future__ import annotations

import re
from itertools import pairwise, product
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.harness import START, Console, console
from tui.models import InstanceKey
from tui.ui.kit.row_table.layout import arrange
from tui.ui.requests.cells import COLUMNS, contents

pytestmark = pytest.mark.exhaustive

DOCS, HR = InstanceKey("default", "docs-search"), InstanceKey("default", "hr-policies")
LONG = "customer-knowledge-base-eu-00001", "customer-knowledge-base-eu-00002"
ELSEWHERE = "a-namespace-of-28-characters"


async def at(seen: Console, key: InstanceKey, *keys: str) -> str:
    """Press keys with an instance selected; what is on the screen then."""
    seen.app.screen.query_one("#instances-table").move_to(key)  # type: ignore[attr-defined]
    await seen.pass_time(1, 0.2)
    for one in keys:
        await seen.press(one)
        await seen.settle()
    await seen.still()
    return seen.text()


async def back(seen: Console) -> None:
    """Close what is open, and go to the list."""
    main = seen.app.screen_stack[0]
    while seen.app.screen is not main or main.panes.name != "instances":  # type: ignore[attr-defined]
        await seen.press("escape")


def boxed(text: str) -> list[str]:
    """What stands in the box of the dialog, line by line."""
    lines = text.splitlines()
    top = next(line for line in lines if "╭" in line)
    left, right = top.index("╭"), top.rindex("╮")
    inside = [line[left + 1 : right] for line in lines if line[left : left + 1] == "│"]
    assert len(inside) > 4
    return inside


DIALOGS = {
    "sync": (DOCS, ("S",)),
    "cancel a deletion": (DOCS, ("D",)),
    "search options": (DOCS, ("6", "o")),
    "coverage": (DOCS, ("+",)),
    "query set": (DOCS, ("#",)),
    "upload": (HR, ("5", "U")),
    "save": (DOCS, ("s",)),
    "new namespace": (DOCS, ("n", "N")),
    "new token": (DOCS, ("*", "N")),
    "one field": (DOCS, (":", *"set", "space", *"chunk_size", "space", *"512", "enter")),
}


async def test_no_two_empty_lines_follow_each_other(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        for name, (key, keys) in DIALOGS.items():
            await seen.pilot.resize_terminal(80, 24)
            await at(seen, key, *keys)
            assert len(seen.app.screen_stack) > 1, name
            async for _ in seen.in_windows([(80, 24), (100, 30), (160, 45)]):
                inside = boxed(seen.text())
                empty = [not line.strip("│─╭╮╰╯ ") for line in inside]
                assert not any(one and other for one, other in pairwise(empty)), "\n".join([name, *inside])
            await back(seen)


async def test_a_long_choice_of_a_form_goes_into_the_room_of_a_note_that_is_not_there(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await at(seen, DOCS, "M")
        async for _ in seen.in_windows([(80, 24), (100, 30), (120, 40), (160, 45)]):
            line = next(line for line in seen.text().splitlines() if "Service token" in line)
            assert "5b0f7c1e-3a52-4d0e-9a67-1f2c8be0d714" in line
            assert "…" not in line


async def test_the_names_of_two_that_are_compared_stand_apart_with_their_ends(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 40)) as seen:
        world = seen.emulator.world
        with world.lock, world.storage.transaction():
            world.namespaces.create(ELSEWHERE, {}, START)
            world.instances.create("default", LONG[0], {}, START)
            world.instances.create(ELSEWHERE, LONG[1], {"score_threshold": 0.1}, START)
        await seen.press("R")
        await seen.pass_time(4, 0.5)
        table = seen.app.screen.query_one("#instances-table")
        assert table.move_to(InstanceKey("default", LONG[0]))  # type: ignore[attr-defined]
        await seen.press("space")
        await at(seen, InstanceKey(ELSEWHERE, LONG[1]), "d")
        async for _ in seen.in_windows([(80, 40), (100, 40), (120, 40), (160, 40)]):
            text = seen.text()
            assert re.search(rf"\d+ differences?: (default|{ELSEWHERE})/", text)
            heads = [line for line in text.splitlines() if LONG[0][-5:] in line or ELSEWHERE[-6:] in line][1:]
            words = " ".join(heads).split()
            assert any(word.endswith(LONG[0][-5:]) for word in words)
            assert any(word.endswith(LONG[1][-5:]) for word in words)
            assert not re.search(r"\d(default|a-namespace)", text), "a gap between the two"


async def test_paths_of_calls_are_not_cut_beside_an_empty_column(tmp_path: Path) -> None:
    async with console(tmp_path, (100, 30)) as seen:
        await at(seen, DOCS, "@")
        async for _ in seen.in_windows([(100, 30), (120, 30), (200, 30)]):
            calls = [line for line in seen.text().splitlines() if " GET " in line]
            assert calls
            short = [line for line in calls if "/logs" not in line and re.search(r"/jobs\?|/stats", line)]
            assert short
            assert not [line for line in short if "…" in line]


def test_a_failure_of_a_call_has_room_as_soon_as_there_is_one() -> None:
    calm, failed = contents([]), {"path": 30, "failure": 32}
    for wanted, least in ((calm, 0), (failed, 32)):  # no failure, no column
        widths = {COLUMNS[place.column].id: place.width for place in arrange(COLUMNS, 118, wanted).places}
        assert widths.get("failure", 0) >= least


async def test_the_words_of_the_palette_have_the_room_that_its_names_leave(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        async for _ in seen.in_windows([(120, 40), (160, 45)]):
            for typed in ("", "copy", "instance"):
                inside = boxed(await at(seen, DOCS, ":", *typed))
                cut = [line for line in inside if line.rstrip(" ▁▂▃▄▅▆▇█").endswith("…")]
                assert all(len(line) - len(line.rstrip(" ▁▂▃▄▅▆▇█")) <= 5 for line in cut), "\n".join(inside)
                assert all(line.index("…") > 80 for line in cut), "\n".join(inside)
                await back(seen)


async def test_enter_after_the_name_of_a_command_goes_on_with_that_command(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        for typed, name in product(("", ":"), ("set", "sort", "filter", "ns", "line", "profile")):
            await at(seen, DOCS, ":", *typed, *name)
            first = boxed(seen.text())[3]
            own = name in ("sort", "filter", "profile")  # an action of the very name goes before the command
            assert first.strip(" ▌").startswith(f"{name.capitalize()} " if own else f":{name} "), typed + name
            await seen.press("escape", "escape")
            assert len(seen.app.screen_stack) == 1


LABEL = "/", "ctrl+u", *"label", "enter"
NAMED = [
    ((120, 40), ("6", *LABEL, "z"), ["guides/going-live-checklist.md"]),
    ((80, 24), ("6", *LABEL, "z"), ["guides/manifests-and-pickups.md"]),
    ((160, 45), ("6", *LABEL, "b", "enter"), ["getting-started/invite-your-team.md"]),
    ((80, 24), (";",), ["unable_to_convert_to_markdown"]),
    ((100, 30), ("i",), ["unable_to_convert_to_markdown", "downloads/agent-firmware-3.2.0.bin"]),
    ((120, 40), ("6", "a", *LABEL, "z"), ["guides/going-live-checklist.md"]),  # last: it goes on asking for answers
]


async def test_names_have_their_room_before_texts(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for size, keys, names in NAMED:
            await seen.pilot.resize_terminal(*size)
            await at(seen, DOCS, *keys)
            await seen.pass_time(3, 0.5)
            for name in names:
                assert name in seen.text(), (size, keys)
            await back(seen)


async def test_an_answer_is_as_high_as_it_is_and_its_sources_have_the_rest(tmp_path: Path) -> None:
    async with console(tmp_path, (120, 40)) as seen:
        await at(seen, DOCS, "6", "a", "/", *"how do i print", "enter", "z")
        await seen.pass_time(5, 0.5)
        await seen.sees("Sources:")
        lines = seen.text().splitlines()
        assert sum(bool(re.match(r"[ ▌]+\d+ 0\.\d", line)) for line in lines) == 20, "all of them in sight"


async def test_choices_of_the_search_options_begin_where_its_fields_do(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        inside = boxed(await at(seen, DOCS, "6", "o"))
        starts = {line.index(sign) for line in inside for sign in "▏‹" if sign in line}
        assert len(starts) == 1, "\n".join(inside)


async def test_what_stands_beside_a_choice_fills_the_dialog(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        for key in ("V", "c"):  # move, copy
            inside = boxed(await at(seen, DOCS, key))
            cut = [line for line in inside if line.rstrip().endswith("…")]
            assert cut, key
            assert all(len(line) - len(line.rstrip()) <= 5 for line in cut), "\n".join([key, *inside])
            await back(seen)


async def test_in_a_low_window_nothing_shows_through_beside_a_list(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 16)) as seen:
        for key in ("n", "*"):
            text = await at(seen, DOCS, key)
            assert "Instances" not in text.replace("INSTANCES", ""), key
            assert "Detail" not in text, key
            await back(seen)


async def test_the_question_where_to_move_is_whole_for_the_longest_names(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        world = seen.emulator.world
        with world.lock, world.storage.transaction():
            world.namespaces.create(ELSEWHERE, {}, START)
            world.instances.create(ELSEWHERE, LONG[1], {}, START)
        await seen.press("R")
        await seen.pass_time(4, 0.5)
        text = await at(seen, InstanceKey(ELSEWHERE, LONG[1]), "V")
        assert f"Move {LONG[1]} to " in text


async def test_an_outcome_has_the_room_of_a_place_that_it_has_not(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await at(seen, DOCS, "S", "tab", "enter")
        await seen.pass_time(1, 0.5)
        await seen.press("!")
        async for width, _ in seen.in_windows([(80, 24), (120, 40)]):
            line = next(line for line in seen.text().splitlines() if "Sync of docs-search" in line)
            assert "done" in line, width
            assert len(line.rstrip()) > width - 12 or "…" not in line, width


async def test_the_names_of_arms_are_one_line_above_their_numbers(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        identity = seen.store.state.identity
        seen.store.update(identity=replace(identity, demo=True))  # its query set is suggested then
        await seen.press("#")
        await seen.sees("queries.toml: 30 queries")
        await seen.press("tab", "enter")
        await seen.sees("worse of 30")
        await seen.press("a")
        await seen.sees("12 worse of 30")
        async for width, _ in seen.in_windows([(80, 24), (100, 24), (120, 24)]):
            lines = seen.text().splitlines()
            heads = next(number for number, line in enumerate(lines) if "as it is  " in line)
            assert lines[heads + 1].startswith(" Recall"), "\n".join([str(width), *lines[:5]])
            assert width > 80 or " more" in lines[heads], "arms that have no room are counted"
