"""The evaluation: measures with arms as columns, the queries that changed, and what both sides found for one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui.actions import Place
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.lab.query_set import QuerySet, instance_key
from tui.service.lab.report import ArmComparison, compare, reports
from tui.service.lab.run_file import Run
from tui.service.search_options import SearchOptions
from tui.text import visible
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.keys import bindings
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.table import Table
from tui.ui.lab.cells import (
    HIT_COLUMNS,
    QUERY_COLUMNS,
    FoundRow,
    QueryRow,
    changes,
    found_cells,
    found_rows,
    measures,
    query_cells,
    query_rows,
)
from tui.ui.status_bar import FooterBar

BASELINE = "baseline"


class EvaluationActions(Protocol):
    """What the view asks for: each asks the operator first where it costs something or writes a file."""

    queries: QuerySet | None
    run: Run | None
    baseline: Run | None

    async def start(self, view: EvaluationView) -> None:
        """Run the set; the view is given what comes."""

    async def choose_set(self) -> bool:
        """Ask for a query set; whether one was chosen."""
        ...

    async def choose_baseline(self, view: EvaluationView) -> None:
        """Ask for a run to compare with, or give the one that there is up."""

    async def keep(self) -> None:
        """Keep the run in a file."""

    def stop(self) -> None:
        """End the run that is under way."""

    def open_item(self, key: InstanceKey, item_key: str, /) -> Coroutine[Any, Any, None]:
        """Show an item."""
        ...

    def explain(
        self, key: InstanceKey, item_key: str, query: str, options: SearchOptions, /
    ) -> Coroutine[Any, Any, None]:
        """Say why a query finds an item or not."""
        ...


class Measures(Static):
    """Text that is laid out for its width."""

    def __init__(self, *, id: str) -> None:
        super().__init__(markup=False, id=id)
        self._lay_out: Callable[[int], Text] = lambda width: Text()

    def show(self, lay_out: Callable[[int], Text]) -> None:
        """Show what this gives for the width."""
        self._lay_out = lay_out
        self.on_resize()

    def on_resize(self) -> None:
        """Another width."""
        self.update(self._lay_out(self.size.width))


class EvaluationView(FullView):
    """The first arm at the left, another one at the right; or a kept run at the left, and the same arm of this one."""

    PLACE = "evaluation"
    HEADING = "Evaluation"
    BINDINGS = bindings(Place.EVALUATION)

    def __init__(self, desk: Desk, evaluations: EvaluationActions) -> None:
        super().__init__(desk)
        self._evaluations = evaluations
        self._arm = 1
        self._found: ArmComparison | None = None
        self._progress = ""
        self._begun = False

    def compose(self) -> ComposeResult:
        """Measures, queries, both sides, hints."""
        look = self.look
        glyphs = ASCII_GLYPHS if look.signs.ascii else Glyphs()
        yield self.heading()
        yield Measures(id="lab-measures")
        yield TitleRule("Queries", rule=look.signs.rule, id="lab-rule")
        yield Table[QueryRow](
            QUERY_COLUMNS,
            key=lambda row: row.changed.query,
            cells=lambda row: query_cells(row, look),
            glyphs=glyphs,
            id="lab-queries",
        )
        with Horizontal(classes="sides lab-sides"):
            for side in ("left", "right"):
                with Vertical(classes="side"):
                    yield TitleRule("", rule=look.signs.rule, id=f"lab-{side}-rule")
                    yield Table[FoundRow](
                        HIT_COLUMNS,
                        key=lambda row: row.document,
                        cells=lambda row: found_cells(row, look),
                        glyphs=glyphs,
                        id=f"lab-{side}",
                    )
        yield FooterBar()

    def on_mount(self) -> None:
        """The last run; without one ask whether to run."""
        self.queries.focus()
        self._draw()
        self.begin()

    @property
    def queries(self) -> Table[QueryRow]:
        """The table of queries."""
        return cast("Table[QueryRow]", self.query_one("#lab-queries"))

    @property
    def sides(self) -> tuple[Table[FoundRow], Table[FoundRow]]:
        """What was found at the left and at the right."""
        left, right = (self.query_one(f"#lab-{side}") for side in ("left", "right"))
        return cast("tuple[Table[FoundRow], Table[FoundRow]]", (left, right))

    # what comes down

    def show_progress(self, done: int, of: int) -> None:
        """So many searches of all are done."""
        self._progress = f"{done:,} of {of:,} searches"
        self._describe()

    def show_run(self) -> None:
        """There is a run, or another one to compare it with."""
        self._progress = ""
        if self.is_mounted:
            self.show_read_error(None)
            self._draw()

    def show_failure(self, error: AppError) -> None:
        """The run has failed; the one before stays."""
        self._progress = f"failed: {error.title}"
        if self.is_mounted:
            self._describe()
            self.show_read_error(error)

    # drawing

    def _draw(self) -> None:
        run = self._evaluations.run
        try:
            self._found = self._compared(run) if run else None
        except AppError as error:
            self._found = None
            self.show_failure(error)
        self._describe()
        self._draw_measures()
        rows = query_rows(self._found) if self._found else ()
        self.queries.set_placeholder("No run yet." if run is None else "No query was answered by both.")
        self.queries.set_rows(rows)
        self.queries.action_top()  # other queries changed the most: they are what to look at
        self._draw_sides()

    def _compared(self, run: Run) -> ArmComparison:
        """This arm with the first one; with a baseline, with the arm of the same name in that run."""
        names = [arm.name for arm in run.arms]
        arm = names[self._arm % len(names)]
        baseline = self._evaluations.baseline
        if baseline is None:
            return compare(run, names[0], run, arm)
        kept = [one.name for one in baseline.arms]
        return compare(baseline, arm if arm in kept else kept[0], run, arm)

    @property
    def _against(self) -> str:
        return BASELINE if self._evaluations.baseline else self._found.left if self._found else ""

    def _describe(self) -> None:
        run, queries = self._evaluations.run, self._evaluations.queries
        when = f"run at {run.started[:16].replace('T', ' ')} UTC" if run else "not run yet"
        name = f"{queries.name}, the first {queries.k} count" if queries else ""
        self.query_one(TitleRule).describe(visible(name), self._progress or when)
        note = changes(self._found) if self._found else ""
        title = f"{self._found.right} with {self._against}" if self._found else ""
        self.query_one("#lab-rule", TitleRule).describe(visible(title), note)

    def _draw_measures(self) -> None:
        run, found, against = self._evaluations.run, self._found, self._against
        arms = reports(run) if run else ()
        text = self.query_one(Measures)
        text.show(lambda width: measures(arms, found, against, width, self.look) if arms else Text())

    def _draw_sides(self) -> None:
        row, run = self.queries.cursor_row, self._evaluations.run
        for number, (name, table) in enumerate(zip(("left", "right"), self.sides, strict=True)):
            rule = self.query_one(f"#lab-{name}-rule", TitleRule)
            if row is None or run is None or self._found is None:
                table.set_rows(())
                rule.describe("")
                continue
            grades = next(one.grades for one in run.queries if one.text == row.changed.query)
            answer = (row.changed.left, row.changed.right)[number]
            table.set_rows(found_rows(answer, grades))
            rule.describe((self._against, self._found.right)[number], f"{answer.millis:,.0f} ms")

    # messages and keys

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """Another query: what was found for it."""
        event.stop()
        if event.control is self.queries:
            self._draw_sides()
            for side in self.sides:
                side.action_top()

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Of no interest: all is here."""
        event.stop()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: from a query to its hits, from a hit to its item."""
        event.stop()
        if isinstance(event.row, QueryRow):
            self.sides[1].focus()
        elif event.row.item:
            self.desk.start(self._evaluations.open_item(instance_key(self._side_of(event.control)[0]), event.row.item))

    def _side_of(self, table: object) -> tuple[str, SearchOptions]:
        """The instance whose hits a table shows, and the options of that arm as far as the set still has it."""
        run, found, queries = self._evaluations.run, self._found, self._evaluations.queries
        assert run is not None
        assert found is not None
        left = table is self.sides[0] and self._evaluations.baseline is None
        name = found.left if left else found.right
        arms = queries.arms if queries else ()
        options = next((arm.options for arm in arms if arm.name == name), SearchOptions())
        return next(arm.instance for arm in run.arms if arm.name == name), options

    def action_close(self) -> None:
        """Back; nobody waits for a run that is under way."""
        self._evaluations.stop()
        super().action_close()

    def action_refresh(self) -> None:
        """Run the set again, after a question; the view begins with the last run."""
        first, self._begun = not self._begun, True
        if not first or self._evaluations.run is None:
            self.desk.start(self._evaluations.start(self))

    def action_switch(self) -> None:
        """To the next table."""
        self._focus(1)

    def action_switch_back(self) -> None:
        """To the table before."""
        self._focus(-1)

    def _focus(self, step: int) -> None:
        tables: tuple[Table[Any], ...] = (self.queries, *self.sides)
        at = next((number for number, one in enumerate(tables) if one.has_focus), 0)
        tables[(at + step) % len(tables)].focus()

    def action_arm(self) -> None:
        """Compare the next arm."""
        if run := self._evaluations.run:
            first = 0 if self._evaluations.baseline else min(1, len(run.arms) - 1)
            self._arm = self._arm + 1 if self._arm + 1 < len(run.arms) else first
            self._draw()

    def action_baseline(self) -> None:
        self.desk.start(self._evaluations.choose_baseline(self))

    def action_set(self) -> None:
        self.desk.start(self._change_set())

    async def _change_set(self) -> None:
        """Another query set, which is run after a question."""
        if await self._evaluations.choose_set():
            self._arm = 1
            self._draw()
            await self._evaluations.start(self)

    def action_keep(self) -> None:
        if self._evaluations.run is None:
            self.query_one(FooterBar).say("There is no run to keep.")
        else:
            self.desk.start(self._evaluations.keep())

    def action_stop(self) -> None:
        """End the run that is under way."""
        self._evaluations.stop()
        self._progress = "stopped" if self._progress else ""
        self._describe()

    def action_why(self) -> None:
        """Why the item is found or not, by the arm whose hits have the focus; of a query by the one at the right."""
        query = self.queries.cursor_row
        left, right = self.sides
        table: Table[FoundRow] = left if left.has_focus else right
        row = self._wanted(right) if self.queries.has_focus else table.cursor_row
        if query is None or row is None or not row.item:
            self.query_one(FooterBar).say("There is no item here.")
            return
        instance, options = self._side_of(table)
        self.desk.start(self._evaluations.explain(instance_key(instance), row.item, query.changed.query, options))

    def _wanted(self, side: Table[FoundRow]) -> FoundRow | None:
        """The best answer that a side lacks, else the best one that it has."""
        right = [row for row in side.shown if row.grade and row.item]
        return min(right, key=lambda row: (row.rank is not None, -(row.grade or 0)), default=None)
