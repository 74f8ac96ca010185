"""Why an item is not found: the pipeline of a search, walked to its first no, in at most ten requests.

First the item itself: known, indexed, in chunks. Then the search as it was asked; when the item is not in it, the same
search with everything open that can close on a hit, and from there one stage after the other.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tui.contract import Api, Priority
from tui.explain.lookup import indexing_errors
from tui.models import InstanceDocument, InstanceKey, Item, SearchHit, SearchResult
from tui.service.lab.pipeline import LATER, HitPlace, Passes, Pipeline, Stage, not_among, place_of
from tui.service.lab.rules import SourceRules
from tui.service.search_options import MOST_RESULTS, SearchOptions
from tui.text import one_line, plural

PENDING = ("queued", "running")
T = TypeVar("T")


class Remedy(Struct, frozen=True):
    """What would let the item in: in words, and as options of a search when these can do it.

    `rank` is where the search with these options really had the item, None when it was not in it, or not tried.
    """

    words: str
    options: SearchOptions | None = None
    rank: int | None = None


class Explained(Struct, frozen=True):
    """The whole answer. `rank` is the item's place in the search as it was asked, None when it is not found."""

    key: InstanceKey
    item_key: str
    query: str
    stages: tuple[Stage, ...]
    sentence: str
    rank: int | None = None
    remedy: Remedy | None = None
    requests: int = 0

    @property
    def found(self) -> bool:
        """Whether the search as it was asked has the item."""
        return self.rank is not None


