"""The budget's promises: never over the limit, the user never starves, the server's word counts, all recovers."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.api.governor import Governor
from tui.api.headers import Signals, read_signals, retry_after
from tui.contract import Priority

USER, VISIBLE, BACKGROUND = Priority.USER, Priority.VISIBLE, Priority.BACKGROUND


@dataclass
class Bench:
    """A governor on a clock that the test turns."""

    limit: int = 1200
    window: float = 300.0
    now: float = 5_000.0
    sent: list[tuple[float, Priority]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.governor = Governor(lambda: self.now, self.limit, self.window)

    def ask(self, priority: Priority, signals: Signals | None = None) -> bool:
        if self.governor.delay(priority) > 0:
            return False
        number = self.governor.take(priority)
        self.sent.append((self.now, priority))
        self.answered(number, signals)
        return True

    def answered(self, number: int, signals: Signals | None) -> None:
        if signals is not None:
            self.governor.learn(number, signals)
        self.governor.settle(number)

    def within(self, *classes: Priority) -> int:
        return sum(1 for at, priority in self.sent if at > self.now - self.window and priority in classes)


STEPS = st.lists(
    st.tuples(st.floats(0, 40, allow_nan=False), st.sampled_from(Priority), st.integers(1, 60)), max_size=60
)


@given(STEPS, st.sampled_from([1, 2, 7, 40, 100]))
def test_never_over_the_limit_in_any_window(steps, limit: int):
    bench = Bench(limit=limit)
    for pause, priority, burst in steps:
        bench.now += pause
        for _ in range(burst):
            bench.ask(priority)
        assert bench.within(*Priority) <= limit
        assert bench.within(BACKGROUND) <= max(1, limit // 4)


@given(STEPS, st.sampled_from([10, 40, 100]))
def test_the_others_never_use_up_the_users_reserve(steps, limit: int):
    bench = Bench(limit=limit)
    for pause, priority, burst in steps:
        bench.now += pause
        for _ in range(burst):
            bench.ask(VISIBLE if priority is USER else priority)
        assert bench.governor.delay(USER) == 0
        assert bench.within(*Priority) <= limit - limit // 10


@given(STEPS, st.sampled_from(Priority), st.sampled_from([1, 3, 40]))
def test_a_stated_delay_is_kept_and_long_enough_only_as_needed(steps, priority: Priority, limit: int):
    bench = Bench(limit=limit)
    for pause, kind, burst in steps:
        bench.now += pause
        for _ in range(burst):
            bench.ask(kind)
    wait = bench.governor.delay(priority)
    assert 0 <= wait <= bench.window
    bench.now += wait + 1e-6
    assert bench.governor.delay(priority) == 0


@given(
    st.lists(
        st.tuples(st.floats(0, 30), st.sampled_from(Priority), st.integers(1, 40), st.integers(0, 30)), max_size=60
    ),
    st.booleans(),
)
def test_a_server_that_tells_its_figure_is_never_asked_too_much(steps, sliding: bool):
    """Others spend the same token; the server counts in windows that slide, or that begin anew every 60 s."""
    bench, limit, window = Bench(limit=50, window=60), 50, 60.0
    accepted: list[float] = []

    def used() -> list[float]:
        since = bench.now - window if sliding else bench.now - bench.now % window - 1e-9
        return [at for at in accepted if at > since]

    def signals() -> Signals:
        reset = used()[0] + window - bench.now if sliding else window - bench.now % window
        return Signals(limit=limit, window=window, remaining=limit - len(used()), reset=reset)

    asked_since_told = False
    for pause, priority, burst, others in steps:
        bench.now += pause
        told = signals() if used() else Signals(limit, window, limit, window)
        for _ in range(others):
            if len(used()) < limit:
                accepted.append(bench.now)
                asked_since_told = True
        for _ in range(burst):
            if bench.governor.delay(priority) > 0:
                break
            number = bench.governor.take(priority)
            if len(used()) >= limit:
                assert asked_since_told, "refused although nobody else used the token since the last reply"
                bench.answered(number, told)
                bench.governor.refused(Signals(retry_after=window))
                break
            accepted.append(bench.now)
            bench.answered(number, signals())
            asked_since_told = False


def test_the_figure_of_the_server_wins_downwards_and_upwards():
    bench = Bench()
    bench.ask(USER, Signals(remaining=5, reset=30))
    assert bench.governor.budget.used == 1195
    assert not bench.ask(VISIBLE)
    assert bench.governor.delay(VISIBLE) == 30
    for _ in range(5):
        assert bench.ask(USER)
    assert not bench.ask(USER)
    bench.now += 30
    assert bench.ask(VISIBLE)
    full = Bench(limit=3)
    for _ in range(3):
        full.ask(USER)
    assert not full.ask(USER)
    full.governor.learn(full.governor.take(USER), Signals(remaining=3, reset=300))
    assert full.ask(USER)


def test_each_class_leaves_room_to_those_before_it():
    bench = Bench(limit=100)
    bench.ask(USER, Signals(remaining=100, reset=300))
    sent = {priority: sum(bench.ask(priority) for _ in range(100)) for priority in (BACKGROUND, VISIBLE, USER)}
    assert sent == {BACKGROUND: 25, VISIBLE: 65, USER: 10}
    tight = Bench(limit=100)
    tight.ask(USER, Signals(remaining=25, reset=300))
    sent = {priority: sum(tight.ask(priority) for _ in range(100)) for priority in (BACKGROUND, VISIBLE, USER)}
    assert sent == {BACKGROUND: 5, VISIBLE: 10, USER: 10}


def test_a_policy_replaces_limit_and_window():
    bench = Bench()
    bench.ask(USER, Signals(limit=100, window=60.0))
    budget = bench.governor.budget
    assert (budget.limit, budget.window, budget.used) == (100, 60.0, 1)
    assert sum(bench.ask(BACKGROUND) for _ in range(100)) == 25
    bench.now += 60
    assert sum(bench.ask(BACKGROUND) for _ in range(100)) == 25


def test_requests_under_way_are_not_forgotten_by_an_older_figure():
    bench = Bench()
    first, *_ = [bench.governor.take(USER) for _ in range(4)]
    bench.governor.learn(first, Signals(remaining=3, reset=60))
    assert bench.governor.delay(USER) > 0


def test_the_figure_of_a_reply_that_was_overtaken_is_old_news():
    bench = Bench()
    slow, quick = bench.governor.take(USER), bench.governor.take(USER)
    bench.answered(quick, Signals(remaining=0, reset=60))
    bench.answered(slow, Signals(remaining=900, reset=60))
    assert bench.governor.delay(USER) == 60


def test_what_was_sent_after_a_slow_reply_is_not_forgotten_though_it_failed_meanwhile():
    bench = Bench()
    slow = bench.governor.take(USER)
    for _ in range(10):
        bench.ask(USER)
    bench.answered(slow, Signals(remaining=10, reset=60))
    assert bench.governor.delay(USER) == 60


def test_a_figure_above_the_limit_is_not_believed():
    bench = Bench(limit=100)
    bench.ask(USER, Signals(limit=100, window=60.0, remaining=5000, reset=60))
    assert sum(bench.ask(USER) for _ in range(200)) == 100


@given(
    st.lists(
        st.one_of(
            st.sampled_from([0.0, 1.0, 25.0]).map(lambda pause: ("wait", pause)),
            st.sampled_from([USER, USER, USER, VISIBLE, BACKGROUND]).map(lambda priority: ("send", priority)),
            st.integers(0, 11).map(lambda place: ("answer", place)),
        ),
        min_size=10,
        max_size=60,
    ),
    st.sampled_from([2, 4, 12]),
    st.booleans(),
)
def test_replies_in_any_order_never_lead_over_the_limit(steps, limit: int, sliding: bool):
    """Alone with its token: up to a dozen requests under way, figures as old as their reply is slow, some lost."""
    bench, window = Bench(limit=limit, window=60), 60.0
    accepted: list[float] = []
    under_way: list[tuple[int, Signals | None]] = []
    for step, value in steps:
        if step == "wait":
            bench.now += value
        elif step == "answer" and under_way:
            bench.answered(*under_way.pop(value % len(under_way)))
        elif step == "send" and len(under_way) < 12 and bench.governor.delay(value) == 0:
            number = bench.governor.take(value)
            since = bench.now - window if sliding else bench.now - bench.now % window - 1e-9
            accepted = [at for at in accepted if at > since] + [bench.now]
            assert len(accepted) <= limit
            reset = accepted[0] + window - bench.now if sliding else window - bench.now % window
            told = Signals(limit, window, limit - len(accepted), reset)
            under_way.append((number, told if number % 3 else None))


@given(STEPS, st.lists(st.floats(0.1, 5000), max_size=5))
def test_a_clock_that_is_set_back_silences_nobody_and_forgets_nothing(steps, jumps):
    bench, steady = Bench(limit=40), Bench(limit=40)
    jumps = list(jumps)
    for pause, priority, burst in steps:
        for one in (bench, steady):
            one.now += pause
        if jumps:
            bench.ask(USER, Signals())  # it is read just before it jumps
            steady.ask(USER, Signals())
            bench.now -= jumps.pop()
        for _ in range(burst):
            assert bench.ask(priority) == steady.ask(priority)
        for one in Priority:
            assert bench.governor.delay(one) == pytest.approx(steady.governor.delay(one), abs=1e-6)


SHORT = Signals(1200, 300.0, 500, 200.0, besides=(Signals(20, 1.0, 3, 1.0),))
"""Three requests are left of a burst that begins anew in a second, and plenty of the budget."""


def test_a_short_limit_is_waited_for_until_its_own_reset_and_no_longer():
    bench = Bench()
    bench.ask(USER, SHORT)
    assert [bench.ask(USER) for _ in range(4)] == [True, True, True, False]
    assert bench.governor.delay(USER) == 1
    assert bench.governor.delay(VISIBLE) == 1
    bench.now += 1
    assert bench.governor.delay(BACKGROUND) == 0
    assert bench.governor.budget.used == 1200 - 497, "the budget is counted on"


def test_the_budget_binds_until_its_own_reset_whatever_a_short_limit_leaves():
    bench = Bench()
    bench.ask(USER, Signals(1200, 300.0, 0, 200.0, besides=(Signals(20, 1.0, 19, 1.0),)))
    assert bench.governor.delay(USER) == 200


def test_a_refusal_for_a_short_limit_is_over_with_it():
    bench = Bench()
    bench.governor.refused(Signals(1200, 300.0, 500, 200.0, besides=(Signals(20, 1.0, 0, 2.0),)))
    assert bench.governor.budget.blocked_s == 2


def test_a_clock_that_is_set_back_during_a_block_does_not_lengthen_it():
    bench = Bench()
    bench.governor.refused(Signals(retry_after=60))
    bench.now -= 3600
    assert bench.governor.delay(USER) == 60
    bench.now += 60
    assert bench.governor.delay(USER) == 0


@pytest.mark.parametrize(
    ("signals", "wait"),
    [
        (Signals(retry_after=120), 120),
        (Signals(remaining=0, reset=44), 44),
        (Signals(), 15),
        (Signals(retry_after=0), 15),
    ],
)
def test_a_refusal_blocks_everybody_for_the_time_named(signals: Signals, wait: float):
    bench = Bench()
    bench.answered(bench.governor.take(BACKGROUND), signals)
    bench.governor.refused(signals)
    assert bench.governor.budget.blocked_s == wait
    assert all(bench.governor.delay(priority) == wait for priority in Priority)
    bench.now += wait
    assert all(bench.governor.delay(priority) == 0 for priority in Priority)


def test_refusals_without_a_time_grow_to_the_window_and_fall_back():
    bench = Bench()
    waits = []
    for _ in range(7):
        bench.governor.refused(Signals())
        waits.append(bench.governor.budget.blocked_s)
        bench.now += waits[-1]
    assert waits == [15, 30, 60, 120, 240, 300, 300]
    bench.now += 301
    bench.governor.refused(Signals())
    assert bench.governor.budget.blocked_s == 15


@pytest.mark.parametrize(
    ("headers", "signals"),
    [
        ({}, Signals()),
        (
            {"ratelimit": '"default";r=50;t=30', "ratelimit-policy": '"burst";q=100;w=60'},
            Signals(100, 60.0, 50, 30.0),
        ),
        (
            {"ratelimit": '"b";r=9;t=1, "d";r=3;t=200', "ratelimit-policy": '"b";q=10;w=1, "d";q=1200;w=300'},
            Signals(1200, 300.0, 3, 200.0, besides=(Signals(10, 1.0, 9, 1.0),)),
        ),
        (
            {"ratelimit": '"default";r=50;t=30, "burst";r=3;t=1'},
            Signals(None, None, 50, 30.0, besides=(Signals(None, None, 3, 1.0),)),
        ),
        (
            {"ratelimit": '"burst";r=3;t=1, "default";r=50;t=30', "ratelimit-policy": '"burst";q=20;w=1,"x";q=60;w=60'},
            Signals(60, 60.0, 50, 30.0, besides=(Signals(20, 1.0, 3, 1.0),)),
        ),
        (
            {"x-ratelimit-limit": "1200", "x-ratelimit-remaining": "7", "x-ratelimit-reset": "12"},
            Signals(1200, None, 7, 12.0),
        ),
        (
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225630", "date": "Thu, 01 Jan 2026 00:00:00 GMT"},
            Signals(None, None, 0, 30.0),
        ),
        ({"x-ratelimit-reset": "1767225630"}, Signals()),
        ({"ratelimit": "r=;t=abc, ;;;", "ratelimit-policy": '"x";q=-5;w=0'}, Signals()),
        ({"ratelimit": '"d";r=1.5;t=99999999999', "x-ratelimit-limit": "many"}, Signals()),
        ({"ratelimit": '"d";r=9;t=5', "ratelimit-policy": '"d";q=5;w=86400'}, Signals(None, None, 9, 5.0)),
    ],
)
def test_headers_in_every_form(headers: dict[str, str], signals: Signals):
    assert read_signals(headers) == signals


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("30", "", 30),
        (" 7 ", "", 7),
        ("999999", "", 3600),
        ("Thu, 01 Jan 2026 00:01:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT", 60),
        ("Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:01:00 GMT", 0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", "", None),
        ("soon", "", None),
        ("-4", "", None),
        ("", "", None),
    ],
)
def test_retry_after_in_seconds_and_as_a_date(value: str, date: str, seconds: float | None):
    assert retry_after({"retry-after": value, "date": date}) == seconds


FIGURES = st.sampled_from([0, 1, 2, 86_400]) | st.integers(0, 10**10)
ODD_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "ratelimit": st.text(max_size=60) | st.builds('"a";r={};t={}'.format, FIGURES, FIGURES),
        "ratelimit-policy": st.text(max_size=60) | st.builds('"a";q={};w={}'.format, FIGURES, FIGURES),
        "retry-after": st.text(max_size=30) | FIGURES.map(str),
        "x-ratelimit-reset": FIGURES.map(str),
        "x-ratelimit-remaining": FIGURES.map(str),
        "date": st.text(max_size=30),
    },
)


@given(ODD_HEADERS)
def test_no_header_can_break_the_reader_or_the_budget(headers: dict[str, str]):
    bench = Bench()
    bench.ask(USER, read_signals(headers))
    budget = bench.governor.budget
    assert 0 <= budget.used <= budget.limit
    bench.governor.refused(read_signals(headers))
    bench.now += 3700
    assert bench.governor.delay(USER) == 0
