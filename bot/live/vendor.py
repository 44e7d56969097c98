"""The calls that settle what the vendor's documents leave open: each once, in an order that lets the rest go on."""

import asyncio

from bot.clock import SystemClock
from bot.config import Config
from bot.domain.errors import Rejected
from bot.domain.portraits import variations
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import Image, Method, PortraitSpec
from bot.domain.portraits.styles import STEPS_MAX, SUBTLE
from bot.domain.portraits.vendor import Order
from bot.live.account import Account
from bot.live.drawn import drawn
from bot.live.easel import Easel, Painted, Witness, anew, likeness, order_for
from bot.live.plan import Plan
from bot.live.report import Report
from bot.live.troubles import attempt
from bot.live.verdicts import links, polling, sizes
from bot.modelslab import ModelsLab
from bot.parts import new_seed, open_vendor

_SUBJECT = "a lighthouse keeper in his sixties, grey beard, green oilskin coat"
_REPORT = "report it, with this file"
# What every contradicting page of the documents allows.
_SAFE_STEPS = 20
_SIDE = 1024


async def try_vendor(config: Config, plan: Plan, report: Report, discord_link: str) -> None:
    """One line each. `discord_link`: a signed link of Discord's to a picture, or nothing."""
    witness = Witness()
    async with open_vendor(config, witness) as client:
        await _Trial(config, plan, report, client, witness).run(discord_link)


