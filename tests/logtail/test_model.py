"""Whatever the server's ways and whatever happens meanwhile, a reader sees every line exactly once and in order."""

from __future__ import annotations

import asyncio
import contextlib

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.logtail.server import FakeClock, LogServer, fault
from tui.errors import AppError
from tui.logtail import IDLE, Clock, LogTail, Window


class ReaderMachine(RuleBasedStateMachine):
    """A job writes, pages shift, requests fail, and a reader polls and scrolls at will."""

    @initialize(
        descending=st.booleans(),
        totals=st.booleans(),
        told_size=st.booleans(),
        rejects=st.booleans(),
        absent=st.booleans(),
        clamp=st.sampled_from([2, 3, 5, 8, 20, 50, 1000]),
        room=st.sampled_from([3, 6, 40]),
        lines=st.sampled_from([0, 1, 2, 7, 40, 333, 1300]),
        gap=st.sampled_from([1, 3]),
    )
    def begin(self, descending, totals, told_size, rejects, absent, clamp, room, lines, gap):
        self.loop = asyncio.new_event_loop()
        rejects = rejects and clamp >= 20
        self.server = LogServer(descending, totals, told_size, clamp, rejects, absent)
        self.most = 20 * clamp  # keeps tiny pages from costing thousands of requests
        self.server.write(min(lines, 2 * self.most), gap=gap)
        self.server.meddle = self.meddle
        self.writes: list[int] = []
        self.clock = FakeClock()
        window = Window(max_lines=room * min(clamp, 500))
        self.tail = LogTail(self.server.source, clock=Clock(self.clock.monotonic, self.clock.epoch), window=window)
        self.shadow: list[int] = []
        self.tail.subscribe(self.changed)
        self.run(self.tail.step())

    def changed(self, change):
        """Replay the change on a list of our own: it must tell all that happened."""
        lines = [line.id for line in self.tail.lines]
        if change.reset:
            self.shadow = lines
            return
        kept = self.shadow
        if change.appended:
            new = lines[-change.appended :]
            kept = kept + [0] * (change.appended - len(new)) + new
        kept = kept[change.dropped_first :]
        if change.prepended:
            kept = lines[: change.prepended] + kept
        kept = kept[: len(kept) - change.dropped_last]
        self.shadow = kept

    def meddle(self):
        if self.writes:
            self.server.write(self.writes.pop())

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    def key(self, awaitable):
        with contextlib.suppress(AppError) if self.faulty else contextlib.nullcontext():
            self.run(awaitable)
        self.faulty = bool(self.server.failures)

    faulty = False

    @rule(count=st.sampled_from([1, 2, 5, 30, 200, 700]), gap=st.sampled_from([1, 1, 4]))
    def write(self, count, gap):
        self.server.write(min(count, self.most), gap=gap)

    @rule(counts=st.lists(st.sampled_from([1, 2, 3, 19, 60]), min_size=1, max_size=4))
    def write_during_reads(self, counts):
        self.writes = counts

    @rule()
    def fail(self):
        self.server.failures = [fault()]
        self.faulty = True

    @rule(seconds=st.sampled_from([1, 11, 700]))
    def poll(self, seconds):
        failing, asked, badge = bool(self.server.failures), len(self.server.requests), self.tail.badge
        self.clock.now += seconds
        delay = self.run(self.tail.step())
        if asked == len(self.server.requests):
            assert self.tail.badge == badge, "a poll that is not due changes nothing"
        elif failing:
            assert str(self.tail.badge) == f"OFFLINE retry {delay:.0f}s"
        else:
            assert self.tail.badge.word in ("LIVE", "QUIET", "STALLED")
        self.faulty = bool(self.server.failures)

    def asked(self, act):
        before = len(self.server.requests)
        act()
        return len(self.server.requests) - before

    @rule()
    def older(self):
        self.tail.following = False
        self.key(self.tail.older())

    @rule()
    def newer(self):
        self.key(self.tail.newer())

    @rule()
    def top(self):
        self.tail.following = False
        self.key(self.tail.to_start())

    @rule(part=st.floats(0, 1))
    def anywhere(self, part):
        self.tail.following = False
        self.key(self.tail.to_place(self.tail.newest - int(part * len(self.server.lines))))

    @rule()
    def end(self):
        self.tail.following = True
        self.key(self.tail.to_end())

    @rule()
    def stop_following(self):
        self.tail.following = False

    def quiet(self):
        self.writes, self.server.failures, self.faulty = [], [], False

    @precondition(lambda self: self.server.lines)
    @rule()
    def follow_shows_the_end(self):
        self.quiet()
        self.end()
        for _ in range(4):
            self.poll(61)
        assert self.tail.lines[-1].id == self.server.ids[-1]
        assert self.tail.at_end

    @precondition(lambda self: self.server.lines)
    @rule()
    def the_badge_and_the_price_are_right_wherever_the_reader_is(self):
        self.quiet()
        for _ in range(3):
            self.poll(61)  # what came before is read, or counted
        prices = []
        for _ in range(4):
            self.server.write(2)
            prices.append(self.asked(lambda: self.poll(61)))
        assert sum(prices[1:]) <= 12, "a few lines cost a few requests, also when the size of a page is found out"
        assert self.tail.badge.word == "LIVE"
        self.poll(61)  # where nobody tells the size of a page, a full one is suspected in the first quiet poll,
        self.poll(61)  # and found out in the next
        assert not self.tail.following or self.tail.lines[-1].id == self.server.ids[-1]
        prices = [self.asked(lambda: self.poll(61)) for _ in range(8)]
        assert max(prices[-4:]) <= 1, "and silence costs one a poll"
        assert self.tail.badge.word == "STALLED"

    @rule()
    def the_end_of_the_job(self):
        self.quiet()
        self.server.ended_at = "2026-03-01T00:00:01Z"
        for _ in range(30):
            self.clock.now += 61
            if self.run(self.tail.step()) == IDLE:
                break
        assert self.tail.badge.word == "ENDED"
        assert not self.tail.following or not self.server.lines or self.tail.lines[-1].id == self.server.ids[-1]
        assert self.asked(lambda: self.run(self.tail.step())) == 0
        self.server.ended_at = self.tail.job = None  # the next example of it
        self.tail.poll_now()
        self.poll(61)

    @rule()
    def read_all_upwards(self):
        self.quiet()
        self.follow_shows_the_end() if self.server.lines else None
        seen = [line.id for line in self.tail.lines]
        for _ in range(3000):
            if self.tail.first_known:
                break
            top = seen[0]
            self.older()
            ids = [line.id for line in self.tail.lines]
            seen = ids[: ids.index(top)] + seen
        assert seen == self.server.ids

    @rule()
    def read_all_downwards(self):
        self.quiet()
        if not self.server.lines:
            return
        self.follow_shows_the_end()
        self.top()
        while not self.tail.first_known:
            self.older()
        seen = [line.id for line in self.tail.lines]
        for _ in range(3000):
            if self.tail.at_end:
                break
            last = seen[-1]
            self.newer()
            ids = [line.id for line in self.tail.lines]
            seen += ids[ids.index(last) + 1 :]
        assert seen == self.server.ids

    @invariant()
    def window_is_a_stretch_of_the_log(self):
        ids = [line.id for line in self.tail.lines]
        if ids:
            at = self.server.ids.index(ids[0])
            assert ids == self.server.ids[at : at + len(ids)]
        assert ids == self.shadow

    def teardown(self):
        if hasattr(self, "loop"):
            self.loop.close()


TestReader = ReaderMachine.TestCase
TestReader.settings = settings(
    max_examples=250, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
