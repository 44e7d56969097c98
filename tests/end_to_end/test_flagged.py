"""What the vendor's filter flags: dropped, or a spoiler where the server says so and only adults can look."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow


def flagged(w: RunningBot) -> Answer:
    """The vendor's success with its filter's flag on it, and a picture that was painted before."""
    link = f"http://{w.vendor.host}/images/{w.vendor.accepted[0].job_id}.png"
    return Answer(body={"status": "success", "id": 1, "output": [link], "nsfw_content_detected": True, "meta": {}})


async def test_a_spoiler_only_where_the_server_and_the_channel_allow_it(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        everybody, adults = w.discord.channel("art"), w.discord.channel("adults", nsfw=True)
        ada = w.discord.member("ada", permissions=["manage_guild"])
        await final(await ada.slash(adults, "portrait", prompt="a first one"))
        w.vendor.script.append(flagged(w))
        card = await final(await ada.slash(adults, "portrait", prompt="a sailor"))
        assert "safety filter withheld the picture. Nothing was charged" in card.text
        await (await ada.slash(everybody, "settings safety", flagged="spoiler")).acknowledged()
        w.vendor.script.append(flagged(w))
        card = await final(await ada.slash(everybody, "portrait", prompt="a sailor"))
        assert not card.images
        w.vendor.script.append(flagged(w))
        card = await final(await ada.slash(adults, "portrait", prompt="a sailor"))
        assert len(card.images) == 1
        assert '"spoiler": true' in json.dumps(card.payload())
        form = await (await ada.click(card, "Save this face")).acknowledged()
        saved = await (await ada.submit_modal(form, {"name": "Mia", "features": "freckles"})).acknowledged()
        assert saved.answer
        assert "the image service flagged it" in saved.answer.text
        await w.honest()


async def test_a_flagged_pose_is_on_no_card(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        everybody, adults = w.discord.channel("art"), w.discord.channel("adults", nsfw=True)
        ada = w.discord.member("ada", permissions=["manage_guild"])
        await (await ada.slash(adults, "settings safety", flagged="spoiler")).acknowledged()
        await (await ada.slash(everybody, "character save", name="Mia", features="freckles")).acknowledged()
        await final(await ada.slash(adults, "portrait", prompt="a first one"))
        w.vendor.script.append(flagged(w))
        await final(await ada.slash(adults, "character pose", character="Mia", scene="alone"))
        await w.settled()
        for channel in (everybody, adults):
            shown = await ada.slash(channel, "character show", character="Mia")
            card = await shown.until(lambda message: "Pose" in message.buttons, 10)
            assert "No picture yet" in card.text
            assert card.images == []
        await final(await ada.slash(adults, "character sheet", character="Mia", set="turnaround"))
        await w.settled()
        shown = await ada.slash(everybody, "character show", character="Mia")
        card = await shown.until(lambda message: "Pose" in message.buttons, 10)
        assert "2 poses" in card.text
        assert len(card.images) == 1
        await w.honest()
