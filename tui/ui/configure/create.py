"""`N` and `C`: a new instance, from scratch or with the configuration of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from tui.errors import AppError
from tui.models import InstanceKey, ServiceToken, SourceKind
from tui.models.instance import DEFAULT_NAMESPACE
from tui.service.config.configs import clone, creation_bodies, kind_of
from tui.service.config.draft import Draft
from tui.ui.configure.diff import diff_text
from tui.ui.configure.form_base import FormBase, Plan
from tui.ui.configure.modify import Modify
from tui.ui.configure.review import Review, Reviewed
from tui.ui.instances.pane import InstancesPane

_NOT_CLONED = {
    SourceKind.BUILTIN: "The documents are not copied: it starts empty.",
    SourceKind.R2: "It indexes the same bucket anew.",
    SourceKind.WEB: "It crawls the same website anew.",
}


class Create(Modify):
    """The form of an instance that is not there yet."""

    def action_create(self) -> None:
        """Create an instance."""
        if self.may("instances.create"):
            namespace = self.state.namespace or DEFAULT_NAMESPACE
            start = {"namespace": namespace, "id": "", "type": str(SourceKind.R2)}
            self.run_worker(self._open_creation("New instance", start), group="form", exclusive=True, name="create")

    def action_clone(self) -> None:
        """Create an instance with the configuration of the selected one."""
        if self.may("instance.clone") and (instance := self.state.instance):
            self.say(f"Reading the configuration of {instance.id}{self.look.signs.ellipsis}")
            self.run_worker(self._open_clone(instance.key), group="form", exclusive=True, name="clone")

    async def _open_clone(self, key: InstanceKey) -> None:
        try:
            document = await self._session().service.configs.open(key)
        except AppError as error:
            self.tell_unread(error, "clone")
            return
        start = clone(document.exact, self.state.namespace or key.namespace)
        note = f"{_NOT_CLONED[kind_of(start)]} Its public endpoint is off."
        await self._open_creation(f"New instance like {key.id}", start, note)

    async def _open_creation(self, title: str, start: Mapping[str, Any], note: str = "") -> None:
        """The form, with a service token chosen already where there is one to choose. Not every source needs one."""
        tokens: tuple[ServiceToken, ...] = ()
        unread = ""
        self.say(f"Reading the service tokens{self.look.signs.ellipsis}")
        try:
            tokens = await self._session().service.tokens.read()
        except AppError as error:
            unread = f"The service tokens could not be read. {error.title}. {error.hint}"
        usable = [token.id for token in tokens if token.enabled is not False]
        if usable and not start.get("token_id"):
            start = {**start, "token_id": usable[0]}
        plan = Plan(
            title=title,
            target=self.place(""),
            button="Review",
            go=lambda form: self._review_creation(form, note, unread),
            choices=self.field_choices,
        )
        names = {token.id: token.name for token in tokens if token.name}
        form = self.open_form(Draft(start, start, creating=True, names=names), plan)
        if words := " ".join(part for part in (note, unread) if part):
            form.call_after_refresh(form.explain, words)

    def _review_creation(self, form: FormBase, note: str, unread: str) -> None:
        wanted = form.draft.wanted
        key = InstanceKey(str(wanted["namespace"]), str(wanted["id"]))
        body, later = creation_bodies(wanted)
        shown = {name: value for name, value in {**body, **later}.items() if name != "id"}
        then = " A second request sets what only a change can." if later else ""
        reviewed = Reviewed(
            title=f"Create {key.id}?",
            facts=self.facts_of(key),
            effect=f"{_EFFECTS[kind_of(wanted)]}{then} {note}".strip(),
            body=diff_text({}, shown, self.look) if shown else Text("Everything else as the service has it."),
            button="Create it",
            warnings=self._creation_warnings(wanted, unread),
        )

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.run_worker(self._send_creation(form, key), group="mutate", name=f"create {key}")

        self.app.push_screen(Review(reviewed), answered)

    def _creation_warnings(self, wanted: Mapping[str, Any], unread: str) -> tuple[str, ...]:
        warnings: list[str] = []
        if kind_of(wanted) is SourceKind.R2 and not wanted.get("token_id"):
            why = "they could not be read" if unread else "this account has none"
            warnings.append(f"No service token: {why}, so the bucket may not be readable.")
        if (wanted.get("public_endpoint_params") or {}).get("enabled"):
            warnings.append("Public: anybody can search it without a token.")
        return tuple(warnings)

    async def _send_creation(self, form: FormBase, key: InstanceKey) -> None:
        wanted, session = form.draft.wanted, self._session()
        form.set_busy(True)
        error = await self.desk.write(lambda: session.service.configs.create(wanted), shows_error=True)
        form.set_busy(False)
        if error:
            form.failed(error)
        elif any(one.key == key for one in self.state.fleet.value or ()):
            form.dismiss(None)
            session.poller.refresh()
            self.call_after_refresh(self._show_new, key)
        else:
            form.explain("It was not created: the reply was lost, and there is no such instance. Send it again.")

    def _show_new(self, key: InstanceKey) -> None:
        """The cursor goes to the new instance, where filter and namespace let it be seen."""
        self.tick()  # its row may not be in the table yet
        self.query_one(InstancesPane).body().move_to(key)

    def on_instances_pane_asked(self, event: InstancesPane.Asked) -> None:
        """A key of the list that is answered by the whole screen."""
        event.stop()
        getattr(self, f"action_{event.action}")()


_EFFECTS = {
    SourceKind.R2: "It is made, and reads its bucket at the first sync.",
    SourceKind.WEB: "It is made, and crawls its website at the first sync.",
    SourceKind.BUILTIN: "It is made with storage of its own, and indexes what is uploaded.",
}
