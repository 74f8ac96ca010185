"""`aisearch emulate` as a command of its own, for tests that need a real socket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AISEARCH = str(Path(sys.executable).with_name("aisearch"))
ACCOUNT = "0123456789abcdef0123456789abcdef"
TOKEN = "socket-token-0123456789"


@contextmanager
def emulated(*flags: str) -> Iterator[str]:
    """Serve the demo's world on a free port; the base URL. It must end in good order when it is told to."""
    command = [AISEARCH, "emulate", "--port", "0", "--token", TOKEN, "--account", ACCOUNT, *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("LISTENING http://127.0.0.1:")
        yield line.split()[1]
        process.terminate()
        assert process.wait(60) == 0


def environment(url: str, token: str = TOKEN, account: str = ACCOUNT) -> dict[str, str]:
    """What a client is told by its environment."""
    return {"CLOUDFLARE_BASE_URL": url, "CLOUDFLARE_API_TOKEN": token, "CLOUDFLARE_ACCOUNT_ID": account}
