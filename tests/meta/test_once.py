"""Whatever an interaction changes is recorded with the change: no write goes around the record by accident."""

import ast

from tests.meta.repository import REPO, name_of, parsed, python_files
from tests.storage.test_once import STEPS

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Writes that are no interaction's change, or that are safe to repeat; each with its reason.
UNRECORDED = {
    "done.change": "the one way to write with a record",
    "SqlJobs.finish": "a job's step: a compare-and-set on state and epoch",
    "SqlJobs._set": "a job's step: a compare-and-set on state and epoch",
    "SqlJobs.take_work": "a job's step; and the first acknowledgement counts",
    "SqlJobs.give_back": "a job's step",
    "SqlJobs.bar": "what the vendor said of a model; the last word holds",
    "SqlJobs.expire": "a job's step: the deadline has come",
    "SqlJobs.end_waiting": "a job's step: it waited for too long",
    "SqlJobs.begin_delivery": "a job's step",
    "SqlJobs.postpone_delivery": "a job's step",
    "SqlJobs.settle": "a job's step: final once",
    "SqlJobs.take_over": "a job's step",
    "SqlJobs.release_all": "at the start of the process",
    "SqlJobs.rebase": "at the start of the process",
    "SqlJobs.tidy": "a chore",
    "SqlJobs.pause": "what the vendor said; the last word holds",
    "FleetJobs.claim": "a job's step: a turn that has its image does not get another",
    "FleetJobs.take_over": "a chore: turns that are missing",
    "FleetJobs.renew_deliveries": "a job's step: of this worker's deliveries alone",
    "_Fenced._step": "the engine's own row of a turn, while it is this worker's",
    "SqlBreaker.change": "what the vendor said; the last word holds",
    "SqlCards.begin_edit": "a step of a waiting card: a compare-and-set",
    "SqlCards.end_edit": "a step of a waiting card: a compare-and-set",
    "SqlCrew.leave": "at the end of the process",
    "PostgresHolds.tell": "a bell: nothing is written",
    "SqlPolicies.tell_notice": "a chore: a compare-and-set, told once",
    "SqlPortraits.reach": "the newest way to a message; the last word holds",
    "SqlPrivacy._drop": "a part of a deletion, which is recorded by its last step; or a chore",
    "SqlPrivacy.drop_some_images": "a chore",
    "SqlPrivacy.drop_old_counters": "a chore",
    "SqlPrivacy.depart": "an event of the gateway; the first time counts",
    "SqlPrivacy.come_back": "an event of the gateway",
    "SqlPrivacy.drop_server": "a chore",
    "SqlCharacters.drop_upload": "forgets what was not agreed to; twice is once",
    "SqlConsents.give": "the first tick counts",
    "SqlCharacters.drop_old_uploads": "forgets what nobody came back for",
}
RECORD_ITSELF = "SqlDone.record"


def functions(module: ast.Module, stem: str) -> dict[str, Function]:
    """Module functions as `file.name`, methods as `Class.name`."""
    found: dict[str, Function] = {}
    for owner in (module, *(node for node in module.body if isinstance(node, ast.ClassDef))):
        prefix = owner.name if isinstance(owner, ast.ClassDef) else stem
        found |= {f"{prefix}.{node.name}": node for node in owner.body if isinstance(node, Function)}
    return found


def called(function: Function) -> set[str]:
    """`self._database.write(...)` is "_database.write", `done.change(...)` is "done.change"."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {".".join(ast.unparse(each).split(".")[-2:]) for each in calls}


def writers(*calls: str) -> set[str]:
    return {
        name
        for path in python_files("bot", "cogs")
        for name, function in functions(parsed(path), path.stem).items()
        if called(function) & set(calls)
    }


def test_every_write_records_the_interaction_or_says_why_not() -> None:
    # The store of the jobs calls its patient form of it `_write`.
    own = {name for name in writers("self._write") if name.startswith(("Sql", "Fleet"))}
    plain = writers("_database.write", "database.write") | own
    plain -= {RECORD_ITSELF}
    assert plain - set(UNRECORDED) == set(), "use `done.change`, or give the reason in UNRECORDED"
    assert set(UNRECORDED) - plain == set()


def test_only_stores_write() -> None:
    found = [
        name_of(path)
        for path in python_files("bot", "cogs")
        if path.parent != REPO / "bot/storage"
        for function in functions(parsed(path), path.stem).values()
        if called(function) & {"_database.write", "database.write", "done.change"}
    ]
    assert found == []


def test_every_recorded_change_is_tried_twice_and_at_once() -> None:
    assert set(STEPS) == writers("done.change") | {RECORD_ITSELF}


def test_only_a_step_of_a_larger_change_may_go_without() -> None:
    """`once` may be None where an open portrait is cancelled because its owner's data is deleted, and where a rule goes
    because Discord says that its role or channel was deleted; and where the operator decides about a report.
    """
    optional = {
        name
        for path in python_files("bot")
        for name, function in functions(parsed(path), path.stem).items()
        for each in function.args.args
        if each.arg == "once" and each.annotation and "None" in ast.unparse(each.annotation)
    }
    settings = {f"{store}.{name}" for store in ("SqlPolicies", "PolicyStore") for name in ("change", "set_role_limit")}
    reports = {"SqlReports.decide", "ReportStore.decide"}
    assert optional == {"done.change", "SqlJobs.cancel", "CancellingJobs.cancel", *settings, *reports}


def test_every_use_case_that_changes_something_is_told_first_who_asks() -> None:
    found: set[str] = set()
    for path in python_files("bot"):
        if REPO / "bot/services" not in path.parents:
            continue
        for name, function in functions(parsed(path), path.stem).items():
            if ".once" not in ast.unparse(function) or name == "Asker.once":
                continue
            found.add(name)
            first = next(each for each in function.args.args if each.arg != "self")
            assert ast.unparse(first.annotation or ast.Constant(None)) == "Asker", name
    assert {"Administration.reset", "Characters._write", "Sharing.share", "Transfer.bring", "Privacy.delete"} <= found


def test_nothing_else_reads_the_number_of_an_interaction() -> None:
    """One mechanism: what is done already is told by the record alone."""
    found = {
        name_of(path)
        for path in (REPO / "bot/storage").glob("*.sql")
        if "interaction_id =" in path.read_text(encoding="utf-8")
    }
    assert found == {"bot/storage/done.sql"}
