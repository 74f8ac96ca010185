"""Evaluations: a query set is chosen and run, the run is kept, compared with another, and saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tui.errors import AppError
from tui.models import InstanceKey
from tui.service import Outcome
from tui.service.search_options import SearchOptions
from tui.text import count, plural, safe
from tui.ui.desk import Desk

if TYPE_CHECKING:
    from tui.service.lab.query_set import QuerySet
    from tui.service.lab.run_file import Run

GROUP = "evaluation"


class ShowsRun(Protocol):
    """What shows a run: the view."""

    def show_progress(self, done: int, of: int) -> None:
        """So many searches of all are done."""

    def show_run(self) -> None:
        """There is a run, or another one to compare it with."""

    def show_failure(self, error: AppError) -> None:
        """The run has failed."""


class Evaluations:
    """The last run stays until another one is made: to open the view again costs no request."""

    def __init__(
        self,
        desk: Desk,
        open_item: Callable[[InstanceKey, str], Coroutine[Any, Any, None]],
        explain: Callable[[InstanceKey, str, str, SearchOptions], Coroutine[Any, Any, None]],
        cancel: Callable[[str], object],
    ) -> None:
        """`open_item` shows an item, `explain` says why one is found or not, `cancel` ends what runs in a group."""
        self.desk = desk
        self._open_item = open_item
        self._explain = explain
        self._cancel = cancel
        self.path = ""
        self.queries: QuerySet | None = None
        self.run: Run | None = None
        self.baseline: Run | None = None
        self.actions = {"app.evaluation": self.open}

    async def open(self) -> None:
        """Show the last run; without one ask for a query set first. Raises AppError."""
        from tui.ui.lab.evaluation_view import EvaluationView

        _ = self.desk.service  # without a session nothing can be run
        if self.queries is None and self.desk.state.identity.demo:
            from tui.service.lab.query_set import DEMO_SET

            await self._load(DEMO_SET)
        if self.queries is not None or await self.choose_set():
            await self.desk.ask(EvaluationView(self.desk, self))

    async def choose_set(self) -> bool:
        """Ask for a query set; whether one was chosen."""
        from tui.ui.lab.file_dialog import FileDialog

        path = self.path or str(Path.cwd() / "queries.toml")
        hint = "A TOML file of queries and the items that answer them."
        dialog = FileDialog("Query set", path, self._load, button="Open", hint=hint)
        return await self.desk.ask(dialog) is not None

    async def choose_baseline(self, view: ShowsRun) -> None:
        """Ask for a run to compare with; where there is one already, compare with the first arm again."""
        from tui.ui.lab.file_dialog import FileDialog

        if self.baseline is not None:
            self.baseline = None
        else:
            hint = "A run that was kept with `aisearch eval -o`, or here."
            dialog = FileDialog("Baseline", str(Path.cwd() / "run.json"), self._load_baseline, button="Open", hint=hint)
            await self.desk.ask(dialog)
        view.show_run()

    async def keep(self) -> None:
        """Ask for a file and keep the run in it."""
        from tui.ui.lab.file_dialog import FileDialog

        hint = "The run with its provenance and every hit, readable by you only. An existing file is replaced."
        dialog = FileDialog("Keep the run", str(Path.cwd() / "run.json"), self._write, button="Keep", hint=hint)
        if (path := await self.desk.ask(dialog)) is not None:
            self.desk.say(Outcome("Kept", safe(path)))

    async def start(self, view: ShowsRun) -> None:
        """Ask, since every search counts against a quota, then run."""
        from tui.ui.kit.dialog import Confirm, Question

        queries, target = self.queries, self.desk.state.selected
        if queries is None:
            return
        searches = len(queries.queries) * len(queries.arms)
        budget = self.desk.state.budget
        facts = (
            ("Set", f"{queries.name}: {_queries(len(queries.queries))}"),
            ("Arms", ", ".join(arm.name for arm in queries.arms)),
            (
                "Cost",
                f"{plural(searches, 'request')}; {count(budget.limit - budget.used)} requests are left",
            ),
        )
        effect = "Searches only read, but each counts against the monthly quota of queries."
        if await self.desk.ask(Confirm(Question("Run the query set", facts, effect, "Run"))) is not None:
            self.desk.start(self._run(view, queries, target), GROUP, exclusive=True, name=GROUP)

    async def _run(self, view: ShowsRun, queries: QuerySet, target: InstanceKey | None) -> None:
        from tui.service.lab.evaluation import Evaluation

        service = self.desk.service
        evaluation = Evaluation(service.api, service.clock, service.clock)
        try:
            self.run = await evaluation.run(queries, instance=target, progress=view.show_progress)
        except AppError as error:
            self.desk.record_error(error, GROUP)
            view.show_failure(error)
        else:
            view.show_run()

    def open_item(self, key: InstanceKey, item_key: str) -> Coroutine[Any, Any, None]:
        """Show an item."""
        return self._open_item(key, item_key)

    def explain(self, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> Coroutine[Any, Any, None]:
        """Say why a query finds an item or not."""
        return self._explain(key, item_key, query, options)

    def stop(self) -> None:
        """End the run that is under way."""
        self._cancel(GROUP)

    # files

    async def _load(self, path: Path) -> None:
        from tui.service.lab.query_set import read_query_set

        self.queries = await asyncio.to_thread(read_query_set, path)
        self.path, self.run, self.baseline = str(path), None, None

    async def _load_baseline(self, path: Path) -> None:
        from tui.service.lab.run_file import read_run

        self.baseline = await asyncio.to_thread(read_run, path)

    async def _write(self, path: Path) -> None:
        from tui.service.lab.run_file import write_run

        if self.run is not None:
            await asyncio.to_thread(write_run, path, self.run)


def _queries(number: int) -> str:
    return "1 query" if number == 1 else f"{number:,} queries"
