"""Running a query set: every query against every arm, one after the other, so that times can be compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tui import __version__
from tui.contract import Api, Priority
from tui.errors import AppError, RateLimited, Unauthorized, Unreachable, UsageError
from tui.models import InstanceKey, SearchHit
from tui.service.lab.query_set import Arm, GradedQuery, QuerySet
from tui.service.lab.run_file import FORMAT, Answered, Run, RunArm, RunHit, RunQuery

Progress = Callable[[int, int], None]
"""Called with searches done and searches in all."""
SETTINGS = (
    "embedding_model",
    "index_method",
    "chunk_size",
    "chunk_overlap",
    "max_num_results",
    "score_threshold",
    "fusion_method",
    "rewrite_query",
    "rewrite_model",
    "reranking",
    "reranking_model",
    "retrieval_options",
    "indexing_options",
    "modified_at",
)
"""Fields of an instance that decide what it finds; the others may hold secrets and are not kept in a run."""


class Evaluation:
    """Runs query sets. A search is a POST that only reads, so it may be sent again; each counts against the quota."""

    def __init__(self, api: Api, wall: Callable[[], float], clock: Callable[[], float]) -> None:
        """`wall` is in epoch seconds, `clock` is monotonic."""
        self._api = api.using(Priority.VISIBLE)
        self._wall = wall
        self._clock = clock

    async def run(
        self, queries: QuerySet, *, instance: InstanceKey | None = None, progress: Progress = lambda done, all: None
    ) -> Run:
        """Run a set; `instance` is for arms that name none in a set that names none.

        Raises UsageError when an arm has no instance, and AppError when an instance cannot be read or the API is gone.
        A query that fails for another reason is kept with its error, and the others are asked.
        """
        targets = {arm.name: _target(arm, queries, instance) for arm in queries.arms}
        began, started = self._clock(), datetime.fromtimestamp(self._wall(), UTC)
        settings = {key: await self._settings(key) for key in dict.fromkeys(targets.values())}
        arms = tuple(
            RunArm(arm.name, str(targets[arm.name]), arm.body(), settings[targets[arm.name]]) for arm in queries.arms
        )
        answers: list[Answered] = []
        for query in queries.queries:
            for arm in queries.arms:
                answers.append(await self._ask(query, arm, targets[arm.name]))
                progress(len(answers), len(queries.queries) * len(queries.arms))
        return Run(
            FORMAT,
            __version__,
            started.isoformat(timespec="seconds"),
            round(self._clock() - began, 3),
            queries.k,
            queries.name,
            queries.digest,
            tuple(RunQuery(one.text, one.grades) for one in queries.queries),
            arms,
            tuple(answers),
        )

    async def _settings(self, key: InstanceKey) -> dict[str, Any]:
        shown = (await self._api.get_instance(key)).shown
        return {name: shown[name] for name in SETTINGS if shown.get(name) is not None}

    async def _ask(self, query: GradedQuery, arm: Arm, key: InstanceKey) -> Answered:
        body = {"query": query.text, "ai_search_options": arm.body()}
        began = self._clock()
        try:
            try:
                result = await self._api.search(key, body, repeat=True)
            except RateLimited:  # the budget knows since then how long to hold the next one back
                began = self._clock()
                result = await self._api.search(key, body, repeat=True)
        except (Unauthorized, Unreachable):
            raise
        except AppError as error:
            return Answered(query.text, arm.name, error=" ".join(one for one in (error.title, error.detail) if one))
        millis = round((self._clock() - began) * 1000, 1)
        hits = tuple(_hit(query, hit) for hit in result.chunks)
        return Answered(query.text, arm.name, hits, millis, result.search_query or "")


def _target(arm: Arm, queries: QuerySet, instance: InstanceKey | None) -> InstanceKey:
    key = arm.instance or queries.instance or instance
    if key is None:
        raise UsageError("Which instance?", f"Neither the set nor its arm {arm.name!r} names one.", "Add instance.")
    return key


def _hit(query: GradedQuery, hit: SearchHit) -> RunHit:
    key = hit.item.identity if hit.item else ""
    return RunHit(query.document(key, hit.text), key, hit.id, hit.score, len(hit.text))
