"""Creating an instance, from scratch or with the configuration of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from tui.errors import AppError
from tui.models import InstanceKey, ServiceToken, SourceKind
from tui.models.instance import DEFAULT_NAMESPACE
from tui.service.config.configs import clone, creation_bodies, kind_of
from tui.service.config.draft import Draft
from tui.ui.configure.diff import diff_text
from tui.ui.configure.forms import Forms
from tui.ui.desk import Desk

if TYPE_CHECKING:
    from tui.ui.configure.form import Form

_NOT_CLONED = {
    SourceKind.BUILTIN: "The documents are not copied: it starts empty.",
    SourceKind.R2: "It indexes the same bucket again.",
    SourceKind.WEB: "It crawls the same website again.",
}
_EFFECTS = {
    SourceKind.R2: "A new instance whose first job reads the bucket at once.",
    SourceKind.WEB: "A new instance whose first job crawls the website at once.",
    SourceKind.BUILTIN: "A new instance that stores and indexes what is uploaded to it.",
}


class CreateInstance:
    """The form of an instance that is not there yet."""

    def __init__(self, desk: Desk, refresh: Callable[[], None]) -> None:
        """`refresh` reads the fleet again."""
        self.desk = desk
        self._forms = Forms(desk)
        self._refresh = refresh
        self.actions = {"instances.create": self.create, "instance.clone": self.clone}

    def create(self) -> None:
        """Create an instance."""
        namespace = self.desk.state.namespace or DEFAULT_NAMESPACE
        start = {"namespace": namespace, "id": "", "type": str(SourceKind.R2)}
        self.desk.start(self._open("instances.create", "New instance", start), "form", exclusive=True, name="create")

    def clone(self) -> None:
        """Create an instance with the configuration of the selected one."""
        if instance := self.desk.state.instance:
            self.desk.say(f"Reading the configuration of {instance.id}{self.desk.look.signs.ellipsis}")
            self.desk.start(self._open_clone(instance.key), "form", exclusive=True, name="clone")

    async def _open_clone(self, key: InstanceKey) -> None:
        try:
            document = await self.desk.service.configs.open(key)
        finally:
            self.desk.say("")
        start = clone(document.exact, self.desk.state.namespace or key.namespace)
        note = f"{_NOT_CLONED[kind_of(start)]} Its public endpoint is off."
        await self._open("instance.clone", f"New instance like {key.id}", start, note)

    async def _open(self, way: str, title: str, start: Mapping[str, Any], note: str = "") -> None:
        """The form, with a service token chosen already where there is one to choose. Not every source needs one."""
        from tui.ui.configure.form import Plan

        tokens: tuple[ServiceToken, ...] = ()
        unread = ""
        self.desk.say(f"Reading the service tokens{self.desk.look.signs.ellipsis}")
        try:
            tokens = await self.desk.service.tokens.read()
        except AppError as error:
            unread = f"The service tokens could not be read. {error.title}. {error.hint}"
        finally:
            self.desk.say("")
        usable = [token.id for token in tokens if token.enabled is not False]
        if usable and not start.get("token_id"):
            start = {**start, "token_id": usable[0]}
        plan = Plan(
            title=title,
            target=self._forms.place(""),
            button="Review",
            go=lambda form: self.desk.start(self._review(form, note, unread), name=title),
            choices=self._forms.choices,
            keep=lambda draft: self._forms.keep(title, draft, self.desk.look.key(way)),
        )
        names = {token.id: token.name for token in tokens if token.name}
        unsent = self._forms.unsent(title)
        form = self._forms.open(Draft(start, start, creating=True, names=names), plan, unsent)
        words = " ".join(part for part in (note, unread) if part)
        if words and not unsent:
            form.call_after_refresh(form.explain, words)

    async def _review(self, form: Form, note: str, unread: str) -> None:
        from tui.ui.configure.review import Review, Reviewed

        wanted = form.draft.wanted
        key = InstanceKey(str(wanted["namespace"]), str(wanted["id"]))
        body, later = creation_bodies(wanted)
        shown = {name: value for name, value in {**body, **later}.items() if name != "id"}
        then = " A second request sets what only a change can." if later else ""
        reviewed = Reviewed(
            title=f"Create {key.id}?",
            facts=self.desk.facts(key),
            effect=f"{_EFFECTS[kind_of(wanted)]}{then} {note}".strip(),
            body=diff_text({}, shown, self.desk.look) if shown else Text("Everything else as the service has it."),
            button="Create it",
            warnings=creation_warnings(wanted, unread),
        )
        if await self.desk.ask(Review(reviewed)) is not None:
            await self._send(form, key)

    async def _send(self, form: Form, key: InstanceKey) -> None:
        wanted, service = form.draft.wanted, self.desk.service
        form.set_busy(True)
        error = await self.desk.write(lambda: service.configs.create(wanted), shows_error=True)
        form.set_busy(False)
        if error:
            form.failed(error)
        elif self.desk.state.instance_of(key):
            form.plan.keep(None)
            form.dismiss(None)
            self._refresh()
            self.desk.reveal(key)
        else:
            form.explain("It was not created: the reply was lost, and there is no such instance. Send it again.")


def creation_warnings(wanted: Mapping[str, Any], unread: str) -> tuple[str, ...]:
    """What an operator should know before an instance is created. `unread` says why tokens could not be read."""
    warnings: list[str] = []
    if kind_of(wanted) is SourceKind.R2 and not wanted.get("token_id"):
        why = "they could not be read" if unread else "this account has none"
        warnings.append(f"No service token: {why}, so the bucket may not be readable.")
    if (wanted.get("public_endpoint_params") or {}).get("enabled"):
        warnings.append("Public: anybody can search it without a token.")
    return tuple(warnings)