class Why:
    """Asks the API why. Raises AppError."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def explain(self, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> Explained:
        """Walk the pipeline for one item and one query, as a search with these options does."""
        walk = _Walk(self._api, key, item_key, query, options)
        await walk.run()
        return walk.explanation()


class _Walk:
    """One walk: the stages so far, and what was asked."""

    def __init__(self, api: Api, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> None:
        self._api = api.using(Priority.USER)
        self._key, self._item_key, self._query, self._options = key, item_key, query, options
        self._stages: list[Stage] = []
        self._sentence = ""
        self._rank: int | None = None
        self._remedy: Remedy | None = None
        self._requests = 0

    async def run(self) -> None:
        """Walk to the first no."""
        document = await self._counted(self._api.get_instance(self._key))
        if not await self._indexed(document):
            return
        pipeline = Pipeline.of(document.shown, self._options)
        asked = await self._search(self._options)
        if asked.search_query and asked.search_query != self._query:
            self._say("Query", Passes.NOTE, f"rewritten: {one_line(asked.search_query)}")
        if place := place_of(asked.chunks, self._item_key):
            self._found(place, pipeline)
            return
        await self._stopped(pipeline)
        if self._remedy and self._remedy.options:
            tried = place_of((await self._search(self._remedy.options)).chunks, self._item_key)
            self._remedy = replace(self._remedy, rank=tried.rank if tried else None)

    def explanation(self) -> Explained:
        """What was seen."""
        return Explained(
            self._key, self._item_key, self._query, tuple(self._stages), self._sentence, self._rank, self._remedy,
            self._requests,
        )  # fmt: skip

    # the item

    async def _indexed(self, document: InstanceDocument) -> bool:
        """Whether the index has something of the item that can be found."""
        page = await self._counted(self._api.list_items(self._key, item_key=self._item_key))
        item = next((one for one in page.items if one.identity == self._item_key), None)
        rule = SourceRules.of(document.shown).excludes(self._item_key)
        if item is None:
            self._unknown(document, rule)
            return False
        self._say("Item", Passes.YES, f"known, {item.status or 'without a status'}")
        if item.status in ("error", "skipped") or (item.error and item.status != "outdated"):
            return self._failed(item, rule)
        if item.status in PENDING and not item.chunks_count:
            self._no("Index", item.status or "", f"The item is {item.status}: it is not indexed yet.", "Wait.")
            return False
        return await self._has_chunks(item)

    def _unknown(self, document: InstanceDocument, rule: str) -> None:
        if rule:
            words = "Change the rules of the source, or search elsewhere."
            self._no("Item", rule, f"Not an item: {rule}.", words)
            return
        source = document.instance.source or "built-in storage"
        sentence = f"Not an item: the instance does not know this key (source: {one_line(source)})."
        self._no("Item", "no item of this key", sentence, "Check the key; sync if it is new in the source.")

    def _failed(self, item: Item, rule: str) -> bool:
        slug = item.error or ""
        if rule or slug == "excluded_by_path_filter":
            rule = rule or "left out by a path rule"
            self._no("Source rules", rule, f"Not indexed: {rule}.", "Change the rules of the source.")
            return False
        known = indexing_errors().get(slug)
        title = known.title if known else slug or f"status {item.status}"
        remedy = known.remedy if known else "Look at the item's log."
        self._no("Index", f"{item.status}: {slug or 'no reason given'}", f"Not indexed: {title}.", remedy)
        return False

    async def _has_chunks(self, item: Item) -> bool:
        count = item.chunks_count
        if count is None:
            page = await self._counted(self._api.item_chunks(self._key, item.id))
            count = len(page.items) if page.total is None else page.total
        if not count:
            self._no("Chunks", "0", "The item has no chunks: there is nothing to find.", "Look at the item's log.")
            return False
        self._say("Chunks", Passes.YES, f"{count:,}")
        return True

    # the search

    def _found(self, place: HitPlace, pipeline: Pipeline) -> None:
        self._rank, how = place.rank, pipeline.how(place)
        how = f",{how}" if how else ""
        self._stages += [*pipeline.seen(place), pipeline.reranked(place)]
        self._say("Result", Passes.YES, f"rank {place.rank} of {plural(place.of, 'chunk')}, score {place.score:.3f}")
        self._sentence = f"It is found at rank {place.rank}{how}."

    async def _stopped(self, pipeline: Pipeline) -> None:
        """Find the stage that stops the item: open all of them, then close them in their order."""
        among = (await self._search(pipeline.open())).chunks
        place = place_of(among, self._item_key)
        if place is None:
            await self._not_retrieved(pipeline, among)
            return
        self._stages += pipeline.seen(place)
        how = pipeline.how(place)
        if self._options.filters:
            inside = place_of((await self._search(pipeline.open(filters=True))).chunks, self._item_key)
            if inside is None:
                self._no("Filter", "does not match", f"Found{how}, left out by the metadata filter.", "")
                self._try("Search without the filter", replace(pipeline.wide(self._options), filters=None))
                return
            self._say("Filter", Passes.YES, "matches")
            place = inside
        if pipeline.cuts(place):
            words = f"{place.score:.3f} is below {pipeline.threshold:g}"
            sentence = f"Found{how}, cut by score_threshold {pipeline.threshold:g} ({place.score:.3f})."
            self._no("Threshold", words, sentence, "")
            lower = int(place.score * 100) / 100
            self._try(f"Lower the threshold to {lower:g}", replace(self._options, threshold=lower, max_results=50))
            return
        self._say("Threshold", Passes.YES, f"{place.score:.3f}, at least {pipeline.threshold:g}")
        if pipeline.reranking and not await self._reranked(pipeline, how):
            return
        self._stages.append(pipeline.reranked(place))
        self._limited(pipeline, place, how)

    async def _reranked(self, pipeline: Pipeline, how: str) -> bool:
        """Whether the reranker keeps the item within the limit. Says why not."""
        every = replace(pipeline.wide(self._options), rerank_threshold=0.0)
        after = place_of((await self._search(every)).chunks, self._item_key)
        score = after.reranking if after else None
        shown = "no score" if score is None else f"{score:.3f}"
        if after and after.rank <= pipeline.results and score is not None and score < pipeline.rerank_threshold:
            words = f"{shown} is below {pipeline.rerank_threshold:g}"
            self._no("Reranking", words, f"Found{how}, dropped by reranking ({words}).", "")
        elif after and after.rank > pipeline.results:
            self._say("Reranking", Passes.YES, f"{shown}, rank {after.rank}")
            self._limited(pipeline, after, how)
            return False
        else:
            self._no("Reranking", shown, f"Found{how}, dropped by reranking ({shown}).", "")
        self._try("Search without reranking", replace(pipeline.wide(self._options), reranking=False))
        return False

    def _limited(self, pipeline: Pipeline, place: HitPlace, how: str) -> None:
        words = f"rank {place.rank}, {pipeline.results} are returned"
        self._no(
            "Result limit",
            words,
            f"Found{how}, rank {place.rank}: beyond the {plural(pipeline.results, 'result')}.",
            "",
        )
        self._try(f"Ask for {min(place.rank, MOST_RESULTS)} results", pipeline.wide(self._options, place.rank))

    async def _not_retrieved(self, pipeline: Pipeline, among: tuple[SearchHit, ...]) -> None:
        """None of the retrieved chunks is of the item: look into each list by itself."""
        lists: dict[str, HitPlace | None] = {}
        full = False
        for kind in pipeline.lists:
            found = (await self._search(pipeline.open(retrieval=kind))).chunks if len(pipeline.lists) > 1 else among
            lists[kind] = place_of(found, self._item_key)
            if place := lists[kind]:
                self._say(kind.capitalize(), Passes.YES, f"rank {place.rank}, score {place.score:.3f}")
            else:
                full = full or len(found) >= MOST_RESULTS
                self._say(kind.capitalize(), Passes.NO, not_among(len(found)))
        if best := next((kind for kind in pipeline.lists if lists[kind]), None):
            ranks = " and ".join(f"by {kind} at rank {place.rank}" for kind, place in lists.items() if place)
            words = not_among(len(among))
            later = f" {LATER}" if len(among) >= MOST_RESULTS else ""
            self._no("Fusion", words, f"Found {ranks}, but {words} after fusion ({pipeline.fusion}).{later}", "")
            self._try(f"Search by {best} only", replace(pipeline.wide(self._options), retrieval=best))
        elif pipeline.matches_all and await self._matches_any(pipeline):
            sentence = "Not every word of the query is in one chunk of it, and keyword_match_mode is `and`."
            self._sentence = sentence
            self._try("Match any of the words", replace(pipeline.wide(self._options), keyword_match="or"))
        else:
            self._sentence = pipeline.not_near() + (f" {LATER}" if full else "")
            self._remedy = Remedy(pipeline.other_way)
            if other := pipeline.other_index:
                wide = pipeline.open(filters=True, retrieval=other)
                self._try(f"Search by {other}, with no threshold and no reranking", wide)

    async def _matches_any(self, pipeline: Pipeline) -> bool:
        place = place_of((await self._search(pipeline.open(keyword_match="or"))).chunks, self._item_key)
        if place:
            self._say("Keyword, any word", Passes.YES, f"rank {place.rank}, score {place.score:.3f}")
        return place is not None

    # asking and saying

    async def _search(self, options: SearchOptions) -> SearchResult:
        """Search with the similarity cache off, else it might answer for the index."""
        asked = {"query": self._query, "ai_search_options": replace(options, cache=False).body()}
        return await self._counted(self._api.search(self._key, asked, repeat=True))

    async def _counted(self, call: Awaitable[T]) -> T:
        self._requests += 1
        return await call

    def _say(self, name: str, verdict: Passes, words: str) -> None:
        self._stages.append(Stage(name, verdict, words))

    def _no(self, name: str, words: str, sentence: str, remedy: str) -> None:
        self._say(name, Passes.NO, words)
        self._sentence = sentence
        if remedy:
            self._remedy = Remedy(remedy)

    def _try(self, words: str, options: SearchOptions) -> None:
        self._remedy = Remedy(words, options)
