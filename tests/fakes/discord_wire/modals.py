"""Filling a modal in."""

from typing import Any

from tests.fakes.discord_wire import components as tree
from tests.fakes.discord_wire.options import ClientRefused, Resolved

TEXT_INPUT, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 4, 19, 21, 22, 23


def fill(modal: dict[str, Any], answers: dict[str, Any], resolved: Resolved, *, validate: bool) -> list[dict[str, Any]]:
    """The submitted components. Answers are found by custom_id or by label; what is not answered keeps
    the value that the modal put in.
    """
    left = dict(answers)
    ids = iter(range(1, 1000))
    filled = []
    for item in modal["components"]:
        number = item.get("id") or next(ids)
        if item["type"] == tree.TEXT:
            filled.append({"type": tree.TEXT, "id": number})
        elif item["type"] == tree.LABEL:
            inner = _answer(item["component"], item["label"], left, resolved, validate=validate)
            filled.append({"type": tree.LABEL, "id": number, "component": {"id": next(ids)} | inner})
        else:
            inner = [
                {"id": next(ids)} | _answer(c, c.get("label") or "", left, resolved, validate=validate)
                for c in item["components"]
            ]
            filled.append({"type": tree.ROW, "id": number, "components": inner})
    if left:
        raise LookupError(f"the modal {modal['title']!r} has no fields {sorted(left)}")
    return filled


def _answer(
    field: dict[str, Any], label: str, left: dict[str, Any], resolved: Resolved, *, validate: bool
) -> dict[str, Any]:
    key = next((key for key in left if key in {field["custom_id"], label}), None)
    if key is None:
        key = next((key for key in left if key.casefold() in label.casefold()), None)
    value = left.pop(key) if key is not None else _default(field)
    answer = {"type": field["type"], "custom_id": field["custom_id"]}
    if field["type"] in {TEXT_INPUT, RADIO, CHECKBOX}:
        if validate:
            _check_single(field, label, value)
        return answer | {"value": value}
    values = value if isinstance(value, list | tuple) else [value]
    if validate:
        _check_many(field, label, list(values))
    return answer | {"values": [resolved.value(entry) for entry in values]}


def _default(field: dict[str, Any]) -> Any:
    chosen = [o["value"] for o in field.get("options") or [] if o.get("default")]
    match field["type"]:
        case 4:
            return field.get("value") or ""
        case 21:
            return chosen[0] if chosen else None
        case 23:
            return bool(field.get("default"))
        case _:
            return chosen


def _check_single(field: dict[str, Any], label: str, value: Any) -> None:
    required = field.get("required", True)
    if field["type"] == TEXT_INPUT:
        low, high = field.get("min_length") or 0, field.get("max_length") or 4000
        if (required and not value) or (value and not low <= len(value) <= high):
            raise ClientRefused(f"{label!r}: {len(value)} characters, must be {max(low, required)} to {high}")
    if field["type"] == RADIO:
        options = [option["value"] for option in field["options"]]
        if (value is None and required) or (value is not None and value not in options):
            raise ClientRefused(f"{label!r}: {value!r} is not one of {options}")


def _check_many(field: dict[str, Any], label: str, values: list[Any]) -> None:
    required = field.get("required", True)
    low, high = field.get("min_values"), field.get("max_values")
    low = (1 if required else 0) if low is None else low
    high = (len(field.get("options") or []) if field["type"] == CHECKBOXES else 1) if high is None else high
    if (values or required) and not low <= len(values) <= high:
        raise ClientRefused(f"{label!r}: {len(values)} values, must be {low} to {high}")
    options = [option["value"] for option in field.get("options") or []]
    if options and not set(values) <= set(options):
        raise ClientRefused(f"{label!r}: {values} are not all among {options}")
