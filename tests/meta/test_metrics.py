"""Dashboard, alerts, the document and the bot speak of the same numbers, with labels and values that there are."""

import re
import subprocess
import sys

from bot import __version__
from bot.jobs.failures import CODES
from bot.metrics.prometheus import PrometheusMeasures
from tests.fakes.scraped import DOCS, Page, asked_for, dashboard, names_in, rules, selected
from tests.meta.repository import REPO

# Set by whoever wires the bot, so not there before it runs.
_PARTS = {"discord": True, "jobs": True, "database": True}
_SUFFIX = re.compile(r"_(?:bucket|count|sum)$")


def there() -> Page:
    measures = PrometheusMeasures(__version__, CODES)
    measures.traffic(None, 0.0, 0.0)
    measures.parts(breaker=False, disk=True, writes=0, shards=(1, 1), ready=_PARTS)
    return Page.read(measures.page().decode())


PAGE = there()
OURS = {name for name in PAGE.names if name.startswith("limner_")}


def families() -> set[str]:
    """Our numbers, a histogram as one."""
    histograms = {_SUFFIX.sub("", name) for name in OURS if name.endswith("_bucket")}
    return {base if (base := _SUFFIX.sub("", name)) in histograms else name for name in OURS}


def test_there_are_numbers() -> None:
    assert len(families()) > 25


def test_what_is_asked_for_is_there() -> None:
    assert names_in(asked_for()) - PAGE.names == set()


def test_what_is_there_is_asked_for() -> None:
    asked = {_SUFFIX.sub("", name) for name in names_in(asked_for())}
    assert {name for name in families() if name not in asked} == set()


def test_each_selector_fits_labels_and_values() -> None:
    wrong = [
        (name, label, value)
        for expression in asked_for()
        for name, label, values in selected(expression)
        for value in values
        if value not in PAGE.labels_of(name).get(label, set())
    ]
    assert wrong == []
    grouped = [
        (expression, label)
        for expression in asked_for()
        for names in re.findall(r"\bby \(([^)]*)\)", expression)
        for label in names.split(", ")
        if not any(label in PAGE.labels_of(name) for name in names_in([expression]))
    ]
    assert grouped == []


def test_names_follow_the_conventions() -> None:
    for name in families():
        assert re.fullmatch(r"limner_[a-z]+(_[a-z]+)*", name), name
        kind = re.search(rf"^# TYPE {name} (\w+)$", PAGE.text, re.MULTILINE)
        assert kind, name
        assert (kind[1] == "counter") is name.endswith("_total"), name
        assert kind[1] != "histogram" or name.endswith("_seconds"), name


def test_no_label_could_name_somebody() -> None:
    allowed = {
        "kind",
        "reason",
        "cause",
        "status",
        "call",
        "outcome",
        "way",
        "result",
        "state",
        "part",
        "version",
        "le",
    }
    assert {label for name in OURS for label in PAGE.labels_of(name)} <= allowed


def test_every_counter_begins_with_a_line_for_every_value() -> None:
    """Else the first failure of its kind would be no increase."""
    measures = PrometheusMeasures(__version__, CODES)
    lines = set(Page.read(measures.page().decode()).lines)
    assert {name for name, _ in lines if name.endswith("_total")} >= {n for n in OURS if n.endswith("_total")}
    assert len([1 for name, _ in lines if name == "limner_vendor_calls_total"]) > 50


def test_the_document_explains_every_number_and_every_alert() -> None:
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    chapter = text.split("\n## Metrics and alerts\n")[1].split("\n## ")[0]
    rows = set(re.findall(r"^\| `(limner_[a-z_]+)[`{]", chapter, re.MULTILINE))
    assert rows == families()
    alerts = set(re.findall(r"^\| `(Limner[A-Za-z]+)` ", chapter, re.MULTILINE))
    assert alerts == {rule["alert"] for rule in rules()}


def test_the_dashboard_is_whole() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places: set[tuple[int, int]] = set()
    for panel in panels:
        spot = panel["gridPos"]
        cells = {(spot["x"] + x, spot["y"] + y) for x in range(spot["w"]) for y in range(spot["h"])}
        assert not cells & places, panel["title"]
        assert max(x for x, _ in cells) < 24
        places |= cells


def test_every_alert_says_what_is_wrong_and_how_bad_it_is() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"].endswith(".")
        for label in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]):
            assert f"by ({label})" in rule["expr"] or label in PAGE.labels_of(next(iter(names_in([rule["expr"]]))))


def test_who_does_without_does_not_even_import_it() -> None:
    """The whole bot, wired as it runs where no port is set."""
    program = "import sys, bot.app, cogs.portraits, cogs.servers; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=REPO, check=False).returncode == 0
