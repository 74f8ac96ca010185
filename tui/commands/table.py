"""Every command as one row: name, summary, arguments, and the function that does it, imported only when it is called.

Help, completion, the man page and `docs/commands.md` are made from these rows; so a new command is one row here and one
module beside it. Nothing heavy is imported: `--help` costs no library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple


class Argument(NamedTuple):
    """One argument as argparse takes it: its names, and the rest by keyword."""

    names: tuple[str, ...]
    options: dict[str, Any]


class CommandRow(NamedTuple):
    """One command. `run` is `module:function`, `more` the text below the summary in its help.

    With `connects` the function is `async (Invocation) -> exit code` and takes the shared flags; without, it is
    called with the flags as a mapping, and `flags` names the groups of shared flags that it takes.
    `refused` is the function that is called as `(Output, AppError) -> exit code` where errors are not just told.
    """

    name: str
    summary: str
    run: str
    arguments: tuple[Argument, ...] = ()
    connects: bool = True
    flags: tuple[str, ...] = ()
    more: str = ""
    refused: str = ""

    def load(self) -> Callable[..., Any]:
        """The function, imported now."""
        return load(self.run)


def load(place: str) -> Callable[..., Any]:
    """The function at `module:function`."""
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def number(text: str) -> int:
    """A whole number that is not negative. Raises ValueError."""
    if not text.isdecimal():
        raise ValueError
    return int(text)


def arg(*names: str, **options: Any) -> Argument:
    """An argument, written as for `add_argument`."""
    return Argument(names, options)


REF = arg("ref", metavar="REF", help="an instance: NAME, or NAMESPACE/NAME")
REFS = arg("refs", metavar="REF", nargs="+", help="instances: NAME, or NAMESPACE/NAME")
LIMIT = arg("--limit", metavar="N", type=number, default=50, help="at most this many, newest first (default: 50)")
YES = arg("--yes", action="store_true", help="do it: without a terminal nothing is asked")
STALENESS = arg(
    "--max-staleness",
    metavar="TIME",
    default="15m",
    help="use counters that an earlier run kept, if younger than this (default: 15m)",
)
CONNECTION, TOKEN, PROFILE = "connection", "token", "profile"
"""Groups of flags that several commands share: see `parser.py`."""


def _commands(*lists: tuple[CommandRow, ...]) -> tuple[CommandRow, ...]:
    return tuple(one for rows in lists for one in rows)


_SETUP = (
    CommandRow(
        "login",
        "verify an API token and store it in the keyring",
        "tui.commands.login:login",
        (arg("--insecure-storage", action="store_true", help="store it in a plain file of mode 0600 instead"),),
        connects=False,
        flags=(PROFILE, CONNECTION, TOKEN),
    ),
    CommandRow("logout", "remove the stored API token", "tui.commands.login:logout", connects=False, flags=(PROFILE,)),
    CommandRow(
        "doctor",
        "show what the console would work with here, and what is in its way",
        "tui.commands.doctor:doctor",
        (arg("--json", action="store_true", help="one JSON object a finding"),),
        connects=False,
        flags=(PROFILE, CONNECTION, TOKEN),
    ),
    CommandRow(
        "config",
        "check the configuration, say where it is, edit it, or print its JSON schema",
        "tui.commands.config:run",
        (arg("do", metavar="DO", choices=("check", "path", "edit", "schema"), help="check, path, edit or schema"),),
        connects=False,
        flags=(PROFILE,),
        more="check reads all that the console reads at its start; edit creates the file if there is none, opens it "
        "in VISUAL or EDITOR, and checks it afterwards.",
    ),
)
_LOOK = (
    CommandRow(
        "ls",
        "list instances with their health and counters, trouble first",
        "tui.commands.ls:run",
        (
            arg("--state", metavar="WORD,...", help="only those in one of these states, such as failed,errors"),
            arg("--no-stats", action="store_true", help="read the list only: one request for 100 instances"),
        ),
    ),
)
_ONE = (
    CommandRow("get", "show one instance in full", "tui.commands.get:run", (REF,)),
    CommandRow("stats", "show the counters of one instance", "tui.commands.get:stats", (REF,)),
    CommandRow("jobs", "list the sync jobs of an instance, newest first", "tui.commands.jobs:run", (REF, LIMIT)),
    CommandRow(
        "items",
        "list the documents of an instance",
        "tui.commands.items:run",
        (
            REF,
            arg("--status", metavar="S", help="only those in this status, such as error"),
            arg("--source", metavar="S", help="only those of this source, such as builtin"),
            arg("--search", metavar="TEXT", help="only those whose key contains this"),
            LIMIT,
        ),
    ),
)
_WRITES = (
    CommandRow(
        "sync",
        "start sync jobs, and wait for their end if asked to",
        "tui.commands.sync:run",
        (
            REFS,
            arg("--wait", action="store_true", help="wait until they have ended; the exit code is their outcome"),
            arg("--timeout", metavar="TIME", default="30m", help="end with exit code 124 after this (default: 30m)"),
            arg("--note", metavar="TEXT", help="description of the job"),
            arg("--yes", action="store_true", help="end a running job instead of waiting for its end"),
        ),
        more="Waits for a cool-down of the server and for the end of a running job, and says so on standard error.",
    ),
    CommandRow(
        "cancel",
        "cancel the running job",
        "tui.commands.cancel:run",
        (REF, arg("job", metavar="JOB", nargs="?", help="its id or its beginning (default: the running one)")),
    ),
    CommandRow("pause", "pause the scheduled indexing of instances", "tui.commands.pause:pause", (REFS,)),
    CommandRow("resume", "resume the scheduled indexing of instances", "tui.commands.pause:resume", (REFS,)),
    CommandRow(
        "resync",
        "index documents again",
        "tui.commands.resync:run",
        (
            REF,
            arg("keys", metavar="KEY", nargs="*", help="keys of documents"),
            arg("--errors", action="store_true", help="all that failed"),
        ),
    ),
)
_LOGS = (
    CommandRow(
        "logs",
        "print the log of a job, or follow those of instances",
        "tui.commands.logs:run",
        (
            arg("refs", metavar="REF", nargs="+", help="instances, or one instance and the id of its job"),
            arg("-f", "--follow", action="store_true", help="print lines as they come, until the job has ended"),
            arg("--forever", action="store_true", help="follow the next job too, and so on"),
            arg("--tail", metavar="N", type=number, help="only the last N lines"),
            arg("--errors", action="store_true", help="only lines that report errors"),
            arg("--since", metavar="TIME", help="only lines younger than this, such as 10m"),
            arg("--timestamps", action="store_true", help="begin each line with its time in UTC"),
        ),
        more="Without a job it is the newest one. Of several instances each line begins with its instance.",
    ),
)
FILES = arg("-f", "--file", dest="files", metavar="FILE", nargs="+", required=True, help="configuration files")
_CONFIGURATION = (
    CommandRow(
        "export",
        "print configurations, or write each into a file",
        "tui.commands.export:run",
        (
            REFS,
            arg("-o", "--output", metavar="DIR", help="folder for one file per instance, NAMESPACE.NAME.toml"),
            arg("--format", choices=("toml", "json", "hcl"), help="hcl is for Terraform (default: toml)"),
        ),
        more="Files are readable by their owner only. Fields that the server keeps by itself are left out.",
    ),
    CommandRow(
        "diff",
        "compare configuration files with their instances",
        "tui.commands.diff:run",
        (FILES,),
        more="Ends with exit code 5 when anything differs. Fields that a file leaves out are not compared.",
    ),
    CommandRow(
        "apply",
        "make instances what configuration files say",
        "tui.commands.apply:run",
        (FILES, YES),
        more="Prints a plan; without --yes that is all. Creates what is not there. A file that was exported before "
        "somebody else's change is refused.",
    ),
    CommandRow(
        "delete",
        "delete an instance, after saying what is lost",
        "tui.commands.delete:run",
        (REF, arg("--yes", metavar="NAME", help="the exact name of the instance: without it nothing is deleted")),
        more="Its configuration is saved first, to a file from which `aisearch apply` can create it again.",
    ),
)
_SEARCH_OPTIONS = (
    arg("--max-results", metavar="N", help="at most this many chunks, 1 to 50"),
    arg("--threshold", metavar="X", help="least score, 0 to 1"),
    arg("--retrieval", choices=("vector", "keyword", "hybrid"), help="how chunks are looked for"),
    arg("--keyword-match", choices=("and", "or"), help="whether a chunk must have all words"),
    arg("--fusion", choices=("rrf", "max"), help="how the two rankings become one"),
    arg("--reranking", choices=("on", "off"), help="rank the best chunks again by a model"),
    arg("--rewrite", choices=("on", "off"), help="let a model rewrite the query"),
    arg("--expansion", metavar="N", help="neighbours of a chunk that come with it, 0 to 3"),
    arg("--filters", metavar="JSON", help="filter on metadata"),
)
_QUESTIONS = (
    CommandRow(
        "search",
        "search an instance: ranked chunks with every score",
        "tui.commands.search:search",
        (REF, arg("words", metavar="QUERY", nargs="+", help="what to search for"), *_SEARCH_OPTIONS),
    ),
    CommandRow(
        "ask",
        "ask an instance: an answer that streams, with its sources",
        "tui.commands.search:ask",
        (REF, arg("words", metavar="QUESTION", nargs="+", help="the question"), *_SEARCH_OPTIONS),
    ),
)
_WATCH = (
    CommandRow(
        "check",
        "one line for a monitoring system, from kept counters where possible",
        "tui.commands.check:run",
        (
            arg("refs", metavar="REF", nargs="*", help="instances (default: all)"),
            arg("--max-errors", metavar="N", type=number, help="more failed items than this are CRITICAL"),
            arg("--max-age", metavar="TIME", help="nothing for longer than this is a WARNING"),
            arg("--stalled", metavar="TIME", default="30m", help="stalled for longer is CRITICAL (default: 30m)"),
            STALENESS,
        ),
        more="Ends with 0 OK, 1 WARNING, 2 CRITICAL or 3 UNKNOWN, as monitoring plugins do. Each run reads the stalest "
        "counters only, so that it may run every minute. With --json it is one object: state, code, message, findings "
        "and performance.",
        refused="tui.commands.check:refused",
    ),
    CommandRow(
        "metrics",
        "print gauges in the text form of Prometheus",
        "tui.commands.metrics:run",
        (arg("--textfile", metavar="PATH", help="replace this file with them, whole or not at all"), STALENESS),
    ),
)
_ABOUT = (
    CommandRow(
        "completion",
        "print the completion of a shell",
        "tui.commands.help:completion",
        (arg("shell", choices=("bash", "zsh", "fish"), help="which one"),),
        connects=False,
        more="For bash: source <(aisearch completion bash)",
    ),
    CommandRow(
        "help",
        "show the help of a command",
        "tui.commands.help:show_help",
        (arg("topic", metavar="COMMAND", nargs="?", help="which command (default: the program)"),),
        connects=False,
    ),
)
_LAB = (
    CommandRow(
        "eval",
        "run a query set against its arms and measure what they find",
        "tui.commands.eval:run",
        (
            arg("set", metavar="SET.toml", nargs="?", help="the query set; the demo has its own"),
            arg("--instance", metavar="REF", help="for arms that name no instance"),
            arg("--baseline", metavar="RUN.json", help="fail when an arm is worse than it was in this run"),
            *(
                arg(f"--min-{name}", metavar="N", type=float, help=f"fail when the first arm's {name} is less")
                for name in ("recall", "precision", "mrr", "ndcg")
            ),
            arg("-o", "--output", metavar="RUN.json", help="keep the run in this file"),
        ),
        more="Exit code 5 when --baseline or a --min is missed, 6 when a query got no answer.",
    ),
    CommandRow(
        "why",
        "say why a search finds an item, or at which stage it is lost",
        "tui.commands.why:run",
        (
            REF,
            arg("key", metavar="KEY", help="the item's key"),
            arg("query", metavar="QUERY", help="what is searched for"),
            arg("--max-results", metavar="N", help="as in the search that is explained, 1 to 50"),
            arg("--threshold", metavar="N", help="the same, 0 to 1"),
            arg("--retrieval", choices=("vector", "keyword", "hybrid"), help="the same"),
            arg("--keyword-match", choices=("and", "or"), help="the same"),
            arg("--fusion", choices=("rrf", "max"), help="the same"),
            arg("--reranking", choices=("on", "off"), help="the same"),
            arg("--rewrite", choices=("on", "off"), help="the same"),
            arg("--filters", metavar="JSON", help="the same: a metadata filter"),
        ),
        more="Costs at most 10 requests. Exit code 5 when the item is not found.",
    ),
    CommandRow(
        "coverage",
        "compare the items of an instance with what its source should hold",
        "tui.commands.coverage:run",
        (
            REF,
            arg("file", metavar="FILE", nargs="?", help="one key a line, or a lister's JSON; - is standard input"),
            arg("--sitemap", metavar="URL", help="a sitemap of the instance's own website instead"),
            arg("--min", metavar="PERCENT", type=float, help="fail when fewer are indexed, such as 99.5"),
            arg("--all", action="store_true", help="list what is indexed too"),
        ),
        more="Exit code 5 when --min is missed.",
    ),
)
COMMANDS: tuple[CommandRow, ...] = _commands(
    _SETUP, _LOOK, _ONE, _LOGS, _WRITES, _CONFIGURATION, _QUESTIONS, _LAB, _WATCH, _ABOUT
)
EMULATE = "emulate", "serve AI Search on this machine, offline"
"""Its arguments are its own: they cost an import of the web server."""


def find(name: str | None) -> CommandRow | None:
    """The row of a command."""
    return next((one for one in COMMANDS if one.name == name), None)
