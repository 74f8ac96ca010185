"""The composition root: the only module that may import everything. What it opens, it closes."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from tui.config import Settings, state_dir
from tui.credentials import WINDOW_DEADLINE, WINDOW_TITLE, WINDOW_WORDS, forbid_core_dumps
from tui.errors import AccountUnchosen, AppError, CredentialError
from tui.secret import Secret
from tui.session.profiles import ConfiguredProfiles
from tui.state.kept_fleet import KeptFleet
from tui.state.kept_queries import KeptQueries
from tui.state.store import Connection, Identity, Link, State, Store
from tui.system import garbage

if TYPE_CHECKING:
    from tui.contract import Api, Exchange, OpenPages, ReadsPages
    from tui.emulator import Emulator
    from tui.session.session import Session
    from tui.ui.terminal.terminal import Terminal

M_ARENA_MAX = -8
"""Of malloc.h."""
THREAD_STACK = 1 << 20
"""Bytes; 8 MB are usual."""
SWITCH = 0.0005
"""Seconds until the thread that reads the keyboard has its turn; it needs several, of 5 ms each as a rule."""
DEMO_TOKEN = "demo-token"
DEMO_URL = "https://demo.invalid/client/v4"


class Opened(Struct, frozen=True):
    """A client and who it speaks for, and what must be closed with it."""

    api: Api
    identity: Identity
    close: Any = None
    pages: OpenPages | None = None
    """The way to public websites."""
    holds_token: Callable[[bytes], bool] = lambda data: True
    """Whether bytes hold the token: they are never written. Without a token to compare with, nothing is."""


class Wiring:
    """Opens sessions for the console: against the API, or against the embedded emulator."""

    def __init__(self, profiles: ConfiguredProfiles, store: Store, environ: Mapping[str, str]) -> None:
        self._profiles = profiles
        self._store = store
        self._environ = environ
        self._api: Api | None = None
        self._queries: dict[tuple[str, str], KeptQueries] = {}
        """Those of this run, by profile and account: a new session goes on with them."""

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The last requests of the session that was opened last."""
        return self._api.exchanges if self._api else ()

    async def open(self, typed: Secret | None, demo: bool) -> Session:
        """A session with `typed`, else with the token that is found; or the demo. Raises AppError."""
        self._profiles.demo = self._profiles.demo or demo
        opened = await (self._open_demo() if self._profiles.demo else self._open_api(typed))
        self._api = opened.api
        settings = self._profiles.settings
        kept = kept_fleet(opened.identity, settings, self._environ, opened.holds_token)
        queries = kept_queries(opened.identity, settings, self._environ, opened.holds_token)
        await asyncio.to_thread(queries.load)
        who = (opened.identity.profile, opened.identity.account_id)
        if queries.path is None and who in self._queries:
            queries.change(lambda _: self._queries[who].known)
        self._queries[who] = queries
        if kept and self._store.state.fleet.value is None:
            self._store.update(**await asyncio.to_thread(kept.read))
        return _session(opened, self._store, settings, self._environ, kept, queries)

    async def _open_demo(self) -> Opened:
        emulator, httpx, client_module = await asyncio.to_thread(_load_demo)
        account = await asyncio.to_thread(lambda: str(emulator.account))
        api = client_module.Client(
            account=account,
            token=Secret(DEMO_TOKEN),
            base_url=DEMO_URL,
            transport=httpx.ASGITransport(app=emulator.app),
        )
        name = next((one.name for one in (await api.list_accounts()).items if one.id == account), "")
        read_only = self._profiles.settings.read_only
        identity = Identity("demo", account, name, "demo", DEMO_URL, read_only, demo=True)
        return Opened(api, identity, emulator.close, pages=lambda: pages_of(emulator))

    async def _open_api(self, typed: Secret | None) -> Opened:
        settings, known = self._profiles.settings, self._profiles.identity
        token, source = await self._token(typed)
        client_module = _load_client()
        account, name = settings.account or "", ""
        if not account:
            lookup = client_module.Client(account="", token=token, base_url=settings.base_url)
            account, name = await _only_account(lookup)
        api = client_module.Client(account=account, token=token, base_url=settings.base_url)
        identity = replace(known, account_id=account, account_name=name, token_source=source)
        return Opened(api, identity, pages=_public_pages, holds_token=token.stands_in)

    async def _token(self, typed: Secret | None) -> tuple[Secret, str]:
        """The token and where it comes from; one that was typed in is kept for its profile."""
        if typed is not None:
            self._profiles.typed(typed)
        if found := await self._profiles.credential(self._asked_in_a_window):
            self._store.update(connection=Connection(Link.CONNECTING))
            return found.token, found.source
        raise CredentialError(
            "No API token was found",
            "Looked at --token-command, --token-file, CLOUDFLARE_API_TOKEN, systemd credentials and the keyring.",
            "Type or paste one: it is kept in memory for this run only.",
        )

    def _asked_in_a_window(self) -> None:
        """Say where to look: the console shows nothing else for as long as the keychain waits for an answer."""
        why = AppError(WINDOW_TITLE, WINDOW_WORDS, f"Waiting up to {WINDOW_DEADLINE:.0f} s for it.")
        self._store.update(connection=Connection(Link.CONNECTING, why))


