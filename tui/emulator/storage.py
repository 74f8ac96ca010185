"""The database: one SQLite file in WAL mode. Every statement of the emulator runs through `Storage`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tui.emulator.words import spaced

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agenda (
    kind TEXT NOT NULL, ref INTEGER NOT NULL, due REAL NOT NULL, PRIMARY KEY (kind, ref)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS agenda_due ON agenda (due);
CREATE TABLE IF NOT EXISTS namespace (
    name TEXT PRIMARY KEY, description TEXT, created_at REAL,
    public_endpoint_id TEXT, public_endpoint_params TEXT);
CREATE TABLE IF NOT EXISTS token (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, cf_api_id TEXT NOT NULL, legacy INTEGER NOT NULL,
    created_at REAL NOT NULL, modified_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS instance (
    n INTEGER PRIMARY KEY AUTOINCREMENT, namespace TEXT NOT NULL, id TEXT NOT NULL, config TEXT NOT NULL,
    created_at REAL NOT NULL, modified_at REAL NOT NULL, last_activity REAL, pause_reason TEXT,
    public_endpoint_id TEXT, UNIQUE (namespace, id));
CREATE INDEX IF NOT EXISTS instance_created ON instance (created_at);
CREATE TABLE IF NOT EXISTS job (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    instance INTEGER NOT NULL REFERENCES instance ON DELETE CASCADE,
    source TEXT NOT NULL, description TEXT, phase TEXT NOT NULL, target REAL, pace REAL NOT NULL,
    created_at REAL NOT NULL, started_at REAL, last_seen_at REAL, ended_at REAL, end_reason TEXT);
CREATE INDEX IF NOT EXISTS job_instance ON job (instance, n);
CREATE INDEX IF NOT EXISTS job_open ON job (instance) WHERE ended_at IS NULL;
CREATE TABLE IF NOT EXISTS job_log (
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE, id INTEGER NOT NULL, created_at REAL NOT NULL,
    message TEXT NOT NULL, message_type INTEGER NOT NULL, PRIMARY KEY (job, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS job_task (
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE, seq INTEGER NOT NULL,
    item INTEGER NOT NULL, action TEXT NOT NULL, result TEXT, PRIMARY KEY (job, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS job_task_waiting ON job_task (job, seq) WHERE result IS NULL;
CREATE TABLE IF NOT EXISTS item (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    instance INTEGER NOT NULL REFERENCES instance ON DELETE CASCADE,
    key TEXT NOT NULL, source_id TEXT NOT NULL, checksum TEXT NOT NULL, size INTEGER NOT NULL, mtime INTEGER,
    status TEXT NOT NULL, next_action TEXT, error TEXT, metadata TEXT, chunks INTEGER, timestamp REAL NOT NULL,
    created_at REAL NOT NULL, modified_at REAL NOT NULL, last_seen_at REAL NOT NULL, UNIQUE (instance, key));
CREATE INDEX IF NOT EXISTS item_status ON item (instance, status);
CREATE INDEX IF NOT EXISTS item_modified ON item (instance, modified_at);
CREATE TABLE IF NOT EXISTS blob (item INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS item_log (
    n INTEGER PRIMARY KEY AUTOINCREMENT, item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
    at REAL NOT NULL, action TEXT NOT NULL, message TEXT, error TEXT, chunks INTEGER, took_ms INTEGER);
CREATE INDEX IF NOT EXISTS item_log_item ON item_log (item, n);
CREATE TABLE IF NOT EXISTS chunk (
    n INTEGER PRIMARY KEY AUTOINCREMENT, item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
    seq INTEGER NOT NULL, text TEXT NOT NULL, start_byte INTEGER NOT NULL, end_byte INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS chunk_item ON chunk (item, seq);
CREATE TABLE IF NOT EXISTS vector (
    instance INTEGER NOT NULL REFERENCES instance ON DELETE CASCADE, chunk INTEGER NOT NULL, item INTEGER NOT NULL,
    signs BLOB NOT NULL, PRIMARY KEY (instance, chunk)) WITHOUT ROWID;
CREATE VIEW IF NOT EXISTS instance_now AS SELECT i.*,
    EXISTS (SELECT 1 FROM job WHERE instance = i.n AND ended_at IS NULL)
        OR EXISTS (SELECT 1 FROM item WHERE instance = i.n AND status = 'running') AS busy,
    EXISTS (SELECT 1 FROM job WHERE instance = i.n AND ended_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM item WHERE instance = i.n AND status = 'completed') AS synced
    FROM instance i;
"""


