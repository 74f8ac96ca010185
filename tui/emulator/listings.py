"""The listings of running jobs: a source is taken in slices, and a slice that could not be kept is given again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from tui.emulator.folders import Found, Passed

Documents = Iterator[Found | Passed]


@dataclass(slots=True)
class _Listing:
    """What is left of a listing, and what was taken since the last commit."""

    rest: Documents
    taken: list[Found | Passed] = field(default_factory=list)
    ended: bool = False


class Listings:
    """Open listings by the row number of their job; only of the running process, as jobs end with it."""

    def __init__(self) -> None:
        """Begin without any."""
        self._open: dict[int, _Listing] = {}

    def take(self, job: int, start: Callable[[], Documents], size: int) -> list[Found | Passed]:
        """Return the next `size` documents, fewer at the end. Raises what the source raises."""
        listing = self._open.get(job)
        if listing is None:
            listing = self._open[job] = _Listing(start())
        found = list(islice(listing.rest, size))
        listing.taken += found
        listing.ended = len(found) < size
        return found

    def drop(self, job: int) -> None:
        """Forget the listing of a job that goes on no more."""
        self._open.pop(job, None)

    def committed(self) -> None:
        """Note that everything taken so far is in the database."""
        self._open = {job: listing for job, listing in self._open.items() if not listing.ended}
        for listing in self._open.values():
            listing.taken = []

    def rolled_back(self) -> None:
        """Give again what was taken since the last commit: the database knows nothing of it."""
        for listing in self._open.values():
            listing.rest = chain(listing.taken, listing.rest)
            listing.taken, listing.ended = [], False