async def _only_account(api: Any) -> tuple[str, str]:
    """The account that the token can see, when it is just one. Raises AccountUnchosen otherwise."""
    try:
        accounts = [one async for page in api.account_pages() for one in page.items]
    finally:
        await api.aclose()
    if len(accounts) == 1:
        return accounts[0].id, accounts[0].name
    seen = ", ".join(f"{one.name} {one.id}" for one in accounts[:10])
    error = AccountUnchosen(
        "Which account?",
        f"This token can see {len(accounts)} accounts{f': {seen}' if seen else ''}.",
        "Start with --account ID, or set CLOUDFLARE_ACCOUNT_ID.",
    )
    error.accounts = tuple((one.id, one.name) for one in accounts)
    raise error


def _public_pages() -> AbstractAsyncContextManager[ReadsPages]:
    from tui.api.public import Pages

    return Pages()


def pages_of(emulator: Emulator) -> AbstractAsyncContextManager[ReadsPages]:
    """The websites of an emulator, in place of those of the world: they have names that nobody can have."""
    import httpx

    from tui.api.public import Pages

    async def answer(request: httpx.Request) -> httpx.Response:
        page = await asyncio.to_thread(emulator.page, str(request.url))
        return httpx.Response(404) if page is None else httpx.Response(200, content=page)

    return Pages(httpx.MockTransport(answer))


def _load_client() -> Any:
    """The client's module, with all that it would load at its first request.

    It costs 25 ms before the first frame. In a thread beside the screen it costs both of them more than that: imports
    hold the interpreter's lock, and so the list would be late.
    """
    with _hidden("click"):
        import httpx  # noqa: F401
    import anyio  # noqa: F401
    import httpcore  # noqa: F401

    from tui.api import client

    return client


