"""What Prometheus would read of the bot, and what the dashboard and the alerts ask for."""

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families

DOCS = Path(__file__).parents[2] / "docs"
_NAME = re.compile(r"\b(?:limner|process)_[a-z_]+")
_SELECTED = re.compile(r"\b((?:limner|process)_[a-z_]+)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')
# What Prometheus and the dashboard put there themselves.
OF_THE_SCRAPE = frozenset({"instance"})


@dataclass(frozen=True)
class Page:
    """One scrape: every line by its name and labels."""

    text: str
    lines: dict[tuple[str, frozenset[tuple[str, str]]], float]

    @classmethod
    def read(cls, text: str) -> "Page":
        families = text_string_to_metric_families(text)
        samples = [sample for family in families for sample in family.samples]
        return cls(text, {(each.name, frozenset(each.labels.items())): each.value for each in samples})

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.lines}

    def values(self, name: str, **labels: str) -> dict[str, float]:
        """The lines of a name that are not 0, by the values of their other labels."""
        wanted = set(labels.items())
        return {
            " ".join(value for _, value in sorted(given - wanted)): number
            for (each, given), number in self.lines.items()
            if each == name and wanted <= given and number
        }

    def total(self, name: str, **labels: str) -> float:
        return math.fsum(self.values(name, **labels).values())

    def labels_of(self, name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for each, given in self.lines:
            if each == name:
                for label, value in given:
                    found.setdefault(label, set()).add(value)
        return found


def dashboard() -> dict[str, Any]:
    return json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))


def rules() -> list[dict[str, Any]]:
    """The alerts, as Prometheus reads them."""
    [group] = yaml.safe_load((DOCS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return group["rules"]


def asked_for() -> list[str]:
    """Every expression of the dashboard and of the alerts."""
    panels = [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", [])]
    return [*panels, *(rule["expr"] for rule in rules())]


def names_in(expressions: list[str]) -> set[str]:
    return {name for each in expressions for name in _NAME.findall(each)}


def selected(expression: str) -> list[tuple[str, str, list[str]]]:
    """(name, label, values) of each matcher in an expression."""
    return [
        (name, label, values.split("|") if "~" in sign else [values])
        for name, inside in _SELECTED.findall(expression)
        for label, sign, values in _MATCHER.findall(inside)
        if label not in OF_THE_SCRAPE
    ]
