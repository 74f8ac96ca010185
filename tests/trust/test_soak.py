"""A short soak; `python -m tests.soak --minutes 30` is the long one."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from textual._styles_cache import StylesCache

from tests.harness import console
from tests.soak import Sample, Verdict, judge, soak

pytestmark = pytest.mark.exhaustive


def test_some_seconds_of_chaos_leave_nothing_behind(tmp_path: Path) -> None:
    verdict = soak(0.2, folder=tmp_path)
    assert not verdict.wrong, f"{verdict.wrong}\n{verdict.figures}"
    assert verdict.figures["requests of the first minute"] > 5


def test_a_leak_would_be_seen() -> None:
    leaking = [Sample(n / 2, 60 + n * 0.2, 20 + n // 10, 30 + n // 8, n * 3, 90 + n // 2) for n in range(600)]
    verdict = Verdict()
    judge(leaking, verdict)
    wrong = " ".join(verdict.wrong)
    for name in ("MB a minute", "files more", "widgets more", "tasks more", "requests a minute"):
        assert name in wrong


async def test_closed_dialogs_leave_nothing_behind(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:

        async def dialogs(times: int) -> int:
            for _ in range(times):
                for key in ("question_mark", "S"):
                    await seen.press(key, "escape", "escape")
            gc.collect()
            return sum(isinstance(one, StylesCache) for one in gc.get_objects())

        before = await dialogs(1)
        assert await dialogs(3) - before < 15, "painted lines of closed dialogs are kept"
