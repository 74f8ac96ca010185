"""One sshd for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ssh.server import Sshd, missing


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A running server; without the programs that it takes, the test is skipped."""
    if lacking := missing():
        pytest.skip(lacking)
    running = Sshd(tmp_path_factory.mktemp("sshd"))
    running.start()
    yield running
    running.stop()
