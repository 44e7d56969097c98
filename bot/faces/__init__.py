"""Finds and compares faces, in a process of its own: the only package that knows OpenCV and numpy.

Both come with the extra `likeness`, and so do the weights. Without it, nothing here is started.
"""

from bot.faces.reader import ChildReader, open_reader
from bot.faces.speed import seconds_each
from bot.faces.weights import why_not

__all__ = ["ChildReader", "open_reader", "seconds_each", "why_not"]
