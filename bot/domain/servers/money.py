"""What images cost the operator, by an estimate of their own: servers are told, and pay nothing."""

from dataclasses import dataclass
from decimal import Decimal

_CENTS, _FINE = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one image. Upscales and pictures by another model may differ, so every sum is an estimate."""

    image: Decimal
    currency: str

    def of(self, images: int) -> Decimal:
        """What so many images cost, exactly as the price says."""
        return self.image * images

    def said(self, images: int) -> str:
        """`0.0141 USD`, `470.00 USD`: below one with up to four digits, else with two."""
        amount = self.of(images)
        shown = amount.quantize(_FINE if amount < 1 else _CENTS)
        if shown == shown.quantize(_CENTS):
            shown = shown.quantize(_CENTS)
        return f"{shown:,f} {self.currency}"
