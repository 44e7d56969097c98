"""Every statement in `bot/storage/*.sql` is used, and every statement that is used is there."""

import ast
import re
from collections import Counter

import psycopg
import pytest

from bot.storage.database import Database, open_database
from bot.storage.sql import load
from bot.storage.units import DatabaseError
from tests.fakes.cluster import Cluster
from tests.meta.repository import REPO, files, name_of, parsed, python_files

FOLDER = REPO / "bot/storage"
SQL_FILES = sorted(path.stem for path in files() if path.parent == FOLDER and path.suffix == ".sql")
# What a server says of itself is asked of PostgreSQL alone, at every start; and what moves from one to the other.
ONE_SIDED = {"server", "moving", "turns"}
STATEMENTS = [(file, name) for file in SQL_FILES if file not in ONE_SIDED for name in load(file)]
PORTABLE = [(file, name) for file, name in STATEMENTS if file != "schema"]
READERS = ("SELECT", "WITH")


def loads(module: ast.Module) -> dict[str, str]:
    """The names that a module gives to loaded files: `_SQL = load("jobs")` is {"_SQL": "jobs"}."""
    found: dict[str, str] = {}
    for node in ast.walk(module):
        if not (
            isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name)
        ):
            continue
        call = node.value
        if isinstance(call.func, ast.Name) and call.func.id == "load" and isinstance(call.args[0], ast.Constant):
            found[node.targets[0].id] = str(call.args[0].value)
    return found


def subscripts(module: ast.Module) -> set[tuple[str, str]]:
    """(file, statement) of every `_SQL["name"]`."""
    loaded = loads(module)
    return {
        (loaded[node.value.id], str(node.slice.value))
        for node in ast.walk(module)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in loaded
        and isinstance(node.slice, ast.Constant)
    }


def mentioned(module: ast.Module) -> set[tuple[str, str]]:
    """(file, text) of every text in a module that loads the file: names are also handed to helpers."""
    texts = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {(file, text) for file in loads(module).values() for text in texts}


MODULES = [parsed(path) for path in python_files("bot")]


def test_there_are_statements() -> None:
    assert {"jobs", "portraits", "quotas", "characters"} <= set(SQL_FILES)
    assert len(STATEMENTS) > 50


@pytest.mark.parametrize("file", SQL_FILES)
def test_no_name_is_given_twice(file: str) -> None:
    names = re.findall(r"^-- name: (\w+)$", (FOLDER / f"{file}.sql").read_text(), re.MULTILINE)
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_every_statement_that_is_used_exists() -> None:
    assert set().union(*map(subscripts, MODULES)) - {(file, name) for file in SQL_FILES for name in load(file)} == set()


def test_every_statement_is_used() -> None:
    assert set(STATEMENTS) - set().union(*map(mentioned, MODULES)) == set()


def test_sql_stands_in_files() -> None:
    """Statements in Python are few and named here, so that new ones are written into the files."""
    beginning = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH) ")
    found = {
        name_of(path)
        for path in python_files("bot", "cogs")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and beginning.match(node.value)
    }
    assert found <= {"bot/checkup.py"}


def parameters(sql: str) -> dict[str, int]:
    return dict.fromkeys(re.findall(r"(?<!:):(\w+)", re.sub(r"--.*", "", sql)), 1)


async def plan(database: Database, file: str, name: str) -> list[str]:
    sql = load(file)[name]
    rows = await database.all(f"EXPLAIN QUERY PLAN {sql}", parameters(sql))
    return [str(row["detail"]) for row in rows]


async def test_every_statement_fits_the_schema(database: Database) -> None:
    wrong: dict[tuple[str, str], DatabaseError] = {}
    for file, name in STATEMENTS:
        try:
            await plan(database, file, name)
        except DatabaseError as error:
            wrong[file, name] = error
    assert wrong == {}


# What the driver says of a number, where no column does; texts and NULLs are of whatever kind the statement needs.
NUMBERS = {"units", "clock", "now", "barred", "token_life"}


def prepared(sql: str) -> str:
    """As the driver sends it: parsed with parameters whose kinds must be plain from where they stand."""
    names = list(parameters(sql))
    kinds = ", ".join("bigint" if name in NUMBERS else "unknown" for name in names)
    numbered = re.sub(r"'[^']*'|--.*|(?<!:):(\w+)", lambda m: f"${names.index(m[1]) + 1}" if m[1] else m[0], sql)
    return f"PREPARE tried {f'({kinds})' if names else ''} AS {numbered}"


@pytest.mark.slow
async def test_every_statement_runs_on_postgresql_too(cluster: Cluster) -> None:
    """And every migration, since the schema is made of them. No statement knows which database it is for."""
    wrong: list[str] = []
    with cluster.schema() as url:
        async with open_database(url):
            for file, name in PORTABLE:
                sql = prepared(load(file)[name])
                try:
                    with psycopg.connect(url) as connection:
                        connection.execute(sql.encode())
                except psycopg.Error as error:
                    wrong.append(f"{file}.sql, {name}: {error}")
    assert not wrong