def host_of(address: str | None) -> str | None:
    """Return the lower case host of a website address, None for a bucket name."""
    try:
        return urlsplit(address).hostname if address and "://" in address else None
    except ValueError:
        return None


_OF_THE_DISK = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_NOTADB,
}  # fmt: skip


def is_disk(error: BaseException) -> bool:
    """Tell whether the disk or the database as a whole refuses, so that no document is to blame."""
    return isinstance(error, sqlite3.Error) and (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _OF_THE_DISK


class Storage:
    """A thin hand on one SQLite connection; used by one thread at a time (the world holds a lock)."""

    def __init__(self, path: Path) -> None:
        """Open or create the database at `path`; what a killed process left in the WAL is taken over.

        Raises sqlite3.DatabaseError that names the file when it is no database or cannot be written.
        """
        try:
            self._open(path)
        except sqlite3.DatabaseError as error:
            advice = "move it away to start again; the uploaded files are in it"
            raise type(error)(f"{path} cannot be used ({error}); {advice}") from None

    def _open(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5.0)
        self._db.row_factory = sqlite3.Row
        self._db.create_function("host_of", 1, host_of, deterministic=True)
        self._db.create_function("spaced", 1, spaced, deterministic=True)
        self._depth = self._points = 0
        self.careful = False
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one transaction; a nested one joins the outer one."""
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already, or may leave a failed COMMIT open: without this
            # every later BEGIN would fail, also when there is room again.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        finally:
            self._depth = 0

    @contextmanager
    def carefully(self) -> Iterator[None]:
        """Let `guarded` undo what fails inside of it alone. It costs time: the full-text index is written each time."""
        before, self.careful = self.careful, True
        try:
            yield
        finally:
            self.careful = before

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Undo, inside `carefully`, what was done in the block when it fails; the rest of the transaction stays."""
        if not self.careful:
            yield
            return
        self._points += 1
        point = f"point_{self._points}"
        self._db.execute(f"SAVEPOINT {point}")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # a full disk may have ended it
                self._db.execute(f"ROLLBACK TO {point}")
                self._db.execute(f"RELEASE {point}")
            raise
        finally:
            self._points -= 1
        self._db.execute(f"RELEASE {point}")

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Execute one statement."""
        return self._db.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute one statement for each of `rows`."""
        self._db.executemany(sql, rows)

    def insert(self, sql: str, *values: Any) -> int:
        """Execute an INSERT and return the new row number."""
        return int(self._db.execute(sql, values).lastrowid or 0)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return every row of a query."""
        return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
        return found

    def number(self, sql: str, *values: Any) -> int:
        """Return the single integer of a query; 0 for no row or NULL."""
        found = self.row(sql, *values)
        return int(found[0] or 0) if found else 0

    def recall(self, key: str) -> str | None:
        """Return a remembered fact, or None."""
        found = self.row("SELECT value FROM meta WHERE key = ?", key)
        return None if found is None else str(found["value"])

    def remember(self, key: str, value: str) -> None:
        """Keep a fact across restarts."""
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    def forget(self, key: str) -> None:
        """Drop a remembered fact."""
        self.run("DELETE FROM meta WHERE key = ?", key)

    def watch(self, listener: Callable[[str], object] | None) -> None:
        """Call `listener` with every statement that is executed, values filled in; None stops it."""
        self._db.set_trace_callback(listener)

    def count_work(self, listener: Callable[[], None] | None) -> None:
        """Call `listener` after every hundred steps of SQLite's machine: what a statement really costs."""
        self._db.set_progress_handler(listener, 100)

    def close(self) -> None:
        """Close the connection; the WAL is folded into the file."""
        self._db.close()
