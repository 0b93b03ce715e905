"""One noun per module, and a test for each."""

import ast

from tests.architecture.source import PACKAGE, TESTS, modules, name

NOUNLESS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc", "shared"}
# modules whose tests stand elsewhere, and where
TESTED_ELSEWHERE: dict[str, str] = {
    "services/checks": "services/test_timelines.py",
    "services/siblings": "services/test_delivery.py",
    "api/endpoints": "api/test_northbound.py",
    "fronts/back": "fronts/test_front.py",
    "gateway/front": "faults/test_kill_fronts.py",
    "gateway/parts": "test_app.py",
    **{
        f"core/commands/{noun}": "core/test_commands.py"
        for noun in (
            "bases",
            "campaigns",
            "command",
            "enquiries",
            "files",
            "numbering",
            "patterns",
            "senders",
            "sending",
        )
    },
    **{
        f"core/results/{noun}": "core/test_results.py"
        for noun in (
            "bases",
            "campaigns",
            "enquiries",
            "files",
            "numbering",
            "patterns",
            "senders",
            "sending",
        )
    },
    **{
        f"store/schema/{noun}": "store/test_schema.py"
        for noun in ("metadata", "accounts", "messages", "moderation", "numbering", "subscribers", "tariffs")
    },
    "store/schema/access": "store/test_schema.py",
    "store/schema/placement": "architecture/test_keys.py",
    "store/dumps": "cli/test_db.py",
    "store/schema/providers": "store/test_schema.py",
    **{
        f"core/commands/{noun}": "core/test_commands.py"
        for noun in ("accounts", "changes", "inbox", "schedule", "statistics", "stops")
    },
    **{
        f"core/results/{noun}": "core/test_results.py"
        for noun in ("accounts", "changes", "inbox", "schedule", "statistics", "stops")
    },
    **{
        f"core/{kind}/{noun}": f"core/test_{kind}.py"
        for kind in ("commands", "results")
        for noun in (
            "callbacklog",
            "imports",
            "invoices",
            "pulse",
            "clientele",
            "finance",
            "installation",
            "rulings",
            "prices",
            "addedlinks",
            "carriage",
        )
    },
    "store/schema/routes": "store/test_schema.py",
    "store/place": "store/test_database.py",
    "store/schema/links": "store/test_schema.py",
    "store/schema/users": "store/test_schema.py",
    **{
        f"core/commands/{noun}": "core/test_commands.py"
        for noun in ("composing", "dashboards", "desk", "keys", "messages", "users")
    },
    **{
        f"core/results/{noun}": "core/test_results.py"
        for noun in ("composing", "dashboards", "keys", "messages", "timelines", "users")
    },
    "store/schema/finance": "store/test_schema.py",
    "store/schema/hours": "store/test_schema.py",
    "store/schema/imports": "store/test_schema.py",
    "gateway/composition": "cli/test_gateway.py",
    "gateway/processor": "test_processor.py",
    "web/cabinet/imports": "web/cabinet/test_bases.py",
    "store/schema/inbox": "store/test_schema.py",
    "store/schema/retention": "store/test_schema.py",
    "store/schema/leases": "store/test_schema.py",
    "api/sockets": "api/test_server.py",
    "gateway/sole": "test_app.py",
    "core/traces": "connectors/test_tracing.py",
    **dict.fromkeys(("api/asked", "workers/posting", "workers/spans"), "e2e/test_tracing.py"),
    **{f"gateway/{part}": "test_app.py" for part in ("carriers", "membership", "pages", "ringing", "upkeep")},
}


def test_no_module_is_called_after_nothing() -> None:
    assert [name(module) for module in modules() if NOUNLESS & set(name(module).split("/"))] == []


def test_every_module_has_its_tests() -> None:
    missing = []
    for module in modules():
        where = name(module)
        if module.name == "__init__.py" or where.startswith("store/migrations/"):
            continue  # a package's door, and what the tests of `store.migrate` compare with the schema
        parent, _, noun = where.rpartition("/")
        if where not in TESTED_ELSEWHERE and not (TESTS / parent / f"test_{noun}.py").exists():
            missing.append(where)
    assert missing == []


def test_modules_whose_tests_stand_elsewhere_are_there_and_so_are_the_tests() -> None:
    for where, tests in TESTED_ELSEWHERE.items():
        assert (PACKAGE / f"{where}.py").exists(), where
        assert (TESTS / tests).exists(), tests


def test_every_module_says_what_it_is_for() -> None:
    silent = [name(module) for module in modules() if not ast.get_docstring(ast.parse(module.read_text("utf-8")))]
    assert [where for where in silent if not where.endswith("__init__")] == []
