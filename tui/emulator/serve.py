"""`aisearch emulate`: the emulator on a loopback socket, for wrangler, the SDKs, curl and the console."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import uvicorn

from tui.emulator.app import PREFIX
from tui.emulator.config import SWITCHES, EmulatorConfig
from tui.emulator.connections import MOST_CONNECTIONS, Connection
from tui.emulator.emulator import Emulator

DONE, FAILED, WRONG_USE = 0, 1, 2
LOCALHOST = "127.0.0.1"
LOOK_AGAIN = 0.25
log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command on `parser`."""
    add = parser.add_argument
    add("--host", default=LOCALHOST, help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=8787, help="port; 0 takes a free one (default: %(default)s)")
    add("--data", type=Path, metavar="DIR", help="folder of buckets/, sites/ and the database; without it all is lost")
    add("--token", default="emulator", help="the bearer token that clients must send (default: %(default)s)")
    add("--account", default="", metavar="ID", help="account id, 32 hex digits (default: that of the seed)")
    add("--seed", choices=("demo", "empty"), default="demo", help="first contents of a new folder")
    add("--speed", type=float, default=1.0, help="how much faster than real time documents are indexed")
    add("--rate-limit", type=int, default=1200, help="requests in 5 minutes; 0: no limit (default: %(default)s)")
    add("--chaos", type=Path, metavar="FILE", help="faults to inject, read again whenever the file changes")
    add(
        "--set",
        action="append",
        default=[],
        dest="switches",
        metavar="NAME=VALUE",
        help="what the real API leaves open",
    )
    add(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer to this host name too, besides localhost and addresses",
    )
    add("--allow-remote", action="store_true", help="allow a host that other machines can reach")


def run(namespace: argparse.Namespace) -> int:
    """Serve as parsed arguments say; returns an exit code: 0 done, 1 failed, 2 wrong use."""
    if not namespace.allow_remote and not is_loopback(namespace.host):
        return _complain(f"{namespace.host} is not a loopback address; --allow-remote permits it", WRONG_USE)
    if namespace.chaos is not None and not namespace.chaos.is_file():
        return _complain(f"no such fault file: {namespace.chaos}", WRONG_USE)
    try:
        config = EmulatorConfig(
            data=namespace.data,
            token=namespace.token,
            account=namespace.account,
            seed=namespace.seed,
            speed=namespace.speed,
            rate_limit=namespace.rate_limit,
            chaos=namespace.chaos,
            pdf_text=True,
            hosts=(*namespace.allow_host, namespace.host),
            **dict(map(switch, namespace.switches)),
        )
    except ValueError as error:
        return _complain(str(error), WRONG_USE)
    return serve(config, namespace.host, namespace.port)


def switch(text: str) -> tuple[str, Any]:
    """Read `NAME=VALUE`, one of the settings that the real API leaves unknown; raises ValueError for any other."""
    name, _, value = text.partition("=")
    if name not in SWITCHES:
        raise ValueError(f"no such setting: {name}; there are {', '.join(SWITCHES)}")
    try:
        return name, msgspec.convert(value, get_type_hints(EmulatorConfig)[name], strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"{name}: {error}") from None


def serve(config: EmulatorConfig, host: str = LOCALHOST, port: int = 0) -> int:
    """Listen on `host` and `port` until SIGINT or SIGTERM; the first line on stdout is the base URL.

    Two more lines name the account and the data folder. What the last run left behind is said on stderr.
    """
    try:
        listener = listen(host, port)
    except OSError as error:
        return _complain(f"cannot listen on {host}:{port}: {error.strerror}", FAILED)
    emulator = Emulator(config)
    try:
        emulator.open()
        with listener, kept_up(emulator):
            print(f"LISTENING {url_of(listener)}")
            print(f"ACCOUNT {emulator.account}\nDATA {emulator.world.data}", flush=True)
            for sentence in emulator.world.found:
                print(f"aisearch emulate: {sentence}", file=sys.stderr, flush=True)
            Server(settings_of(emulator)).run(sockets=[listener])
    except (OSError, sqlite3.Error) as error:
        return _complain(str(error), FAILED)
    finally:
        emulator.close()
    return DONE


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`; 0 takes a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), backlog=MOST_CONNECTIONS, family=family)
    # asyncio does so only for sockets made with an explicit protocol; without it replies wait 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the base URL of the API behind a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{PREFIX}"


def settings_of(emulator: Emulator) -> uvicorn.Config:
    """Return the settings of the server that serves `emulator`."""
    return uvicorn.Config(
        emulator.app,
        http=Connection,
        ws="none",
        backlog=MOST_CONNECTIONS,
        log_level="warning",
        access_log=False,
        date_header=False,
        lifespan="off",
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )


@contextmanager
def kept_up(emulator: Emulator) -> Iterator[None]:
    """Do what is due while nobody asks: else one request after a long silence would have all of it to do."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_up, args=(emulator, stop), name="keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep_up(emulator: Emulator, stop: threading.Event) -> None:
    advance, clock = emulator.world.keep_up, emulator.config.clock
    while not stop.wait(LOOK_AGAIN):
        try:
            # In the one thread of the emulator, slice by slice, so that requests come in between.
            while not stop.is_set() and emulator.executor.submit(advance, clock()).result():
                pass
        except Exception:  # requests go on, and so does the rest of what is due
            log.exception("what was due could not be done")


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`; a name other than localhost is not trusted."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Server(uvicorn.Server):
    """A server for which a signal is the normal end."""

    def handle_exit(self, sig: int, frame: object) -> None:
        """Stop at the first signal; not remembering it keeps uvicorn from killing the process with it."""
        self.force_exit = self.should_exit
        self.should_exit = True


def _complain(text: str, code: int) -> int:
    print(f"aisearch emulate: {text}", file=sys.stderr)
    return code
