"""Child processes: nothing of what they wrote is lost, however late this process is woken."""

from __future__ import annotations

import os
import selectors
import sys

import pytest

from tui.system import subprocesses


class Late(selectors.DefaultSelector):
    """As on a machine so busy that the child writes and ends between a `select` without events and what follows it."""

    late = True

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(timeout)
        if not found and self.late:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            self.late = False
        return found


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_was_written_just_before_the_end_is_there(stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocesses.selectors, "DefaultSelector", Late)
    code = f"import sys, time; time.sleep(0.3); print('all of it', file=sys.{stream})"
    done = subprocesses.run([sys.executable, "-c", code], environ=dict(os.environ), seconds=30)
    assert b"all of it\n" in (done.out, done.err)
    assert done.code == 0
