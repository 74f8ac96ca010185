"""Which instance a REF means: `NAME`, or `NAMESPACE/NAME`. A name that two namespaces have is refused with both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.commands.parser import did_you_mean
from tui.commands.session import Invocation
from tui.contract import Priority
from tui.errors import NotFound, UsageError
from tui.models import Instance, InstanceKey

FEW = 3
"""Up to so many REFs are looked up one by one; more are found in the whole list."""


async def instance(call: Invocation, ref: str) -> Instance:
    """The instance that `ref` means. Raises UsageError, with a suggestion, when there is none or more than one."""
    return (await instances(call, (ref,)))[0]


async def instances(call: Invocation, refs: Sequence[str]) -> tuple[Instance, ...]:
    """The instances that `refs` mean, in their order, each once. Raises UsageError."""
    home = call.flag("namespace") or call.settings.namespace
    found: dict[InstanceKey, Instance] = {}
    listed: tuple[Instance, ...] | None = None
    for ref in refs:
        fit: tuple[Instance, ...] = ()
        if listed is None and len(refs) <= FEW:
            fit = matching(await _searched(call, ref, home), ref, home)
        if not fit:
            listed = await _all(call) if listed is None else listed
            fit = matching(listed, ref, home)
        one = the_one(fit, ref, listed or ())
        found.setdefault(one.key, one)
    return tuple(found.values())


async def _searched(call: Invocation, ref: str, home: str | None) -> tuple[Instance, ...]:
    """The instances whose id contains the name, in the namespace where it is known: one request, as a rule.

    None where there is no such list: no such namespace, or no flat path any more (api-facts: Routes).
    """
    namespace, _, name = ref.rpartition("/")
    pages = call.service.api.using(Priority.USER).instance_pages(namespace or home, search=name)
    try:
        return tuple([one async for page in pages for one in page.items])
    except NotFound:
        return ()


async def _all(call: Invocation) -> tuple[Instance, ...]:
    """Every instance of every namespace: a REF may name another one than --namespace does."""
    call.service.narrow(None)
    await call.service.read.fleet(Priority.USER)
    return call.state.fleet.value or ()


def matching(listed: Iterable[Instance], ref: str, home: str | None = None) -> tuple[Instance, ...]:
    """The instances that `ref` may mean; `home` is the namespace that bare names belong to, None for any."""
    namespace, _, name = ref.rpartition("/")
    wanted = namespace or home
    return tuple(one for one in listed if one.id == name and (not wanted or one.key.namespace == wanted))


def the_one(fit: Sequence[Instance], ref: str, listed: Iterable[Instance] = ()) -> Instance:
    """The only one of `fit`. Raises UsageError otherwise; `listed` is what a suggestion is made from."""
    if len(fit) == 1:
        return fit[0]
    if fit:
        names = ", ".join(sorted(str(one.key) for one in fit))
        raise UsageError(f"{ref} is ambiguous", f"{names} have this name.", "Give the namespace too.")
    known = {name for one in listed for name in ((str(one.key),) if "/" in ref else (one.id,))}
    meant = did_you_mean(ref, known).removeprefix("; ")
    raise UsageError(
        f"There is no instance {ref}", f"{meant[:1].upper()}{meant[1:]}", "`aisearch ls --no-stats` lists all of them."
    )
