"""`M`: a configuration changed in a form or as JSON, reviewed as a diff, sent, and told."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from msgspec.structs import replace

from tui.errors import AppError
from tui.models import InstanceDocument, InstanceKey
from tui.service.config.configs import ChangedSince
from tui.service.config.document import strangers
from tui.service.config.draft import Draft
from tui.service.config.fields import Field, Kind
from tui.text import plural, safe
from tui.ui.base import ConsoleScreen
from tui.ui.configure.diff import diff_text
from tui.ui.configure.form_base import FormBase, Plan
from tui.ui.configure.review import Review, Reviewed
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.pick import Choice
from tui.ui.terminal.editor import edit

_UNSAFE_IN_JSON = re.compile(r"[^\x20-\x7e\n]")


class Modify(ConsoleScreen):
    """The form of one instance. It stays open under the review and after a failure: nothing typed is lost."""

    def action_modify(self) -> None:
        """Change the configuration of the selected instance."""
        if self.may("instance.modify") and (instance := self.state.instance):
            self.say(f"Reading the configuration of {instance.id}{self.look.signs.ellipsis}")
            self.run_worker(self._open_change(instance.key), group="form", exclusive=True, name="modify")

    async def _open_change(self, key: InstanceKey) -> None:
        try:
            document = await self._session().service.configs.open(key)
        except AppError as error:
            self.tell_unread(error, "modify")
            return
        plan = Plan(
            title=f"Modify {key.id}",
            target=self.place(key.namespace),
            button="Review",
            go=lambda form: self._review_change(form, key),
            choices=self.field_choices,
            edit=lambda form: self._edit_json(form, key),
        )
        self.open_form(Draft(document.exact, document.exact), plan)

    def open_form(self, draft: Draft, plan: Plan) -> FormBase:
        """Show a form. Its module is loaded with the first one: the text area in it is much to read at the start."""
        from tui.ui.configure.form import Form

        form = Form(draft, plan)
        self.app.push_screen(form)
        return form

    def place(self, namespace: str) -> str:
        """Profile, account and namespace in one line, for a form."""
        who = self.state.identity
        dot = f" {self.look.signs.dot} "
        return dot.join(part for part in (who.profile, who.account, namespace) if part)

    async def field_choices(self, field: Field) -> Sequence[Choice]:
        """What the account has for a field: namespaces, or service tokens."""
        if field.kind is Kind.NAMESPACE:
            return [Choice(one.name, one.name, one.description or "") for one in self.state.namespaces.value or ()]
        tokens = await self._session().service.tokens.read()
        return [Choice(token.id, token.name or token.id, token.id) for token in tokens if token.enabled is not False]

    # as JSON

    def _edit_json(self, form: FormBase, key: InstanceKey, text: str | None = None) -> None:
        if self.state.busy:
            form.explain("A write is on its way: the editor stops everything else, so wait for its outcome.")
            return
        before = json_text(form.draft.document()) if text is None else text
        try:
            after = edit(self.app, before, f"{key.id}.json")
        except AppError as error:
            form.explain(f"{error.title}. {error.detail} {error.hint}", "error")
            return
        try:
            document = json.loads(after)
            if not isinstance(document, dict):
                raise ValueError("one object in {} is needed")
        except ValueError as error:
            self._ask_again(form, key, after, str(error))
            return
        form.change(form.draft.with_document(document))
        if form.draft.sent and not form.draft.problems():
            self._review_change(form, key)

    def _ask_again(self, form: FormBase, key: InstanceKey, text: str, why: str) -> None:
        """Broken JSON: what was typed goes back into the editor, unless the operator gives it up."""

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._edit_json(form, key, text)

        effect = f"What you saved is not a configuration: {safe(why)}. Cancel gives up what you typed there."
        self.app.push_screen(Confirm(Question("Not JSON", (), effect, "Edit again")), answered)

    # review and sending

    def _review_change(self, form: FormBase, key: InstanceKey) -> None:
        draft = form.draft
        reviewed = Reviewed(
            title=f"Change {key.id}?",
            facts=self.facts_of(key),
            effect=f"{plural(len(draft.sent), 'field')} will be sent; everything else stays as it is.",
            body=diff_text(draft.base, draft.sent, self.look),
            button="Send the change",
            warnings=change_warnings(draft),
        )

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.run_worker(self._send_change(form, key), group="mutate", name=f"modify {key}")

        self.app.push_screen(Review(reviewed), answered)

    def facts_of(self, key: InstanceKey) -> tuple[tuple[str, str], ...]:
        """Account, namespace and instance, for a dialog."""
        who = self.state.identity
        account = who.account
        return (("Account", account), ("Namespace", key.namespace), ("Instance", key.id))

    async def _send_change(self, form: FormBase, key: InstanceKey) -> None:
        draft, service = form.draft, self._session().service
        form.set_busy(True)
        error = await self.desk.write(lambda: service.configs.change(key, draft.base, draft.wanted), shows_error=True)
        form.set_busy(False)
        if error is None:
            form.dismiss(None)
        elif isinstance(error, ChangedSince):
            self._offer_theirs(form, key, error.fresh)
        else:
            form.failed(error)

    def _offer_theirs(self, form: FormBase, key: InstanceKey, fresh: InstanceDocument) -> None:
        """Somebody was faster: show what they did, and let the operator go on from there."""
        theirs = replace(form.draft, wanted=fresh.exact)
        mine = set(form.draft.touched) & set(theirs.touched)
        by = fresh.shown.get("modified_by") or "somebody"
        reviewed = Reviewed(
            title=f"{key.id} was changed by somebody else",
            facts=(*self.facts_of(key), ("Changed", f"{fresh.shown.get('modified_at', '-')} by {by}")),
            effect="Nothing was sent. This is what became different since you opened the form:",
            body=diff_text(form.draft.base, theirs.sent, self.look),
            button="Put mine on top",
            warnings=(f"Both changed {', '.join(sorted(mine))}: yours would win.",) if mine else (),
        )

        def answered(answer: str | None) -> None:
            if answer is not None:
                form.rebase(fresh.exact)
                form.explain("Your changes now stand on theirs. Review them once more.")
            else:
                form.explain("Nothing was sent: somebody else changed it. Review again to see what.")

        self.app.push_screen(Review(reviewed), answered)


def change_warnings(draft: Draft) -> tuple[str, ...]:
    """What an operator should know before a change is sent."""
    warnings: list[str] = []
    if draft.reindexes:
        warnings.append(f"{', '.join(draft.reindexes)}: every document is indexed anew. That takes time and costs.")
    if "public_endpoint_params" in draft.sent:
        warnings.append("The public endpoint is replaced as a whole, completed from what it is when this is sent.")
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
