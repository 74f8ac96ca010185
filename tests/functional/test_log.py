"""The log by its keys: it follows, it holds still for a reader, and what is asked of it costs what it says."""

from __future__ import annotations

import re
from pathlib import Path

from tests.functional.log_world import current, log_rows, log_title, reading, shown


async def test_nothing_moves_under_a_reader_until_he_follows_again(tmp_path: Path) -> None:
    lines = 200
    async with reading(tmp_path, lines) as (seen, logs):

        async def until_last(number: int, what: str) -> None:
            await seen.until(lambda: shown(seen)[-1] == f"line {number}", what)

        for key in ("F", "G", "end"):
            logs.write(5)
            await seen.pass_time(12)
            assert shown(seen)[-1] == f"line {lines + 5}", key
            await seen.press("pageup", "k")
            before = log_rows(seen)
            assert shown(seen)[0] == f"line {lines - 35}", key
            for _ in range(3):
                logs.write(40)
                await seen.pass_time(12)
                assert log_rows(seen) == before, key
            assert "120 new below" in log_title(seen), key
            await seen.press(key)
            await until_last(lines + 125, f"{key} goes to the end")
            assert "new below" not in log_title(seen), key
            logs.write(1)
            await seen.pass_time(12)
            lines += 126
            assert shown(seen)[-1] == f"line {lines}", key


async def test_search_goes_from_match_to_match_and_the_lines_stay(tmp_path: Path) -> None:
    async with reading(tmp_path, 300) as (seen, _):
        before = shown(seen)
        await seen.press("slash", *"88")
        assert shown(seen)[:-1] == before[1:], "the last lines stay, above the input line"
        await seen.press("enter")
        assert current(seen) == "line 288"
        await seen.press("N")
        assert current(seen) == "line 188"
        await seen.press("n")
        assert current(seen) == "line 288"
        await seen.press("n")
        await seen.sees("No match of 88 below.")
        assert "/88" in log_title(seen)
        await seen.press("escape")
        assert "/88" not in log_title(seen)


async def test_filter_keeps_matches_also_of_what_comes(tmp_path: Path) -> None:
    async with reading(tmp_path, 300) as (seen, logs):
        await seen.press("ampersand", *"7", "enter")
        assert "57 of 300" in log_title(seen)
        assert shown(seen)[-2:] == ["line 287", "line 297"]
        logs.write(20)
        await seen.pass_time(12)
        assert shown(seen)[-2:] == ["line 307", "line 317"]
        await seen.press("ampersand", "home", "exclamation_mark", "enter")
        assert "261 of 320" in log_title(seen)
        assert shown(seen)[-2:] == ["line 319", "line 320"]
        await seen.press("escape")
        assert shown(seen)[-3:] == ["line 318", "line 319", "line 320"]


async def test_from_error_to_error_and_what_it_means(tmp_path: Path) -> None:
    async with reading(tmp_path, 50) as (seen, logs):
        logs.say("a/b.pdf failed: invalid_pdf")
        logs.write(100)
        logs.say("c.bin failed: over_size")
        logs.write(30)
        await seen.pass_time(15)
        await seen.press("E", "E")
        assert "a/b.pdf failed" in current(seen)
        await seen.press("e")
        assert "c.bin failed" in current(seen)
        await seen.press("E", "enter")
        await seen.sees("message_type")
        for words in ("invalid_pdf: ", "shown as      error", "a/b.pdf"):
            assert words in seen.text()
        await seen.press("q", "e", "e")
        await seen.sees("Error 1 of 2, from the top again.")
        assert "a/b.pdf failed" in current(seen)
        await seen.press("up")
        assert "Error 1 of 2" in seen.text(), "there was no time to read it"
        await seen.pass_time(2)
        await seen.press("E")
        assert "c.bin failed" in current(seen)
        assert "Error 2 of 2, from the end again." in seen.text()


async def test_long_lines_fold_and_times_go_round(tmp_path: Path) -> None:
    async with reading(tmp_path, 3) as (seen, logs):
        logs.say("the long one " + "x" * 100 + " and its end")
        await seen.pass_time(12)
        assert "and its end" not in seen.text()
        await seen.press("w")
        assert "and its end" in seen.text()
        await seen.press("w")
        assert "and its end" not in seen.text()
        await seen.press("right", "right", "right", "right")
        assert "and its end" in seen.text()
        await seen.press("t")
        assert re.match(r"14:1\d:\d\dZ", log_rows(seen)[-1])
        await seen.press("t", "t")
        assert "14:1" not in log_rows(seen)[-1]


async def test_the_next_job_goes_on_below_a_separator(tmp_path: Path) -> None:
    async with reading(tmp_path, 10) as (seen, logs):
        logs.end()
        logs.start("schedule")
        logs.write(5, "next")
        await seen.pass_time(20)
        rows = log_rows(seen)
        at = next(y for y, row in enumerate(rows) if "── next job" in row)
        assert f"next job {logs.job.id[:8]}, by schedule" in rows[at]
        assert "line 10" in "".join(rows[at - 2 : at])
        assert shown(seen)[-1] == "next 5"
        assert logs.job.id[:8] in log_title(seen)


async def test_a_held_log_stays_and_says_that_the_next_job_has_started(tmp_path: Path) -> None:
    async with reading(tmp_path, 100) as (seen, logs):
        await seen.press("pageup", "k")
        before, held = log_rows(seen), logs.job.id
        for _ in range(2):  # the second one ends the first before anybody has read it
            logs.end("new_job_has_started")
            logs.start("user")
            logs.write(5, "next")
            await seen.pass_time(15)
        assert log_rows(seen) == before
        assert seen.store.state.job_id == held
        assert "next job started · F" in log_title(seen)
        await seen.press("F")
        await seen.pass_time(5)
        await seen.until(lambda: shown(seen)[-1] == "next 5", "the newest job")
        rows = "\n".join(log_rows(seen))
        assert f"── next job {logs.job.id[:8]}" in rows
        assert "line 100" in rows
        assert "next job started" not in log_title(seen)


async def test_older_and_newer_jobs(tmp_path: Path) -> None:
    async with reading(tmp_path, 5) as (seen, logs):
        jobs = [job.id for job in seen.store.state.selected_jobs.value or ()]
        await seen.press("left_curly_bracket", "comma", "right_curly_bracket")
        await seen.pass_time(2)
        assert seen.store.state.job_id == jobs[1]
        assert f"Log  {jobs[1][:8]}" in log_title(seen)
        assert "ENDED" in log_title(seen)
        await seen.press("full_stop")
        await seen.pass_time(2)
        assert f"Log  {logs.job.id[:8]}" in log_title(seen)
        await seen.press("right_curly_bracket")
        await seen.sees("This is the newest job.")
