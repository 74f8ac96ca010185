"""When garbage is looked for: often and little where somebody may type, all of it while nobody does."""

from __future__ import annotations

import gc

YOUNG = 1_000
"""New objects from which they are looked at, between two pieces of work: that takes 1 to 4 ms."""
AT_LATEST = 20_000
"""New objects after which Python looks at them by itself, in the middle of whatever is done."""
DUE, LATEST = 300, 6_000
"""How often that was done until all there is is looked at, some 20 ms: when nobody types, and whoever types."""


def begin() -> None:
    """Collect from now on, but not in what is there already and lasts: in 5,000 instances it would take 0.1 s."""
    gc.freeze()
    gc.set_threshold(AT_LATEST, 1, LATEST)
    gc.enable()


def collect_young() -> None:
    """Look at what is new, where that is due: call it when a piece of work has ended, so that it is one by itself.

    What is still in use is not looked at a second time, as Python would do: the thousands of rows make that long.
    """
    if gc.isenabled() and gc.get_count()[0] >= YOUNG:
        gc.collect(1)


def collect_old() -> None:
    """Look at all there is, where that is due: call it while nobody types."""
    if gc.isenabled() and gc.get_count()[2] >= DUE:
        gc.collect()
