"""What an interaction must hold for discord.py and us to read it: checked where it comes from a request.

Of what the gateway brings this much is never missing. Other fields are nobody's business here, and new ones may come.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

_Id = Annotated[int, Field(gt=0, lt=2**64)]
_Bits = Annotated[int, Field(ge=0)]
_Value = str | int | float | bool | None


class _Person(BaseModel):
    id: _Id
    username: str


class _Member(BaseModel):
    user: _Person
    roles: list[_Id]
    permissions: _Bits = 0


class _Channel(BaseModel):
    id: _Id
    type: int
    parent_id: _Id | None = None


class _Resolved(BaseModel):
    users: dict[_Id, _Person] = {}
    members: dict[_Id, dict[str, Any]] = {}
    roles: dict[_Id, dict[str, Any]] = {}
    channels: dict[_Id, _Channel] = {}
    messages: dict[_Id, dict[str, Any]] = {}
    attachments: dict[_Id, dict[str, Any]] = {}


class _Option(BaseModel):
    name: str
    type: int
    value: _Value = None
    options: list["_Option"] = []


class _Command(BaseModel):
    id: _Id
    name: str
    type: int = 1
    options: list[_Option] = []
    resolved: _Resolved = _Resolved()
    target_id: _Id | None = None


class _Component(BaseModel):
    custom_id: str
    component_type: int
    values: list[str] = []
    resolved: _Resolved = _Resolved()


class _Form(BaseModel):
    custom_id: str
    components: list[dict[str, Any]]
    resolved: _Resolved = _Resolved()


class _Interaction(BaseModel):
    id: _Id
    application_id: _Id
    token: str
    version: int
    attachment_size_limit: int
    guild_id: _Id | None = None
    channel_id: _Id | None = None
    channel: _Channel | None = None
    app_permissions: _Bits = 0
    locale: str = ""
    message: dict[str, Any] | None = None


class _InServer(_Interaction):
    member: _Member


class _Elsewhere(_Interaction):
    user: _Person


# By the number of the interaction's type.
_DATA: Mapping[Any, type[BaseModel]] = {2: _Command, 3: _Component, 4: _Command, 5: _Form}


def lacking(payload: Mapping[str, Any]) -> str:
    """What is missing or of another kind, in a few words without anything that it says; empty where all is there."""
    kind = payload.get("type")
    shape = _DATA.get(kind) if isinstance(kind, int) else None
    if shape is None:
        return "its type is not known"
    whole = _InServer if payload.get("guild_id") else _Elsewhere
    for prefix, model, part in (("", whole, payload), ("data.", shape, payload.get("data"))):
        try:
            model.model_validate(part)
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False, include_context=False)[0]
            where = (prefix + ".".join(map(str, found["loc"]))).strip(".")[:80]
            return f"{where} is {'missing' if found['type'] == 'missing' else 'of another kind'}"
    return ""
