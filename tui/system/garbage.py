"""When garbage is looked for: often and little where somebody may type, all of it while nobody does."""

from __future__ import annotations

import gc

YOUNG = 1_000
"""New objects until the collector looks at them: well under a millisecond, which a key has to wait."""
OFTEN = 2
"""How often until it looks again at those that were left: of the usual ten times that would be 10 ms."""
DUE, LATEST = 100, 2_000
"""How often it has done so until it looks at all there is, some 20 ms: when nobody types, and whoever types."""


def begin() -> None:
    """Collect from now on, but not in what is there already and lasts: in 5,000 instances it would take 0.1 s."""
    gc.freeze()
    gc.set_threshold(YOUNG, OFTEN, LATEST)
    gc.enable()


def collect_old() -> None:
    """Look at all there is, where that is due: call it while nobody types."""
    if gc.isenabled() and gc.get_count()[2] >= DUE:
        gc.collect()