@contextmanager
def _hidden(module: str) -> Iterator[None]:
    """Make a module look as if it were not installed: with click, httpx loads a command line of 40 modules, 25 ms."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


def _load_demo() -> tuple[Any, Any, Any]:
    client = _load_client()
    import httpx

    from tui.emulator import Emulator, EmulatorConfig

    return Emulator(EmulatorConfig(token=DEMO_TOKEN)), httpx, client


def kept_fleet(
    identity: Identity,
    settings: Settings,
    environ: Mapping[str, str],
    holds_token: Callable[[bytes], bool] = lambda data: True,
) -> KeptFleet | None:
    """What is kept of an account between two runs; None in the demo, for no account, and where it is switched off."""
    if identity.demo or not settings.cache or not identity.account_id:
        return None
    return KeptFleet(state_dir(environ) / "fleet", identity, holds_token)


def kept_queries(
    identity: Identity,
    settings: Settings,
    environ: Mapping[str, str],
    holds_token: Callable[[bytes], bool] = lambda data: True,
) -> KeptQueries:
    """What is kept of the queries of a profile; in memory only in the demo, and where keeping is switched off."""
    if identity.demo or not settings.cache:
        return KeptQueries()
    return KeptQueries(state_dir(environ) / "queries", identity, holds_token)


def _session(
    opened: Opened,
    store: Store,
    settings: Settings,
    environ: Mapping[str, str],
    kept: KeptFleet | None,
    queries: KeptQueries,
) -> Session:
    from tui.polling import Intervals, Poller
    from tui.service import Service
    from tui.service.audit import Audit
    from tui.session.keeper import Keeper
    from tui.session.session import Session

    store.update(identity=opened.identity, namespace=store.state.namespace or settings.namespace)
    audit = Audit(state_dir(environ) / "audit.jsonl", time.time, required=settings.audit_required)
    service = Service(opened.api, store, opened.api.now, audit, queries=queries, open_pages=opened.pages)
    poller = Poller(service, Intervals(jobs=settings.refresh))

    keeper = Keeper(kept, store) if kept else None
    if keeper:
        keeper.start()

    async def close() -> None:
        await poller.stop()
        if keeper:
            await keeper.stop()
        await opened.api.aclose()
        if opened.close:
            await asyncio.to_thread(opened.close)

    return Session(service, poller, close)


def run_console(flags: Mapping[str, Any], environ: Mapping[str, str]) -> int:
    """Run the console; the exit code. Raises AppError when it cannot start."""
    forbid_core_dumps()
    profiles = ConfiguredProfiles(flags, environ)
    from tui.ui.terminal import terminal

    settings = profiles.settings
    if settings.no_color:
        os.environ["NO_COLOR"] = "1"
    facts = terminal.detect_here(ascii_only=settings.ascii, theme=settings.theme)
    profiles.find_early()
    facts.apply(os.environ)
    terminal.take_over(os.environ)
    terminal.write_ascii() if facts.ascii else terminal.write_utf8()
    _use_few_arenas()
    sys.setswitchinterval(SWITCH)
    return _run(facts, profiles, environ)


def _use_few_arenas() -> None:
    """Where the address space is limited (`ulimit -v`), do not reserve 64 MB of it for each thread."""
    if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
        return
    import ctypes
    import threading

    threading.stack_size(THREAD_STACK)
    with suppress(OSError, AttributeError):  # another C library than GNU's has no such arenas
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _collect_from_the_first_list(store: Store) -> None:
    """Collect garbage again, but not in what lasts: to look through 5,000 instances stops the screen for 0.1 s.

    Without a list, from the first error. The first list may come before the screen is made, which lasts too: what has
    come by the second one is left alone as well, and so is what has come when every row is known.
    """
    lists = 0
    all_known = False

    def listed(old: State, new: State) -> None:
        nonlocal lists, all_known
        if lists < 2 and new.fleet.at is not None and new.fleet.at != old.fleet.at:
            lists += 1
            gc.freeze()
        if not all_known and new.fleet.value and new.fleet.at and len(new.stats) >= len(new.fleet.value):
            all_known = True
            gc.freeze()
        if not gc.isenabled() and (new.fleet.at is not None or new.connection.error):
            garbage.begin()

    store.subscribe(listed)


def _run(facts: Terminal, profiles: ConfiguredProfiles, environ: Mapping[str, str]) -> int:
    """The screen, until it is left. Textual is imported here, after its variables were set."""
    from tui.state.preferences import Preferences
    from tui.ui.app import ConsoleApp
    from tui.ui.terminal import clipboard
    from tui.ui.terminal.exit_guard import guard
    from tui.ui.terminal.notification import notification

    folder, settings = state_dir(environ), profiles.settings

    async def copy(text: str, osc52: Callable[[str], None]) -> str:
        return (await clipboard.copy(text, terminal=facts, folder=folder, environ=environ, osc52=osc52)).where

    def write_report(error: Exception) -> str:
        from tui.system import crash

        return f"A report without the token is in {crash.write_report(error, wiring.exchanges, folder)}"

    kept = kept_fleet(profiles.identity, settings, environ)
    store = Store(replace(State(identity=profiles.identity), **(kept.read() if kept else {})))
    _collect_from_the_first_list(store)
    wiring = Wiring(profiles, store, environ)
    app = ConsoleApp(
        store,
        wiring.open,
        theme=facts.theme,
        ascii_only=facts.ascii,
        keymap=settings.keymap,
        copy=copy,
        profiles=profiles,
        preferences=Preferences(settings.columns, folder / "view.json"),
        titles=facts.titles,
        notification=partial(notification, terminal=facts) if settings.notify else None,
        commands=settings.commands,
        write_report=write_report,
    )
    with guard(app.leave) as watch:
        app.run(mouse=facts.mouse)
    if app.bug:
        from tui.system import crash

        return crash.leave(app.bug, wiring.exchanges, folder)
    return watch.exit_code or app.return_code or 0
