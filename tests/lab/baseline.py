"""Records the baseline of the demo's query set again: `python -m tests.lab.baseline`. Look at what changed first."""

from __future__ import annotations

import asyncio

from tests.lab.demo import START, demo, ticking
from tests.lab.test_runs import BASELINE
from tui.service.lab.evaluation import Evaluation
from tui.service.lab.query_set import DEMO_SET, read_query_set
from tui.service.lab.run_file import encode


async def record() -> None:
    """Run the set at a fixed time, on a clock that only counts: the file is the same each time."""
    async with demo() as world:
        run = await Evaluation(world.api, lambda: START, ticking()).run(read_query_set(DEMO_SET))
    BASELINE.write_bytes(encode(run))


if __name__ == "__main__":
    asyncio.run(record())
