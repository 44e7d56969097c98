"""`python -m bot check --live`: the first hour with a real account, in a few minutes and for a few cents.

Everything that the documents leave open or say twice, differently, is tried once with the code that the bot runs. And
`python -m bot calibrate`: how well faces hold there, in some dozens of images.
"""

from bot.live.calibrate import MOST, Trial, Way, calibrate
from bot.live.plan import Plan
from bot.live.run import check_live

__all__ = ["MOST", "Plan", "Trial", "Way", "calibrate", "check_live"]
