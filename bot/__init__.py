"""Limner: portraits of people's characters, in Discord."""

# A test holds `pyproject.toml` to it: the package is never installed, so there is no metadata to ask.
__version__ = "0.1.0"