BIG = ("take", "portrait", "quota_counter", "quota_hold", "character", "interaction_done")
# The tables under their aliases in the statements.
_FULL_SCAN = re.compile(rf"^SCAN (?:{'|'.join(BIG)}|[a-z])$")


HOT = [
    ("keeping", "images_of_folder", "take_image"),
    ("keeping", "images_of_folder", "character_reference"),
    ("jobs", "first_lane", "lane_waiting"),
    ("jobs", "first_take", "take_waiting"),
    ("jobs", "claim_take", "INTEGER PRIMARY KEY"),
    ("jobs", "record_submitted", "sqlite_autoindex_take"),
    ("jobs", "renew_lease", "sqlite_autoindex_take"),
    ("jobs", "finish_take", "sqlite_autoindex_take"),
    ("jobs", "expired_submitted", "take_running"),
    ("jobs", "expired_held", "take_held"),
    ("jobs", "deliverable", "portrait_done"),
    ("jobs", "overdue", "portrait_due"),
    ("jobs", "unordered", "portrait_due"),
    ("jobs", "idle_lanes", "lane_idle"),
    ("jobs", "late", "take_running"),
    ("jobs", "late", "take_held"),
    ("jobs", "backlog", "take_running"),
    ("jobs", "backlog", "lane_waiting"),
    ("jobs", "ahead_in_lane", "take_waiting"),
    ("jobs", "lanes_before", "lane_waiting"),
    ("jobs", "all_waiting", "take_waiting"),
    ("jobs", "open_cards", "portrait_open"),
    ("jobs", "open_portraits", "portrait_open"),
    ("jobs", "measured", "take_measured"),
    ("traffic", "now", "take_waiting"),
    ("traffic", "now", "take_held"),
    ("traffic", "now", "take_running"),
    ("traffic", "now", "lane_waiting"),
    ("traffic", "now", "portrait_due"),
    ("traffic", "now", "portrait_done"),
    ("traffic", "now", "portrait_open"),
    ("traffic", "waiting_in", "sqlite_autoindex_lane"),
    ("traffic", "ended", "portrait_finished"),
    ("traffic", "painted", "take_measured"),
    ("portraits", "open_of_owner", "portrait_open_of_owner"),
    ("portraits", "open_in_lane", "sqlite_autoindex_lane"),
    ("done", "known", "PRIMARY KEY"),
    ("done", "prune", "interaction_done_age"),
    ("portraits", "pressed_since", "portrait_pressed"),
    ("portraits", "takes", "sqlite_autoindex_take"),
    ("portraits", "prune_tokens", "portrait_token"),
    ("characters", "poses_to_show", "portrait_of_character"),
    ("characters", "shared_starting_with", "character_share_name"),
    ("portraits", "older", "portrait_gallery"),
    ("portraits", "newer", "portrait_gallery"),
    ("portraits", "listed", "portrait_gallery"),
    ("portraits", "counted", "(owner_id=?"),
    ("portraits", "listed_favourites", "portrait_favourite"),
    ("portraits", "counted_favourites", "portrait_favourite"),
    ("preferences", "of_member", "INTEGER PRIMARY KEY"),
    ("characters", "by_key", "sqlite_autoindex_character"),
    ("characters", "starting_with", "sqlite_autoindex_character"),
    ("quotas", "lower_counter", "SEARCH quota_counter"),
    ("quotas", "read_counter", "SEARCH quota_counter"),
    ("quotas", "lost_holds", "quota_hold_open"),
    ("servers", "at_limit", "quota_counter_win (win=? AND guild_id=? AND scope=?)"),
    ("servers", "untold_notices", "month_notice_untold"),
    ("servers", "tell_notice", "PRIMARY KEY"),
]


async def test_hot_statements_use_their_index(database: Database) -> None:
    for file, name, index in HOT:
        details = await plan(database, file, name)
        assert any(index in detail for detail in details), (file, name, details)
        assert not [detail for detail in details if _FULL_SCAN.match(detail)], (file, name, details)


async def test_raising_a_counter_reads_no_table(database: Database) -> None:
    """An upsert finds its row by the primary key: SQLite plans nothing beyond the insert."""
    details = await plan(database, "quotas", "raise_counter")
    assert not [detail for detail in details if detail.startswith("SCAN")], details


async def test_no_statement_reads_a_whole_big_table(database: Database) -> None:
    plans = {(file, name): await plan(database, file, name) for file, name in STATEMENTS}
    assert [each for each, details in plans.items() if any(map(_FULL_SCAN.match, details))] == []


def test_the_folder_holds_nothing_else() -> None:
    assert {file for file in SQL_FILES if not (FOLDER / f"{file}.py").exists()} == set(), "each beside its store"
