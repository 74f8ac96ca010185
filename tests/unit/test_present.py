"""What is drawn: an unknown is a dash, text of the server is literal, and lines fit their width."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from rich.text import Text

from tests.unit.build import NOW, done, instance, iso, job, state
from tui.actions import ACTIONS, BY_ID
from tui.contract import Budget
from tui.errors import RateLimited, Unreachable
from tui.models import Instance, InstanceDocument, JobState, Stats, decode_one
from tui.models.instance import PublicEndpoint
from tui.state.instance_rows import Health, row
from tui.state.store import Connection, Identity, Link, Notice, Reading, Sample, State, read_at
from tui.text import safe
from tui.ui.bars import hints, link_words, status
from tui.ui.instances.cells import INSTANCE_COLUMNS, instance_cells
from tui.ui.instances.document import config, raw_json
from tui.ui.instances.overview import overview
from tui.ui.jobs.cells import JOB_COLUMNS, job_cells, job_rows
from tui.ui.look import ASCII_SIGNS, UNICODE_SIGNS, Look
from tui.ui.themes import THEMES, palette

LOOK = Look(palette(THEMES[0]))
PLAIN = Look(palette(THEMES[-1]), ASCII_SIGNS)
MARKUP = "[/accounts/x] [bold]a[/] [INFO] \\["
FULL = Stats(queued=212, running=8, completed=3464, error=12, skipped=1744, outdated=1, last_activity=iso(NOW - 4))
SERVER_TEXT = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\n\r\t\x1b[]\\/ "))).map(safe)


def text(*instances: Instance, width: int = 80, look: Look = LOOK, **fields: Any) -> str:
    return overview(state(*instances, **fields), NOW, width, look).plain


def value_of(shown: str, label: str) -> str:
    """What stands behind a label, up to the next column."""
    found = re.search(rf"{re.escape(label)} +(.+?)(?:  |$)", shown, re.MULTILINE)
    assert found, f"{label!r} is not in\n{shown}"
    return found[1]


# overview


def test_every_counter_is_shown() -> None:
    shown = text(instance(), stats=FULL)
    counts = {name: value_of(shown, name) for name in ("completed", "queued", "running", "error", "skipped")}
    assert counts == {"completed": "3,464", "queued": "212", "running": "8", "error": "12", "skipped": "1,744"}
    assert value_of(shown, "outdated") == "1"


@pytest.mark.parametrize("stats", [None, Stats(), Stats(degraded=True), Stats(degraded=True, completed=0, error=0)])
def test_unknown_counts_are_dashes_and_never_zero(stats: Stats | None) -> None:
    shown = text(instance(), stats=stats)
    for name in ("completed", "queued", "running", "error", "skipped", "outdated"):
        assert value_of(shown, name) == "-"
    assert not re.search(r"\b0\b", shown)
    assert ("Counts are unavailable" in shown) is bool(stats and stats.degraded)


@pytest.mark.parametrize("width", [34, 40, 48, 53, 54, 60, 61, 62, 66, 80])
def test_counters_fit_the_pane(width: int) -> None:
    many = Stats(completed=48_102, queued=12_345, running=99_999, error=10_000, skipped=54_321, outdated=11_111)
    shown = overview(state(instance(), stats=many), NOW, width, LOOK).plain.split("\n")
    lines = [line for line in shown if re.match("completed|running|error|skipped", line)]
    assert lines
    assert max(map(len, lines)) <= width


def test_a_known_zero_is_a_zero() -> None:
    assert value_of(text(instance(), stats=Stats(error=0, completed=5)), "error") == "0"


def test_a_running_job_has_a_bar_a_rate_and_the_time_left() -> None:
    samples = (Sample(NOW - 20, 0, 0, 100), Sample(NOW, 41, 0, 59))
    shown = text(instance(), stats=FULL, jobs=(job(started=NOW - 191),), samples={instance().key: samples})
    assert "running since " in shown
    assert ", 3m 11s" in shown
    assert " 41%  ━" in shown
    assert "41 of 100  2.0/s  28s left" in shown
    assert "this session" in shown


def test_the_last_job_and_its_reason() -> None:
    shown = text(instance(sync_interval=3600), stats=FULL, jobs=(done(reason="the_moon_was_full"),))
    assert "last sync 1m ago, the_moon_was_full" in shown
    assert value_of(shown, "next sync") == "in about 55m"


@pytest.mark.parametrize(
    ("fields", "jobs", "words"),
    [
        ({"source": None}, (), "none: indexed on upload"),
        ({"paused": True, "sync_interval": 3600}, (done(),), "none while paused"),
        ({"sync_interval": 60}, (done(),), "overdue by 1m"),
        ({"sync_interval": 3600}, (), "-"),
        ({"sync_interval": 86400}, (done(),), "in about 23h 50m"),
        ({"sync_interval": 420}, (done(),), "in about 5m"),
        ({"sync_interval": 150}, (done(),), "in about a minute"),
    ],
)
def test_the_next_sync(fields: dict[str, Any], jobs: tuple[Any, ...], words: str) -> None:
    assert value_of(text(instance(**fields), jobs=jobs), "next sync") == words


def test_what_is_wrong_is_said_in_words() -> None:
    stats = Stats(completed=1, index_source_errors={"r2_bucket_not_found": 1}, file_embed_errors={"invalid_pdf": 1200})
    shown = text(instance(paused=True), stats=stats)
    assert "Indexing is paused" in shown
    assert "index source errors: r2_bucket_not_found 1" in shown
    assert "file embed errors: invalid_pdf 1,200" in shown


def test_old_counts_say_how_old_they_are_and_why() -> None:
    shown = state(instance())
    failed = read_at(FULL, NOW - 600).failure(Unreachable("No reply", "", "Look at the network."), NOW)
    drawn = overview(replace(shown, stats={instance().key: failed}), NOW, 80, LOOK).plain
    assert "No reply. Counts are 10m old. Look at the network." in drawn
    assert value_of(drawn, "completed") == "3,464"


def test_nothing_selected_and_nothing_known() -> None:
    assert text() == "No instance is selected."
    assert "malformed: status" in text(instance(problem="malformed: status"))


def test_facts_of_a_managed_instance() -> None:
    engine = {
        "engine": {
            "r2": {"payloadSizeBytes": 1_200_000_000, "objectCount": 3476},
            "vectorize": {"vectorsCount": 48112, "dimensions": 1024},
        }
    }
    shown = text(instance(embedding_model="@cf/baai/bge-m3", ai_search_model=""), stats=decode_one(Stats, engine))
    assert value_of(shown, "vectors") == "48,112 × 1,024"
    assert value_of(shown, "storage") == "3,476 objects, 1.2 GB"
    assert (value_of(shown, "embedding"), value_of(shown, "answers")) == ("bge-m3", "default")
    assert (value_of(shown, "endpoint"), value_of(shown, "source")) == ("private", "r2://bucket")


@pytest.mark.parametrize("width", [20, 38, 59, 60, 80, 120])
@pytest.mark.parametrize("name", ["docs", "x" * 300, "文" * 100])
def test_facts_fit_the_width(width: int, name: str) -> None:
    shown = text(instance(name, source=f"https://{name}"), stats=FULL, width=width)
    facts = shown[shown.index("last activity") :]
    assert max(cell_len(line) for line in facts.splitlines()) <= width


# server text is literal everywhere


@given(SERVER_TEXT, SERVER_TEXT)
def test_cells_are_one_line_of_literal_text(name: str, other: str) -> None:
    shown = row(instance(name, namespace=other, status=other, source=name), None, None, NOW)
    (job_row,) = job_rows((job(name, source=other, description=name, reason=other),), NOW)
    for cells, columns in (
        (instance_cells(shown, LOOK), INSTANCE_COLUMNS),
        (job_cells(job_row, LOOK), JOB_COLUMNS),
    ):
        assert len(cells) == len(columns)
        for cell in cells:
            plain = cell.plain if isinstance(cell, Text) else cell
            assert not set(plain) & set("\n\t\r\x1b"), plain


@given(SERVER_TEXT)
def test_a_line_end_of_the_server_makes_no_line_of_the_overview(words: str) -> None:
    def drawn(name: str) -> list[str]:
        endpoint = PublicEndpoint(enabled=True, custom_domains=(name,))
        one = instance(name, namespace=name, status=name, embedding_model=name, public_endpoint_params=endpoint)
        stats, jobs = Stats(index_source_errors={name: name}), (done(reason=f"x{name}"),)
        return text(one, stats=stats, jobs=jobs, width=1000).split("\n")  # no value is folded for want of room

    assert len(drawn(f"x{words}")) == len(drawn("x"))


def test_what_looks_like_markup_is_shown_as_it_is() -> None:
    one = instance(MARKUP, source=MARKUP, status=MARKUP)
    cells = [str(cell) for cell in instance_cells(row(one, None, None, NOW), LOOK)]
    assert cells[1] == MARKUP
    assert cells[-1] == MARKUP
    shown = text(one, stats=Stats(index_source_errors={MARKUP: MARKUP}), jobs=(done(reason=MARKUP),), width=400)
    assert shown.count(MARKUP) >= 4
    assert MARKUP in config(document({"id": MARKUP}), NOW, LOOK).plain
    who = Identity("prod", "a" * 32, MARKUP)
    assert MARKUP in status(State(identity=who), NOW, 200, LOOK, 0).plain


@given(SERVER_TEXT)
def test_the_status_bar_is_one_line_whatever_the_account_is_called(name: str) -> None:
    shown = status(State(identity=Identity("prod", "a" * 32, name), namespace=name), NOW, 120, LOOK, 0)
    assert "\n" not in shown.plain
    assert shown.cell_len <= 120


# status bar and hints


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("look", [LOOK, PLAIN])
def test_the_status_bar_fills_the_width_and_keeps_the_right_side(width: int, look: Look) -> None:
    who = Identity("prod", "c3dc" + "0" * 24 + "1b22", "A company with a very long name indeed " * 3, read_only=True)
    shown = State(
        identity=who,
        budget=Budget(312),
        notices=(Notice(NOW, "sync", RateLimited("x")),) * 3,
        connection=Connection(Link.OFFLINE, Unreachable("x"), NOW + 8),
        fleet=read_at((), NOW - 600),
        writes_in_flight=1,
    )
    drawn = status(shown, NOW, width, look, 312)
    assert drawn.cell_len == width
    for words in ("aisearch", "! 3", "WRITING", "API 312/1,200", "OFFLINE retry 5s", "data 10m old"):
        assert words in drawn.plain
    assert drawn.plain.isascii() or look is LOOK


def test_the_status_bar_says_who_we_are() -> None:
    who = Identity("prod", "c3dc" + "0" * 24 + "1b22", "Acme", read_only=True)
    assert " RO " in status(State(identity=who, connection=Connection(Link.LIVE)), NOW, 60, LOOK, 300).plain
    drawn = status(State(identity=who, connection=Connection(Link.LIVE)), NOW, 120, LOOK, 300).plain
    assert drawn.startswith(" aisearch  prod · RO · Acme c3dc…1b22 · all namespaces ")
    assert drawn.endswith(" API 300/1,200 · LIVE ")
    demo = replace(who, demo=True, read_only=False)
    drawn = status(State(identity=demo, namespace="support"), NOW, 120, LOOK, 0).plain
    assert drawn.startswith(" aisearch  DEMO · Acme c3dc…1b22 · support ")


@pytest.mark.parametrize(
    ("link", "retry", "words"),
    [
        (Link.LIVE, NOW + 9, "LIVE"),
        (Link.OFFLINE, NOW + 3, "OFFLINE retry 3s"),
        (Link.THROTTLED, NOW + 60, "THROTTLED retry 1m"),
        (Link.OFFLINE, NOW + 0.5, "OFFLINE retrying"),
        (Link.OFFLINE, NOW - 3, "OFFLINE retrying"),
        (Link.OFFLINE, None, "OFFLINE"),
    ],
)
def test_the_words_of_the_link(link: Link, retry: float | None, words: str) -> None:
    assert link_words(Connection(link, None, retry), NOW) == words


HINTED = [action for action in ACTIONS if action.hint]


@pytest.mark.parametrize("width", [20, 80, 120])
def test_hints_fit_and_none_is_cut(width: int) -> None:
    shown = hints(HINTED, state(instance()), NOW, width, LOOK, {})
    assert shown.cell_len <= width
    words = shown.plain.split()
    assert words[0] in {key for action in HINTED for key in action.keys.split(",")}
    assert len(words) > 2


def test_hints_know_the_operators_keys_and_what_the_key_would_do_now() -> None:
    ready = replace(state(instance(paused=True)), connection=Connection(Link.LIVE))
    waiting = replace(ready, cooldowns={instance().key: NOW + 12})
    actions = [BY_ID["instance.sync"], BY_ID["instance.pause"]]
    assert hints(actions, ready, NOW, 80, LOOK, {}).plain == " S sync  P resume  "
    assert hints(actions, waiting, NOW, 80, LOOK, {"instance.pause": "f9"}).plain == " S sync in 10s  f9 resume  "


def test_what_cannot_act_is_not_hinted() -> None:
    actions = [BY_ID["instance.sync"], BY_ID["app.zoom"]]
    assert hints(actions, State(), NOW, 80, LOOK, {}).plain == " z zoom  "


@pytest.mark.parametrize(("marked", "shown"), [(3, " S sync 3  "), (0, " S sync 0  ")])
def test_with_marks_the_hint_of_sync_is_about_them(marked: int, shown: str) -> None:
    stored = replace(state(instance(source=None)), connection=Connection(Link.LIVE))  # the row itself has no jobs
    assert hints([BY_ID["instance.sync"]], stored, NOW, 80, LOOK, {}, marked).plain == shown


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_way_out_is_hinted_in_every_width(width: int) -> None:
    always = [BY_ID["app.help"], BY_ID["app.palette"], BY_ID["app.back"]]
    shown = hints(HINTED, state(instance()), NOW, width, LOOK, {}, always=always).plain
    assert shown.endswith("? help  : commands  q quit")
    assert len(shown) == width - 1
    assert len(shown.split()) > 6


# configuration and raw reply


def document(fields: dict[str, Any]) -> Reading[InstanceDocument]:
    return read_at(InstanceDocument(instance(), fields, {}), NOW)


def test_every_field_of_the_configuration_is_shown_once_and_changes_are_marked() -> None:
    fields = {
        "id": "docs",
        "cache": False,
        "cache_ttl": 172_800,
        "brand_new_field": {"inner": [1, 2], "empty": {}},
        "ai_search_model": "",
        "source": None,
        "score_threshold": 0.4,
        "cache_threshold": None,
    }
    shown = config(document(fields), NOW, LOOK).plain
    lines = {line[2:].split()[0]: line for line in shown.splitlines() if line[:2] in ("~ ", "  ") and len(line) > 30}
    assert lines["cache"].startswith("~ ")
    assert lines["cache"].endswith(" no")
    assert lines["cache_ttl"].startswith("  ")
    assert lines["cache_ttl"].endswith(" 172,800")
    assert lines["score_threshold"].endswith(" 0.4")
    assert lines["brand_new_field.inner"].endswith(" [1, 2]")
    assert lines["brand_new_field.empty"].endswith(" {}")
    assert lines["ai_search_model"].endswith(" (empty: the service's default)")
    assert lines["source"].endswith(" -")
    assert lines["cache_threshold"].startswith("  ")
    assert shown.index("Other") < shown.index("brand_new_field")


def test_the_raw_reply_is_json_again() -> None:
    fields = {"id": MARKUP, "nested": {"a": [1, None, True]}, "text": "line\nline ü"}
    assert json.loads(raw_json(document(fields), NOW, LOOK).plain) == fields


@pytest.mark.parametrize("draw", [config, raw_json])
def test_a_configuration_that_is_not_there_says_why(draw: Any) -> None:
    assert draw(Reading(), NOW, LOOK).plain.startswith("Reading the configuration")
    failed: Reading[InstanceDocument] = Reading().failure(Unreachable("No reply", "", "Press R."), NOW)
    assert draw(failed, NOW, LOOK).plain == "No reply\nPress R."


@pytest.mark.parametrize("draw", [config, raw_json])
def test_a_configuration_that_could_not_be_read_again_says_how_old_it_is(draw: Any) -> None:
    kept = document({"id": "docs"}).failure(Unreachable("No reply", "", "Press R."), NOW)
    lines = draw(replace(kept, at=NOW - 240), NOW, LOOK).plain.splitlines()
    assert lines[0] == "4m old: No reply. Press R."
    assert "docs" in lines[-1] + lines[-2]


# signs


def test_every_state_has_a_sign_of_one_cell_that_differs_in_meaning() -> None:
    for look in (LOOK, PLAIN):
        signs = [look.health(one).plain for one in Health] + [look.job(one).plain for one in JobState]
        assert {cell_len(sign) for sign in signs} == {1}
    for one in Health:
        assert PLAIN.health(one).plain.isascii()
    told = {LOOK.health(one).plain for one in (Health.FAILED, Health.RUNNING, Health.READY, Health.PAUSED)}
    assert len(told) == 4


def test_in_ascii_everything_is_ascii() -> None:
    samples = (Sample(NOW - 20, 0, 0, 100), Sample(NOW, 41, 0, 59))
    one = instance("a-name-that-is-much-too-long-for-its-column" * 3, source="https://" + "x" * 90)
    shown = text(one, stats=FULL, jobs=(job(),), samples={one.key: samples}, look=PLAIN)
    assert shown.isascii()
    both = job(ended=NOW, reason="completed", description="nightly")
    assert all(str(cell).isascii() for cell in job_cells(job_rows((both,), NOW)[0], PLAIN))
    assert all(str(cell).isascii() for cell in instance_cells(row(one, None, None, NOW), PLAIN))
    assert raw_json(Reading(), NOW, PLAIN).plain.isascii()


@given(st.floats(-1, 2), st.integers(0, 60))
def test_a_bar_is_as_wide_as_asked(fraction: float, width: int) -> None:
    for signs in (UNICODE_SIGNS, ASCII_SIGNS):
        bar = Look(LOOK.palette, signs).bar(fraction, width).plain
        assert len(bar) == width
        assert bar.count(signs.full) == round(max(0, min(1, fraction)) * width) or signs.full == signs.rest


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_a_sparkline_has_the_last_values_and_its_top_at_the_largest(values: list[float]) -> None:
    drawn = LOOK.spark(values, 40)
    assert len(drawn) == min(40, len(values))
    last = values[-40:]
    if any(last):
        assert drawn[last.index(max(last))] == "█"
    else:
        assert set(drawn) <= {"▁"}


# jobs


def test_the_job_table_tells_state_time_and_reason() -> None:
    made = (job("21694851-77", NOW - 187, source="user", description="nightly"), done("2991af7c"), job("q", None))
    rows = job_rows(made, NOW)
    cells = [[str(cell) for cell in job_cells(one, LOOK)] for one in rows]
    assert [one[1] for one in cells] == ["running", "done", "queued"]
    assert (cells[0][2], cells[0][3], cells[0][5], cells[0][6]) == ("21694851", "user", "3m 05s", "nightly")
    assert (cells[1][5], cells[1][6]) == ("1m 00s", "completed")
    assert (cells[2][4], cells[2][5]) == ("-", "-")
    assert re.fullmatch(r"\d\d:\d\d:\d\d", cells[0][4])


def test_an_old_job_has_its_day_and_an_unchanged_row_is_equal() -> None:
    old = job("old", NOW - 90_000, NOW - 89_000, "completed")
    (one,) = job_rows((old,), NOW)
    assert re.fullmatch(r"\d\d \w{3} \d\d:\d\d", str(job_cells(one, LOOK)[4]))
    assert job_rows((old,), NOW) == job_rows((old,), NOW + 5)
    assert job_rows((job("r", NOW - 10),), NOW) == job_rows((job("r", NOW - 10),), NOW + 4)
    assert job_rows((job("r", NOW - 10),), NOW) != job_rows((job("r", NOW - 10),), NOW + 5)


def test_the_two_halves_of_the_status_bar_never_touch() -> None:
    shown = State(identity=Identity("default", "a" * 32), connection=Connection(Link.OFFLINE, retry_at=NOW + 9))
    for width in range(50, 100):
        assert "  API" in status(shown, NOW, width, LOOK, 15).plain
