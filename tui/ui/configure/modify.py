"""Changing a configuration in a form or as JSON: reviewed as a diff, then sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.errors import AppError
from tui.models import InstanceDocument, InstanceKey
from tui.service.config import setting
from tui.service.config.configs import ChangedSince
from tui.service.config.document import strangers, value_at
from tui.service.config.draft import Draft
from tui.service.config.fields import FIELDS, Kind
from tui.service.items.silence import MOST_RULES, Exclusion
from tui.text import plural, safe
from tui.ui.configure.diff import diff_text
from tui.ui.configure.forms import Forms
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question

if TYPE_CHECKING:
    from tui.ui.configure.form import Form

_UNSAFE_IN_JSON = re.compile(r"[^\x20-\x7e\n]")
SITEMAPS = "source_params.web_crawler.parse_options.specific_sitemaps"
EXCLUDED, INCLUDED = "source_params.exclude_items", "source_params.include_items"
Edit = Callable[[str, str], str]
"""Lets the operator edit a text in a file with a name; the text as it was saved. Raises AppError."""


class ModifyInstance:
    """The form of one instance. It stays open under the review and after a failure: nothing typed is lost."""

    def __init__(self, desk: Desk, edit: Edit) -> None:
        self.desk = desk
        self._forms = Forms(desk)
        self._edit = edit
        self.actions = {"instance.modify": self.modify}

    def modify(self) -> None:
        """Change the configuration of the selected instance."""
        if instance := self.desk.state.instance:
            self.desk.start(self._modify(instance.key), "form", exclusive=True, name="modify")

    async def _modify(self, key: InstanceKey) -> None:
        """The form, with what was typed and not sent the last time. Raises AppError."""
        fresh = await self._read(key)
        unsent = self._forms.unsent(key)
        self._show(key, fresh, unsent.rebased(fresh.base) if unsent else None)

    async def add_rules(self, key: InstanceKey, choose: Callable[[int], Exclusion]) -> None:
        """Open the form with more path rules, reviewed at once; `choose` is told how many may be added.

        Nothing else is in it: what was typed before and not sent is another change. Raises AppError where the
        configuration cannot be read.
        """
        form = self._filled(key, await self._read(key))
        field = next(one for one in form.draft.fields if one.path == EXCLUDED)
        kept = _listed(form.draft, EXCLUDED)
        chosen = choose(MOST_RULES - len(kept) - len(_listed(form.draft, INCLUDED)))
        new = [pattern for pattern in chosen.patterns if pattern not in kept]
        if new:
            form.draft = form.draft.with_value(field, [*kept, *new])
        form.call_after_refresh(self._begin, form, key, chosen, bool(new))

    def _begin(self, form: Form, key: InstanceKey, chosen: Exclusion, new: bool) -> None:
        """Show what was filled in, and its review."""
        form.view.go_to(EXCLUDED)
        form.draw()
        if not new:
            full = "There is no room for another rule: an instance has at most 10."
            form.explain(full if chosen.left else "The rules already leave them out: the next sync removes them.")
            return
        if self._forms.unsent(key):
            form.explain(f"Only the new rules are here. What you had not sent is kept: {self._modify_key} shows it.")
        if chosen.left:
            form.explain(f"{plural(chosen.left, 'item')} more need rules, but there are at most 10: use a wider one.")
        form.action_go()

    async def _read(self, key: InstanceKey) -> Draft:
        """The configuration as it is now. Raises AppError."""
        self.desk.say(f"Reading the configuration of {key.id}{self.desk.look.signs.ellipsis}")
        try:
            document = await self.desk.service.configs.open(key)
        finally:
            self.desk.say("")
        return Draft(document.exact, document.exact)

    @property
    def _modify_key(self) -> str:
        return self.desk.look.key("instance.modify")

    def _show(self, key: InstanceKey, fresh: Draft, again: Draft | None = None) -> Form:
        from tui.ui.configure.form import Plan

        other = self._forms.unsent(key) is not None and again is None  # it is not in this form, so it is left alone
        plan = Plan(
            title=f"Modify {key.id}",
            target=self._forms.place(key.namespace),
            button="Review",
            go=lambda form: self._review(form, key),
            choices=self._forms.choices,
            edit=lambda form: self._edit_json(form, key),
            keep=lambda draft: None if other else self._forms.keep(key, draft, self._modify_key),
        )
        return self._forms.open(fresh, plan, again)

    # one field, without the form

    def set_field(self, line: str) -> None:
        """Change one field of the selected instance, given as `chunk_size 512`: straight to the review."""
        if instance := self.desk.state.instance:
            self.desk.start(self._set(instance.key, line), "form", exclusive=True, name="set")

    def _known(self) -> Draft | None:
        """The configuration of the selected instance, where it was read before."""
        key = self.desk.state.selected
        reading = self.desk.state.documents.get(key) if key else None
        return Draft(reading.value.exact, reading.value.exact) if reading and reading.value else None

    def completions(self, line: str) -> list[setting.Completion]:
        """How a line such as `chunk_s` can go on."""
        draft = self._known()
        return setting.completions(draft.fields if draft else FIELDS, line, draft)

    def check(self, line: str) -> str:
        """The line in its plain form. Raises UsageError that says what is wrong with it."""
        draft = self._known()
        return setting.check(draft.fields if draft else FIELDS, line, draft)

    async def _set(self, key: InstanceKey, line: str) -> None:
        read = await self._read(key)
        field, text = setting.split(read.fields, line)
        draft = setting.put(read, field, await self._token(text) if field.kind is Kind.TOKEN else text)
        if draft.problems():
            form = self._filled(key, draft)
            form.call_after_refresh(form.action_go)
        elif draft.sent:
            self.desk.start(self._review_field(key, draft, field.path), name=f"set {field.path} of {key}")
        else:
            self.desk.say(f"{field.path} of {key.id} is {text} already: there is nothing to change.")

    def _filled(self, key: InstanceKey, draft: Draft) -> Form:
        """The form with a change in it already."""
        form = self._show(key, Draft(draft.base, draft.base))
        form.draft = draft
        return form

    async def _token(self, text: str) -> str:
        """The id of a service token that is given by its id or its name. Raises AppError."""
        tokens = await self.desk.service.tokens.read()
        return next((one.id for one in tokens if text in (one.id, one.name)), text)

    async def _review_field(self, key: InstanceKey, draft: Draft, path: str) -> None:
        """What is refused goes on in the form, so that nothing has to be typed again."""
        if not await self._agreed(draft, key):
            return
        if error := await self._write(draft, key):
            form = self._filled(key, draft)
            form.call_after_refresh(lambda: self.desk.start(self._refused(form, key, error), name=f"set {path}"))

    # as JSON

    def _edit_json(self, form: Form, key: InstanceKey, text: str | None = None) -> None:
        if self.desk.state.busy:
            form.explain("A write is on its way: the editor stops everything else, so wait for its outcome.")
            return
        before = json_text(form.draft.document()) if text is None else text
        try:
            after = self._edit(before, f"{key.id}.json")
        except AppError as error:
            form.explain(f"{error.title}. {error.detail} {error.hint}", "error")
            return
        try:
            document = json.loads(after)
            if not isinstance(document, dict):
                raise ValueError("one object in {} is needed")
        except ValueError as error:
            self.desk.start(self._ask_again(form, key, after, str(error)), "edit again")
            return
        form.change(form.draft.with_document(document))
        if form.draft.sent and not form.draft.problems():
            self._review(form, key)

    async def _ask_again(self, form: Form, key: InstanceKey, text: str, why: str) -> None:
        """Broken JSON: what was typed goes back into the editor, unless the operator gives it up."""
        effect = f"What you saved is not a configuration: {safe(why)}. Cancel discards what you typed there."
        if await self.desk.ask(Confirm(Question("Not JSON", (), effect, "Edit again"))) is not None:
            self._edit_json(form, key, text)

    # review and sending

    def _review(self, form: Form, key: InstanceKey) -> None:
        self.desk.start(self._review_and_send(form, key), name=f"modify {key}")

    async def _review_and_send(self, form: Form, key: InstanceKey) -> None:
        if not await self._agreed(form.draft, key):
            return
        form.set_busy(True)
        error = await self._write(form.draft, key)
        form.set_busy(False)
        if error is None:
            form.plan.keep(None)
            form.dismiss(None)
        else:
            await self._refused(form, key, error)

    async def _agreed(self, draft: Draft, key: InstanceKey) -> bool:
        """Show what is to be sent, and ask."""
        from tui.ui.configure.review import Review, Reviewed

        reviewed = Reviewed(
            title=f"Change {key.id}?",
            facts=self.desk.facts(key),
            effect=f"{plural(len(draft.sent), 'field')} will be sent; everything else stays as it is.",
            body=diff_text(draft.base, draft.sent, self.desk.look),
            button="Send the change",
            warnings=change_warnings(draft),
        )
        return await self.desk.ask(Review(reviewed)) is not None

    async def _write(self, draft: Draft, key: InstanceKey) -> AppError | None:
        service = self.desk.service
        return await self.desk.write(lambda: service.configs.change(key, draft.base, draft.wanted), shows_error=True)

    async def _refused(self, form: Form, key: InstanceKey, error: AppError) -> None:
        if isinstance(error, ChangedSince):
            await self._offer_theirs(form, key, error.fresh)
        else:
            form.failed(error)

    async def _offer_theirs(self, form: Form, key: InstanceKey, fresh: InstanceDocument) -> None:
        """Somebody was faster: show what they did, and let the operator go on from there."""
        from tui.ui.configure.review import Review, Reviewed

        theirs = replace(form.draft, wanted=fresh.exact)
        mine = set(form.draft.touched) & set(theirs.touched)
        by = fresh.shown.get("modified_by") or "somebody"
        reviewed = Reviewed(
            title=f"{key.id} was changed by somebody else",
            facts=(*self.desk.facts(key), ("Changed", f"{fresh.shown.get('modified_at', '-')} by {by}")),
            effect="Nothing was sent. This has changed since you opened the form:",
            body=diff_text(form.draft.base, theirs.sent, self.desk.look),
            button="Put mine on top",
            warnings=(f"Both changed {', '.join(sorted(mine))}: yours would win.",) if mine else (),
        )
        if await self.desk.ask(Review(reviewed)) is not None:
            form.rebase(fresh.exact)
            form.explain("Your changes are now on top of theirs. Review them again.")
        else:
            form.explain("Nothing was sent: somebody else changed it. Review again to see what.")


def _listed(draft: Draft, path: str) -> list[str]:
    """The rules of a list as the draft has them."""
    value = value_at(draft.wanted, path)
    return [str(one) for one in value] if isinstance(value, list) else []


def change_warnings(draft: Draft) -> tuple[str, ...]:
    """What an operator should know before a change is sent."""
    warnings: list[str] = []
    if draft.reindexes:
        warnings.append(f"{', '.join(draft.reindexes)}: every document is re-indexed. That takes time and money.")
    if SITEMAPS in draft.touched:
        warnings.append("specific_sitemaps: addresses that are queued already stay queued, whatever the new list says.")
    if "public_endpoint_params" in draft.sent:
        warnings.append("The public endpoint is replaced as a whole, completed from its state when this is sent.")
    if unknown := strangers(draft.sent):
        warnings.append(f"{', '.join(unknown)}: not known here, sent as it is.")
    if gone := draft.dropped:
        warnings.append(f"{', '.join(gone)}: left out, so it stays as it is.")
    return tuple(safe(one) for one in warnings)


def json_text(document: object) -> str:
    """Indented JSON for an editor; characters that could do something to a terminal are escaped."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(_escaped, text) + "\n"


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    return char if safe(char) == char else json.dumps(char)[1:-1]
