"""What every section of the settings is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Immutable, and without a place for what is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
