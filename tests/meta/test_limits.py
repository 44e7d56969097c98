"""Limits that meet must not contradict each other; the pairs and their reasons are in docs/operations.md."""

import inspect
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from bot.config import ANSWERING, Config, ConfigError, load_config
from bot.darkroom import developing
from bot.domain.characters.character import AVATAR_BYTES, FACE_SIDE, REFERENCE_BYTES, REFERENCE_SIDE
from bot.domain.portraits import sheets, styles
from bot.domain.portraits.breaker import TRIAL
from bot.domain.portraits.portrait import TOKEN_LIFE
from bot.domain.portraits.queue import LONGEST_PAUSE, SECOND_CHANCE, Spans
from bot.domain.portraits.spec import SheetSet
from bot.interactions import messenger
from bot.interactions.fitting import LIMIT
from bot.jobs import delivery, links, patience, runner
from bot.modelslab import answers, client, download, pictures
from bot.storage import database, jobs, sqlite
from bot.storage import pictures as store

DISCORD_ACK = 3.0
DISCORD_FILE = 10 * 2**20
VENDOR_UPLOAD = 5_000_000
DOCKER_STOP = 30.0


@pytest.fixture
def defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Config:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIMNER_DISCORD__TOKEN", "x")
    monkeypatch.setenv("LIMNER_MODELSLAB__API_KEY", "x")
    return load_config()


def _client_seconds(name: str) -> float:
    return inspect.signature(client.ModelsLab.__init__).parameters[name].default


def test_an_answer_fits_the_life_of_its_token(defaults: Config) -> None:
    spans = defaults.spans
    assert spans == Spans()
    assert spans.waiting + spans.painting + ANSWERING <= TOKEN_LIFE
    assert delivery.TOKEN_MARGIN + timedelta(seconds=messenger._PATIENCE) <= ANSWERING


@pytest.mark.usefixtures("defaults")
@pytest.mark.parametrize("deadline", [1, 240, 270, 271, 600, 810])
def test_a_longer_deadline_leaves_less_time_to_wait(monkeypatch: pytest.MonkeyPatch, deadline: int) -> None:
    monkeypatch.setenv("LIMNER_MODELSLAB__DEADLINE_SECONDS", str(deadline))
    spans = load_config().spans
    assert spans.painting == timedelta(seconds=deadline)
    assert spans.waiting + spans.painting + ANSWERING <= TOKEN_LIFE
    assert spans.waiting >= timedelta(seconds=60)


@pytest.mark.usefixtures("defaults")
@pytest.mark.parametrize(("waiting", "painting", "fits"), [(600, 270, True), (601, 270, False), (60, 3600, False)])
def test_two_settings_that_contradict_each_other_are_one_line(
    monkeypatch: pytest.MonkeyPatch, waiting: int, painting: int, fits: bool
) -> None:
    monkeypatch.setenv("LIMNER_LIMITS__WAITING_SECONDS", str(waiting))
    monkeypatch.setenv("LIMNER_MODELSLAB__DEADLINE_SECONDS", str(painting))
    if fits:
        assert load_config().spans.waiting == timedelta(seconds=waiting)
        return
    with pytest.raises(ConfigError) as caught:
        load_config()
    line = str(caught.value)
    assert "limits.waiting_seconds" in line
    assert "modelslab.deadline_seconds" in line
    assert "\n" not in line


def test_no_step_outlasts_its_lease() -> None:
    lease = patience.LEASE.total_seconds()
    steps = [_client_seconds(name) for name in ("submit_seconds", "fetch_seconds")]
    steps += [download.TOTAL_SECONDS, patience.RENEW, database.PATIENT]
    assert lease > max(steps) + patience.AGAIN[1] * 1.1
    assert delivery.LEASE.total_seconds() > messenger._TIMEOUT
    assert TRIAL.total_seconds() > _client_seconds("submit_seconds") + _client_seconds("connect_seconds")


def test_pauses_and_waits_fit_each_other(defaults: Config) -> None:
    assert timedelta(seconds=answers.RETRY_MAX) == LONGEST_PAUSE < defaults.spans.waiting
    assert min(defaults.spans.waiting, defaults.spans.painting) > SECOND_CHANCE
    assert timedelta(seconds=defaults.modelslab.breaker_seconds) < defaults.spans.waiting
    assert links.FRESH + timedelta(hours=2) < timedelta(hours=24)


def test_a_member_is_answered_within_discords_three_seconds() -> None:
    busy = database.IMPATIENT + 2 * sqlite.STEP_MS / 1000
    assert busy <= DISCORD_ACK / 2
    assert jobs.UNHEARD.total_seconds() > DISCORD_ACK


def test_going_down_ends_before_it_is_killed() -> None:
    assert runner.GRACE < DOCKER_STOP


def test_every_sheet_fits_the_daily_limits(defaults: Config) -> None:
    outfits = {SheetSet.OUTFITS: "a, b, c, d, e, f"}
    largest = max(len(sheets.planned(each, outfits.get(each)).panels) for each in sheets.SIZES)
    assert largest <= min(defaults.quota.member_per_day, defaults.quota.direct_per_day)
    assert defaults.quota.member_per_day >= styles.MAX_SCENES
    assert defaults.limits.waiting_per_member < defaults.limits.waiting_per_guild


def test_what_one_side_accepts_fits_through_the_other() -> None:
    assert client.MAX_POSTED_BYTES < LIMIT <= DISCORD_FILE
    assert client.MAX_HOSTED_BYTES * 4 / 3 < VENDOR_UPLOAD
    assert REFERENCE_BYTES <= download.MAX_BYTES
    assert AVATAR_BYTES <= REFERENCE_BYTES


def test_what_is_developed_fits_what_is_kept_and_sent() -> None:
    assert developing.KEPT_BYTES < client.MAX_POSTED_BYTES
    assert FACE_SIDE <= links._REFERENCE_SIDE <= developing.FRESH_SIDE <= REFERENCE_SIDE <= developing.MAX_SIDE
    assert REFERENCE_SIDE == pictures.MAX_PIXELS_A_SIDE
    # Pillow warns from 89 megapixels on, and refuses from 178: neither may come first.
    assert (Image.MAX_IMAGE_PIXELS or 0) > developing.MAX_PIXELS
    assert developing.CROP_SIDE == FACE_SIDE
    # The answer to a form lives for 15 minutes.
    assert TOKEN_LIFE.total_seconds() > store.DEVELOP_SECONDS * 2
