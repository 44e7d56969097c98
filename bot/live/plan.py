"""What the operator wants tried, and what that may cost."""

from dataclasses import dataclass

from bot.config import Config


@dataclass(frozen=True, slots=True)
class Plan:
    """What the operator asked for. Without a `channel` nothing is posted; `free` orders nothing."""

    channel: int | None = None
    headshot: bool = False
    free: bool = False

    def orders(self, config: Config) -> int:
        """How many images are ordered at most; none is ever ordered twice."""
        if self.free:
            return 0
        # Two alike, a variation, an edit, an upscale; and what only some settings and options bring.
        more = (config.modelslab.negative_prompt, self.channel is not None, self.has_headshot(config))
        return 5 + sum(more)

    def has_headshot(self, config: Config) -> bool:
        """Whether the endpoint for headshots is tried."""
        return self.headshot or config.modelslab.headshot

    def question(self, config: Config) -> str:
        """What is asked before anything is done."""
        number = self.orders(config)
        paid = f"order {number} images at most (your ModelsLab account pays them)" if number else "order nothing"
        card = "" if self.channel is None else f" and post a card in channel {self.channel}, which is removed again"
        return f"This will {paid}{card}. Go on?"
