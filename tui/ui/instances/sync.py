"""Sync of the marked instances: one dialog, then one after the other, and an outcome for each at the end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.actions.disabled import not_connected
from tui.models import InstanceKey
from tui.service.batch import Done
from tui.service.bulk import EACH, Candidate, Skipped, candidates, seconds
from tui.service.outcome import Outcome
from tui.text import count, duration, one_line, plural
from tui.ui.instances.pane import InstancesPane
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.look import Look
from tui.ui.writes import Writes

TITLE = "Sync the marked instances"
EFFECT = (
    "Starts a sync job of each, one after the other. Where a job still runs when its turn comes, nothing is started. "
    "The key {key} stops in between."
)


class ConfirmMany(Confirm):
    """A confirmation with the list of what it is about."""

    def __init__(self, question: Question, listed: Text) -> None:
        super().__init__(question)
        self._listed = listed

    def details(self) -> ComposeResult:
        """The list, which scrolls when it is long."""
        with VerticalScroll(classes="dialog-list"):
            yield Static(self._listed, markup=False)


class BulkWrites(Writes):
    """`S` with marks syncs them all; without, it is the sync of one."""

    _report: Text | None = None

    def marked(self) -> tuple[InstanceKey, ...]:
        """Keys of the marked instances, in the order of the table."""
        return self.query_one(InstancesPane).marked

    def syncable(self) -> int | None:
        """How many of the marked instances could be synced; None when none is marked."""
        marked = self.marked()
        if not marked:
            return None
        if not_connected(self.state) or self._under_way():
            return 0
        return sum(not one.skipped for one in candidates(self.state, marked, self.now()))

    def on_row_table_marks_changed(self) -> None:
        """The hint of `S` tells how many."""
        self.draw_bars()

    def action_sync(self) -> None:
        """Sync the marked instances, else the selected one."""
        marked = self.marked()
        if not marked:
            super().action_sync()
        elif why := not_connected(self.state) or self._under_way():
            self.say(why)
        else:
            self._ask_many(candidates(self.state, marked, self.now()))

    def _under_way(self) -> str:
        return f"{self.state.doing}: {self.look.key('app.stop')} stops it." if self.state.doing else ""

    def _ask_many(self, chosen: Sequence[Candidate]) -> None:
        keys = tuple(one.key for one in chosen if not one.skipped)
        if not keys:
            self.app.push_screen(TextDialog(TITLE, _listed(chosen, self.look)))
            return

        def answered(note: str | None) -> None:
            if note is not None:
                self.query_one(InstancesPane).body().action_clear_marks()
                self.run_worker(self._sync_many(keys, chosen, note), group="mutate", name=TITLE)

        self.app.push_screen(ConfirmMany(self._question(chosen, keys), _listed(chosen, self.look)), answered)

    def _question(self, chosen: Sequence[Candidate], keys: Sequence[InstanceKey]) -> Question:
        who, budget, left = self.state.identity, self.state.budget, len(chosen) - len(keys)
        skipped = f", {left} skipped" if left else ""
        time = duration(seconds(len(keys), self.state) + len(keys))
        requests = f"{plural(EACH * len(keys), 'request')} of {count(budget.limit - budget.used)} left, about {time}"
        facts = (
            ("Account", who.account),
            ("Instances", f"{count(len(keys))} of {count(len(chosen))} marked{skipped}"),
            ("Cost", requests),
        )
        return Question(
            TITLE, facts, EFFECT.format(key=self.look.key("app.stop")), f"Sync {count(len(keys))}", "Note (optional)"
        )

    async def _sync_many(self, keys: Sequence[InstanceKey], chosen: Sequence[Candidate], note: str) -> None:
        session = self._session()
        done = await session.service.bulk.run(keys, note)
        session.poller.refresh_instance()
        for one in done:
            if one.error and not isinstance(one.error, Skipped):
                session.service.notice(f"sync of {one.name}", one.error)
        self._report = _outcomes(done, chosen, self.look)
        self._show_report()

    def _show_report(self) -> None:
        """The report waits until no dialog is open: it must not cover what somebody types."""
        if self._report is not None and self.app.screen is self:
            report, self._report = self._report, None
            self.app.push_screen(TextDialog("Sync: what became of each", report))

    def on_screen_resume(self) -> None:
        """A dialog was closed."""
        self._show_report()

    def action_stop(self) -> None:
        """Stop what runs in the background after the row at work."""
        if self.may("app.stop") and self.session:
            self.session.service.bulk.stop()
            self.stop_batch()


def _listed(chosen: Sequence[Candidate], look: Look) -> Text:
    """Each marked instance, those that are skipped last, with the reason."""
    width = min(40, max(len(str(one.key)) for one in chosen) + 2)
    lines = [Text(f"  {one_line(str(one.key))}") for one in chosen if not one.skipped]
    for one in chosen:
        if one.skipped:
            lines.append(look.text(f"- {one_line(str(one.key)):<{width}}{one.skipped}", "warning"))
    return Text("\n").join(lines)


def _outcomes(done: Sequence[Done], chosen: Sequence[Candidate], look: Look) -> Text:
    """A line for each, in the order of the table: done, failed, skipped, not begun."""
    results = {one.name: one for one in done}
    failed = sum(1 for one in done if one.error and not isinstance(one.error, Skipped))
    started = sum(1 for one in done if one.outcome)
    head = f"{started} started, {failed} failed, {len(chosen) - started - failed} not begun or skipped"
    return Text("\n").join(
        [Text(head, "bold"), Text(), *(_line(one, results.get(str(one.key)), look) for one in chosen)]
    )


def _line(one: Candidate, result: Done | None, look: Look) -> Text:
    name = f"{one_line(str(one.key)):<38} "
    if result and result.outcome:
        words, meaning = _told(result.outcome)
    elif result and result.error:
        words = result.error.detail or result.error.title
        meaning = "warning" if isinstance(result.error, Skipped) else "error"
    else:
        words, meaning = one.skipped or "not begun: stopped before", "warning"
    return Text.assemble(name, look.text(one_line(words), meaning))


def _told(outcome: Outcome) -> tuple[str, str]:
    """In a few words what the name beside it does not say already, and the meaning of their colour."""
    if outcome.certain:
        return f"started, {outcome.detail[: len('job ') + 8]}", ""
    return f"{outcome.title}, {outcome.detail}", "warning"
