"""What the terminal is told: ends of followed and started jobs, new trouble; one text a minute, harmless."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.build import NOW, done, instance, job, key, state
from tui.models import Job, Stats
from tui.state.news import DWELL, GAP, News
from tui.state.store import Reading, State, Store, read_at
from tui.ui.terminal.notification import harmless, notification
from tui.ui.terminal.terminal import Terminal, detect

GOOD = Stats(completed=9, error=0, queued=0, running=0)
BAD = Stats(completed=9, error=3, queued=0, running=0)


class Desk:
    """A store, a clock that is moved by hand, and what is told of both."""

    def __init__(self, start: State) -> None:
        self.now = NOW
        self.store = Store(start)
        self.news = News(lambda: self.now)
        self.store.watch(self.news.entry)
        self.store.put("stats", key("docs"), read_at(start.stats.get(key("docs"), Reading()).value or GOOD, NOW - 1))
        self.told: list[str] = []
        self.wait(1)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.now += 1
            if text := self.news.due(self.store.state):
                self.told.append(text)

    def put(self, *jobs: Job, name: str = "docs", stats: Stats | None = None) -> None:
        self.store.put("jobs", key(name), read_at(jobs, self.now))
        if stats:
            self.store.put("stats", key(name), read_at(stats, self.now))
        self.wait(1)


def ended(name: str = "job-1", reason: str = "", at: float = NOW + 60) -> Job:
    return job(name, NOW - 60, at, reason)


def running(**fields: Any) -> State:
    return state(instance("docs"), instance("kb"), stats=GOOD, jobs=(job("job-1"),), **fields)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "docs: sync done after 2m 00s"),
        ("completed", "docs: sync done after 2m 00s"),
        ("timeout", "docs: sync failed (timeout) after 2m 00s"),
        ("new_job_has_started", "docs: another sync took over after 2m 00s"),
        ("cancelled", "docs: sync cancelled after 2m 00s"),
        ("xyz", "docs: sync ended (xyz) after 2m 00s"),
    ],
)
def test_a_job_that_was_followed_and_ends_is_told(reason: str, words: str) -> None:
    it = Desk(running())
    it.wait(DWELL + 1)
    it.put(ended(reason=reason))
    assert it.told == [words]


def test_a_cursor_that_passes_by_follows_nothing() -> None:
    it = Desk(running())
    it.wait(DWELL - 3)
    it.store.update(selected=key("kb"), job_id=None)
    it.wait(20)
    it.put(ended())
    assert it.told == []


def test_a_job_that_was_started_here_is_told_wherever_the_cursor_is() -> None:
    it = Desk(running())
    it.store.update(selected=key("kb"), job_id=None, started=((key("docs"), "job-1"),))
    it.wait(1)
    it.put(ended(), stats=BAD)
    assert it.told == ["docs: sync done after 2m 00s, 3 errors"], "once, with what it brought"
    it.wait(2 * GAP)
    it.put(ended())
    assert len(it.told) == 1, "an end is told once"


def test_what_we_cancelled_ourselves_is_no_news() -> None:
    it = Desk(running(started=((key("docs"), "job-1"),)))
    it.store.update(writes_in_flight=1)
    it.wait(1)
    it.store.update(writes_in_flight=0)
    it.put(ended(reason="cancelled"))
    assert it.told == []


@pytest.mark.parametrize(
    ("stats", "status", "words"),
    [(BAD, "ready", "docs: errors"), (GOOD, "error", "docs: failed")],
)
def test_an_instance_that_gets_into_trouble_is_told_once(stats: Stats, status: str, words: str) -> None:
    it = Desk(state(instance("docs"), stats=GOOD, jobs=(done(),)))
    it.wait(2)
    changed = instance("docs", status=status)
    it.store.update(fleet=read_at((changed,), it.now))
    it.put(done(), stats=stats)
    assert it.told == [words]
    it.wait(3 * GAP)
    it.put(done(), stats=replace(stats, completed=10))
    assert len(it.told) == 1


def test_what_becomes_known_for_the_first_time_is_no_news() -> None:
    it = Desk(state(instance("docs")))
    it.put(done(), stats=BAD)
    it.wait(5)
    assert it.told == []


def test_what_an_earlier_run_read_is_no_news() -> None:
    it = Desk(state(instance("docs"), stats=GOOD, jobs=(done(),)))
    it.store.put("stats", key("docs"), replace(read_at(GOOD, NOW), kept=True))
    it.wait(1)
    it.put(done(), stats=BAD)
    assert it.told == ["docs: errors"], "it was seen healthy in this run before"


def test_never_more_than_one_a_minute_and_several_are_summed_up() -> None:
    names = ["a", "b", "c", "d", "e"]
    it = Desk(state(*(instance(name) for name in ("docs", *names)), stats=GOOD, jobs=(done(),)))
    it.store.update(started=tuple((key(name), "j") for name in ("docs", *names)))
    it.wait(1)
    it.put(ended("j"))
    assert it.told == ["docs: sync done after 2m 00s"]
    for name in names:
        it.put(ended("j"), name=name)
    assert len(it.told) == 1
    it.wait(GAP)
    assert it.told[1:] == [
        "5 syncs ended: a sync done after 2m 00s, b sync done after 2m 00s, c sync done after 2m 00s and 2 more"
    ]
    it.wait(5 * GAP)
    assert len(it.told) == 2


def test_another_account_begins_anew() -> None:
    it = Desk(running(started=((key("docs"), "job-1"),)))
    it.wait(1)
    it.store.reset(identity=replace(it.store.state.identity, account_id="b" * 32))
    it.wait(1)
    it.put(ended())
    assert it.told == []


# what is written to the terminal


def terminal(**environ: str) -> Terminal:
    return detect({"TERM": "xterm-256color", "LANG": "C.UTF-8", **environ}, stdin=True, stderr=True)


TEXT = "docs: done"
OSC9, OSC777 = f"\x1b]9;{TEXT}\x07", f"\x1b]777;notify;aisearch;{TEXT}\x07"


def test_a_plain_terminal_gets_the_bell_and_both_forms() -> None:
    assert notification(TEXT, terminal()) == "\x07" + OSC9 + OSC777


def test_tmux_is_asked_to_pass_it_on() -> None:
    inner = OSC9.replace("\x1b", "\x1b\x1b")
    for one in (terminal(TMUX="/tmp/t,1,0"), terminal(TERM="tmux-256color")):
        written = notification(TEXT, one)
        assert written.startswith(f"\x07\x1bPtmux;{inner}\x1b\\")
        assert written.count("\x1bPtmux;") == 2


def test_screen_is_asked_to_pass_it_on() -> None:
    assert notification(TEXT, terminal(STY="1.x")).startswith(f"\x07\x1bP{OSC9}\x1b\\")


@pytest.mark.parametrize("name", ["linux", "vt100"])
def test_a_console_without_windows_gets_the_bell_alone(name: str) -> None:
    assert notification(TEXT, terminal(TERM=name)) == "\x07"


@pytest.mark.parametrize("evil", ["a;b", "x\x07\x1b]0;t\x07", "\x9d0;t\x9c", "l1\nl2", "\u202eabc", "\ud800", r"a\b"])
def test_a_text_can_do_nothing_to_the_terminal(evil: str) -> None:
    words = harmless(evil)
    assert ";" not in words
    assert words.isprintable()
    assert notification(evil, terminal()).count("\x1b") == 2
