"""A served emulator for benchmarks, in a process of its own: many instances, and one job with a long log.

Its first line on stdout is the base URL; it ends when its stdin does.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "0123456789abcdef0123456789abcdef"
TOKEN = "bench-token"
INSTANCE = "bench-000"


def main() -> None:
    """Stage the world, serve it, stop with stdin."""
    import uvicorn

    from tui.emulator import Emulator, EmulatorConfig

    parser = argparse.ArgumentParser()
    parser.add_argument("--instances", type=int, default=200)
    parser.add_argument("--lines", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = EmulatorConfig(
            data=Path(folder), token=TOKEN, account=ACCOUNT, seed="empty", rate_limit=1_000_000, max_instances=100_000
        )
        emulator = Emulator(config)
        stage(emulator, options.instances, options.lines)
        listener = socket.create_server(("127.0.0.1", 0))
        # asyncio does so only for sockets made with an explicit protocol; without it each reply waits for an ACK.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = uvicorn.Server(uvicorn.Config(emulator.app, log_level="error", access_log=False, lifespan="off"))
        threading.Thread(target=stop_with_stdin, args=(server,), daemon=True).start()
        print(f"http://127.0.0.1:{listener.getsockname()[1]}/client/v4", flush=True)
        server.run(sockets=[listener])
        emulator.close()


def stage(emulator: object, instances: int, lines: int) -> None:
    """Instances over one bucket, and a finished job with `lines` lines in the first."""
    world = emulator.world  # type: ignore[attr-defined]
    (world.data / "buckets" / "bench").mkdir(parents=True)
    with world.lock, world.storage.transaction():
        now = world.config.clock()
        for number in range(instances):
            made = world.instances.create("default", f"bench-{number:03}", {"source": "bench"}, now)
            if f"bench-{number:03}" == INSTANCE:
                job = world.jobs.create(made, "user", now - 7200)
                log = ((now - 7200 + n / 100, f"indexed guides/page-{n:06}.md (18 chunks)", 0) for n in range(lines))
                world.jobs.append(job.n, log)
                world.jobs.end(job, now - 60, "completed")


def stop_with_stdin(server: object) -> None:
    """Wait for the end of stdin, then stop: the server never outlives the benchmark."""
    sys.stdin.buffer.read()
    server.should_exit = True  # type: ignore[attr-defined]


@contextmanager
def serving(*arguments: str, module: str = "tests.bench.served") -> Iterator[str]:
    """The base URL of a server process that lives as long as the block."""
    command = [sys.executable, "-m", module, *arguments]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        url = process.stdout.readline().decode().strip()
        assert url, "the server did not start"
        yield url
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


if __name__ == "__main__":
    main()
