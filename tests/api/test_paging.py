"""Walking lists to their end: whatever shifts, repeats or is left out, nothing is lost, doubled or endless."""

from hypothesis import example, given
from hypothesis import strategies as st

from tui.api.paging import VAIN, by_cursor, by_offset, by_page
from tui.models import Page

from .kit import KEY, Net, make_client, ok


class Shelf:
    """A list of numbers behind pages, which counts the calls and can grow or shrink at its front after each."""

    def __init__(self, numbers: list[int], size: int, *, totals: bool = False, grow: list[int] | None = None) -> None:
        self.numbers, self.size, self.totals = list(numbers), size, totals
        self.grow = list(grow or [])
        """How many numbers come before each further page; negative ones go."""
        self.newest = max(numbers, default=0)
        self.calls = 0

    async def page(self, number: int) -> Page[int]:
        return self._cut((number - 1) * self.size)

    async def offset(self, start: int) -> Page[int]:
        return self._cut(start)

    def _cut(self, start: int) -> Page[int]:
        self.calls += 1
        assert self.calls < 200, "endless"
        page = Page(tuple(self.numbers[start : start + self.size]), total=len(self.numbers) if self.totals else None)
        change = self.grow.pop(0) if self.grow else 0
        for _ in range(change):
            self.newest += 1
            self.numbers.insert(0, self.newest)
        del self.numbers[: max(0, -change)]
        return page


async def walk(pages) -> list[int]:
    return [item for page in [page async for page in pages] for item in page.items]


NUMBERS = st.lists(st.integers(0, 500), unique=True, max_size=60)


@given(NUMBERS, st.integers(1, 20), st.booleans())
async def test_every_item_once_and_few_calls(numbers: list[int], size: int, totals: bool):
    for step in ("page", "offset"):
        shelf = Shelf(numbers, size, totals=totals)
        walker = by_page if step == "page" else by_offset
        assert await walk(walker(getattr(shelf, step), lambda n: n)) == numbers
        full = -(-len(numbers) // size)
        assert shelf.calls == (max(1, full) if totals else full + 1)


@given(NUMBERS, st.integers(2, 20), st.lists(st.integers(0, 1), max_size=30))
async def test_a_list_that_grows_at_its_front_loses_nothing_and_shows_nothing_twice(numbers, size, grow):
    seen = await walk(by_page(Shelf(numbers, size, grow=grow).page, lambda n: n))
    assert len(seen) == len(set(seen))
    assert set(numbers) <= set(seen)


@example(list(range(6)), 3, [1, -1])  # it grows between two pages, and shrinks between the next two
@example(list(range(9)), 3, [1, -1, 1, -1, 1, -1])
@example(list(range(12)), 3, [2, -1, -1])
@given(NUMBERS, st.integers(3, 20), st.lists(st.integers(-7, 3), max_size=12))
async def test_a_list_that_shrinks_at_its_front_takes_nobody_with_it_where_totals_tell(numbers, size, grow):
    shelf = Shelf(numbers, size, totals=True, grow=grow)
    seen = await walk(by_page(shelf.page, lambda n: n))
    assert len(seen) == len(set(seen))
    assert set(numbers) & set(shelf.numbers) <= set(seen)


async def test_totals_that_waver_end_all_the_same():
    totals = iter(range(5000))

    async def page(number: int) -> Page[int]:
        return Page((number,) if number < 30 else (), total=100 - next(totals) % 2)

    assert await walk(by_page(page, lambda n: n)) == list(range(1, 30))
    assert next(totals) < 31 + 2 * (VAIN + 1)


async def test_a_server_that_ignores_the_page_number_ends():
    async def same(_: int) -> Page[int]:
        return Page((1, 2, 3))

    assert await walk(by_page(same, lambda n: n)) == [1, 2, 3]
    assert await walk(by_offset(same, lambda n: n)) == [1, 2, 3]


async def test_cursors_are_followed_to_the_last_and_never_round_in_circles():
    chain = {None: Page((1,), cursor="a"), "a": Page((2,), cursor="b"), "b": Page((3,), cursor=None)}
    assert await walk(by_cursor(Chain(chain))) == [1, 2, 3]
    chain["b"] = Page((3,), cursor="a")
    assert await walk(by_cursor(Chain(chain))) == [1, 2, 3]
    chain["a"] = Page((), cursor="b")
    assert await walk(by_cursor(Chain(chain))) == [1]


class Chain:
    """Pages by cursor, for a reader that must not ask for ever."""

    def __init__(self, pages: dict[str | None, Page[int]]) -> None:
        self.pages, self.calls = pages, 0

    async def __call__(self, cursor: str | None) -> Page[int]:
        self.calls += 1
        assert self.calls < 10, "endless"
        return self.pages[cursor]


async def test_the_client_walks_all_instances_of_all_namespaces():
    rows = [{"id": "same", "namespace": "a"}, {"id": "same", "namespace": "b"}]
    net = Net([ok(rows, total_count=3), ok([rows[1], {"id": "last"}], total_count=3)])
    pages = [page async for page in make_client(net).instance_pages(per_page=2)]
    assert [str(item.key) for page in pages for item in page.items] == ["a/same", "b/same", "default/last"]
    assert [request.url.params["page"] for request in net.requests] == ["1", "2"]


async def test_the_client_walks_the_log_of_an_item():
    line = {"action": "index", "fileKey": "a.md"}
    net = Net([ok([line], cursor="n\x1bext"), ok([line], cursor=None)])
    assert len([page async for page in make_client(net).item_log_pages(KEY, "i1")]) == 2
    assert net.requests[1].url.params["cursor"] == "n\x1bext"
