"""What was typed into a form and not sent survives esc for this run; what is secret does not."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from tests.functional.test_create import creation
from tests.functional.test_modify import bodies, form_of, reviewed, typed
from tests.functional.test_writes import go_to
from tests.harness import Console, console

AGAIN = "What you typed before is here again"


def box(seen: Console, name: str) -> Input:
    return seen.app.screen.query_one(f"#{name}", Input)


async def test_a_change_is_offered_again_to_its_instance_only(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await form_of(seen)
        await typed(seen, form, "chunk_size", "512")
        await seen.press("escape")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "left at once")
        await seen.sees("Nothing was sent")
        other = await form_of(seen, "handbook")
        assert not other.draft.changed
        assert AGAIN not in seen.text()
        await seen.press("escape")
        form = await form_of(seen)
        await seen.sees(AGAIN)
        await seen.sees("was 256")
        assert form.draft.sent == {"chunk_size": 512}
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.sees("docs-search changed")
        assert bodies(seen) == [{"chunk_size": 512}]
        form = await form_of(seen)
        assert not form.draft.changed, "what was sent is no draft"


async def test_a_change_stands_on_what_somebody_else_made_of_it_meanwhile(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await form_of(seen)
        await typed(seen, form, "max_num_results", "9")
        await seen.press("escape")
        instances = seen.emulator.world.instances
        seen.time.advance(1)
        instances.update(instances.get("default", "docs-search"), {"score_threshold": 0.9}, seen.time())
        form = await form_of(seen)
        await seen.sees(AGAIN)
        assert form.draft.sent == {"max_num_results": 9}
        assert form.draft.base["score_threshold"] == 0.9


async def test_a_rule_from_triage_is_a_change_of_its_own(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        leaves: list[tuple[str, ...]] = [("escape", "escape"), ("tab", "enter")]
        for leave in leaves:
            form = await form_of(seen)
            await typed(seen, form, "chunk_size", "512")
            await seen.press("escape")
            await seen.until(lambda: len(seen.app.screen_stack) == 1, "left at once")
            await seen.press("i")
            await seen.settle()
            assert "Only the new rules are here." not in seen.text(), leave
            await seen.press("j", "X")
            await seen.sees("Change docs-search?")
            await seen.sees("1 field will be sent")
            assert "512" not in seen.text(), leave
            await seen.press("escape")
            await seen.sees("Only the new rules are here. What you had not sent is kept: M shows it.")
            await seen.press("f2", *leave)
            await seen.until(lambda: len(seen.app.screen_stack) == 2, "triage again")
            assert [list(body) for body in bodies(seen)] == ([["source_params"]] if leave[0] == "tab" else []), leave
            await seen.press("q")
            assert AGAIN not in seen.text(), leave
            form = await form_of(seen)
            await seen.sees(AGAIN)
            assert form.draft.sent == {"chunk_size": 512}, f"{leave}: what was typed before is neither sent nor lost"
            await seen.pass_time(10, 5)  # a message goes with a key only after it could be read
            await seen.press("escape")


async def test_a_field_that_is_set_by_a_command_leaves_what_was_typed_before(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await form_of(seen)
        await typed(seen, form, "chunk_size", "512")
        await seen.press("escape", ":", *"set", "space", *"max_num_results", "space", *"9", "enter")
        await seen.sees("Change docs-search?")
        await seen.press("tab", "enter")
        await seen.sees("docs-search changed")
        assert bodies(seen) == [{"max_num_results": 9}]
        form = await form_of(seen)
        assert form.draft.sent == {"chunk_size": 512}


async def test_a_new_instance_is_offered_again_until_it_is_started_afresh(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        for key in "NC":
            form = await creation(seen, key)
            await seen.press(*"extra-docs", "escape")
            assert AGAIN not in seen.text(), key
            form = await creation(seen, key)
            await seen.sees(AGAIN)
            assert form.draft.wanted["id"] == "extra-docs", key
            await seen.press("ctrl+n")
            assert form.draft.wanted["id"] == "", key
            await seen.press("escape")
            form = await creation(seen, key)
            assert form.draft.wanted["id"] == "", key
            assert AGAIN not in seen.text(), key
            await seen.press("escape")
            assert len(seen.app.screen_stack) == 1, key


async def test_a_namespace_and_its_description_are_offered_again_until_it_was_created(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await seen.press("n", "N", *"my-team", "tab", *"For the team", "escape", "N")
        await seen.sees(AGAIN)
        assert (box(seen, "name").value, box(seen, "description").value) == ("my-team", "For the team")
        await seen.press("ctrl+n")
        assert (box(seen, "name").value, box(seen, "description").value) == ("", "")
        await seen.press("escape", "N")
        await seen.settle()
        assert AGAIN not in seen.text()
        await seen.press(*"my-team", "escape", "N", "tab", "enter", "enter")
        await seen.sees("Namespace my-team created")
        await seen.press("N")
        assert box(seen, "name").value == ""


async def test_the_secret_of_a_service_token_is_never_kept(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("asterisk", "N", *"platform", "enter", *"abc123", "enter", *"s3cret", "escape", "N")
        await seen.sees(AGAIN)
        assert (box(seen, "name").value, box(seen, "api-id").value) == ("platform", "abc123")
        assert box(seen, "secret").value == ""


async def test_the_files_of_an_upload_are_offered_again(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "hr-policies")
        await seen.press("2", "right_square_bracket", "right_square_bracket")
        await seen.pass_time(0.6, 0.2)
        await seen.press("U", *"/nowhere/a.md", "tab", *"guides/", "escape", "U")
        await seen.sees(AGAIN)
        assert (box(seen, "path").value, box(seen, "key").value) == ("/nowhere/a.md", "guides/")
        await seen.press("ctrl+n")
        assert box(seen, "path").value == ""
