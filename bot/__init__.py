"""Limner: portraits of people's characters, in Discord."""

__version__ = "0.1.0"