class _Trial:
    def __init__(self, config: Config, plan: Plan, report: Report, client: ModelsLab, witness: Witness) -> None:
        self._settings = config.modelslab
        self._headshot = plan.has_headshot(config)
        self._free = plan.free
        self._report = report
        self._client = client
        self._easel = Easel(client, witness)
        self._account = Account(client, report, self._settings)
        self._clock = SystemClock()
        self._spec = build_spec(_SUBJECT, model=self._settings.model_id, seed=new_seed())
        self._painted: list[tuple[Method, Painted]] = []
        self._refused = False

    async def run(self, discord_link: str) -> None:
        await self._account.begin()
        if self._free:
            await self._upload(None)
            self._report.unknown("orders", "none was sent, as --free says")
            return
        first = await self._texts()
        hosted = await self._upload(first)
        await self._others(first, hosted, discord_link)
        polling(self._report, self._painted)
        await links(self._report, self._client, [painted for _, painted in self._painted])
        self._account.end()

    async def _ordered(self, name: str, order: Order, change: str) -> Painted | None:
        """One order and what came of it; its price is what the wallet lost meanwhile."""
        self._refused = False

        async def paint() -> Painted:
            try:
                return await self._easel.paint(order)
            except Rejected:
                self._refused = True
                raise

        limit = float(self._settings.deadline_seconds)
        late = "set modelslab.deadline_seconds higher, if this is usual"
        painted = await attempt(self._report, name, paint, seconds=limit, change=change, late=late)
        await self._account.charge(name, painted=painted is not None)
        if painted is not None:
            self._painted.append((order.method, painted))
        return painted

    def _line(self, name: str, painted: Painted, more: str = "") -> None:
        waited = f", its link held nothing at first ({painted.empty} times)" if painted.empty else ""
        self._report.expected(name, f"{painted.size} in {painted.seconds:.1f} s{waited}{more}")
        if painted.is_inline:
            self._report.found(f"{name}, link", "the picture was in the answer itself, and was taken")

    async def _texts(self) -> Painted | None:
        """What is painted from words alone; gives the first picture that came."""
        order = order_for(self._spec, self._clock)
        good = await self._ordered("text to image", order, "set modelslab.model_id to a model of your plan")
        if good is not None:
            self._line("text to image", good)
        if self._settings.negative_prompt and (good is not None or self._refused):
            good, order = await self._without_negative(good, order)
        if good is None and self._refused and min(order.steps, self._settings.max_steps) > _SAFE_STEPS:
            return await self._fewer_steps()
        if good is None:
            return None
        self._steps(order, good)
        self._seed(order, good)
        await self._again(order, good)
        return good

    async def _without_negative(self, good: Painted | None, order: Order) -> tuple[Painted | None, Order]:
        """What the negative words do; gives the picture and the order to go on with."""
        plain_order = order_for(self._spec, self._clock, negative=False)
        plain = await self._ordered("no negative prompt", plain_order, "see the line before")
        if good is not None:
            heeded = "accepted"
            if plain is not None:
                alike = await asyncio.to_thread(likeness, good.picture, plain.picture)
                heeded = "accepted, and it changes the picture"
                if alike != "other":
                    heeded = "accepted, but the picture is the same without it"
            self._report.expected("negative prompt", heeded)
            return good, order
        if plain is not None:
            self._line("no negative prompt", plain)
            change = "set modelslab.negative_prompt = false"
            self._report.found("negative prompt", "refused with it, painted without it", change)
        return plain, plain_order

    async def _fewer_steps(self) -> Painted | None:
        spec = self._spec.model_copy(update={"steps": _SAFE_STEPS})
        order = order_for(spec, self._clock, negative=False)
        painted = await self._ordered(f"{_SAFE_STEPS} steps", order, "see the lines before")
        if painted is not None:
            self._line(f"{_SAFE_STEPS} steps", painted)
            asked = min(self._spec.steps, self._settings.max_steps)
            change = f"set modelslab.max_steps = {_SAFE_STEPS}, and run this again"
            self._report.found("steps", f"refused with {asked}, painted with {_SAFE_STEPS}", change)
        return painted

    def _steps(self, order: Order, painted: Painted) -> None:
        asked = min(order.steps, self._settings.max_steps)
        if painted.steps is None:
            self._report.unknown("steps", f"{asked} were sent; the vendor does not say how many it used")
        elif painted.steps == asked:
            self._report.expected("steps", f"{asked}, by the vendor's own word")
        elif 1 <= painted.steps <= STEPS_MAX:
            change = f"set modelslab.max_steps = {painted.steps}"
            self._report.found("steps", f"{asked} were sent, {painted.steps} used", change)
        else:
            self._report.found("steps", f"{asked} were sent, the vendor says {painted.steps}", _REPORT)

    def _seed(self, order: Order, painted: Painted) -> None:
        if painted.seed is None:
            self._report.unknown("seed", "the vendor does not say which it used; Limner keeps the one that it sent")
        elif painted.seed == order.seed:
            self._report.expected("seed", "the one that was sent, by the vendor's own word")
        else:
            self._report.found("seed", "another one was used than was sent; Limner keeps the one that the vendor names")

    async def _again(self, order: Order, good: Painted) -> None:
        """Saved characters rest on this: the same seed and words give the same picture."""
        again = await self._ordered("the same order", anew(order), _REPORT)
        if again is None:
            return
        alike = await asyncio.to_thread(likeness, good.picture, again.picture)
        if alike == "other":
            text = "gave another picture with the same seed: only saved pictures keep a face, not seeds"
            self._report.found("the same order", text)
        else:
            self._report.expected("the same order", "the same bytes" if alike == "same" else "nearly the same picture")

    async def _upload(self, first: Painted | None) -> str:
        """A link of the vendor's own to a picture of ours; empty where there is none."""
        picture = drawn("#4a5a68") if first is None else first.picture
        change = "see that modelslab.discord_links is true: pictures of saved characters cannot be sent"
        link = await attempt(
            self._report, "upload", lambda: self._client.host(picture, _SIDE), seconds=90.0, change=change
        )
        if link is None:
            return ""
        self._report.hide(link)
        self._report.expected("upload", "the vendor keeps a picture of ours under a link")
        return link

    async def _others(self, first: Painted | None, hosted: str, discord_link: str) -> None:
        """What starts from a picture."""
        own = first.link if first is not None and not first.is_inline else ""
        image = hosted or own or discord_link
        if not image:
            self._report.unknown("pictures that go along", "there is no link to one, so nothing was sent", failed=True)
            return
        await self._varied(image, discord_link)
        await self._referred(
            "editing model", image, "set modelslab.reference_model_id to an editing model of your plan"
        )
        if self._headshot:
            await self._referred("headshot", image, "set modelslab.headshot = false", headshot=True)
        await self._enlarged(image, first)

    async def _varied(self, image: str, discord_link: str) -> None:
        spec = variations.vary(self._spec, Image(), SUBTLE, new_seed())
        change = "no setting helps: the Vary buttons fail, and are refunded"
        varied = None
        if image != discord_link:
            varied = await self._ordered("variation", order_for(spec, self._clock, image), change)
            if varied is not None:
                self._line("variation", varied)
        if discord_link:
            name, remedy = "Discord's link", "set modelslab.discord_links = false"
            order = order_for(spec, self._clock, discord_link)
            seen = await self._ordered(name, order, remedy if varied is not None else change)
            if seen is not None:
                self._line(name, seen, ", the vendor reads Discord's signed links")

    async def _referred(self, name: str, image: str, change: str, *, headshot: bool = False) -> None:
        spec = variations.with_reference(self._spec, "", self._settings.reference_model_id, headshot=headshot)
        painted = await self._ordered(name, order_for(spec, self._clock, image), change)
        if painted is not None:
            on = " (modelslab.headshot may be true)" if headshot and not self._settings.headshot else ""
            self._line(name, painted, on)

    async def _enlarged(self, image: str, first: Painted | None) -> None:
        change = "set modelslab.upscale_model_id"
        spec: PortraitSpec = variations.upscale(self._spec, Image(), self._settings.upscale_model_id)
        painted = await self._ordered("upscale", order_for(spec, self._clock, image), change)
        if painted is not None:
            self._line("upscale", painted)
            sizes(self._report, first, painted, change)
