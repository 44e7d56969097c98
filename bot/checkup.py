"""`python -m bot check`: what works and what does not, in lines an operator can act on."""

import asyncio
from collections.abc import Awaitable, Callable

import discord
from discord.http import HTTPClient

from bot.client import point_at
from bot.config import Config
from bot.domain.errors import InvalidKey, VendorError
from bot.modelslab import ModelsLab, open_modelslab
from bot.outages import NO_ANSWER, named
from bot.storage.database import DatabaseBusy, open_database
from bot.storage.migrate import SchemaTooNew
from bot.storage.schema import NotOurDatabase

Step = Callable[[], Awaitable[str]]


class _Wrong(Exception):
    """A check failed; the text says what to do."""


async def check(config: Config, say: Callable[[str], None] = print) -> bool:
    """Run every check and say one line for each; returns whether all of them passed."""
    point_at(config.discord.api_base_url, config.discord.gateway_url)
    results = [
        await _step(say, "database", lambda: _database(config)),
        await _step(say, "discord", lambda: _discord(config)),
    ]
    async with open_modelslab(
        api_key=config.modelslab.api_key,
        base_url=config.modelslab.base_url,
        trusted_hosts=frozenset(config.modelslab.trusted_hosts),
    ) as vendor:
        results.append(await _step(say, "modelslab", lambda: _key(vendor)))
        results.append(await _step(say, "model", lambda: _model(vendor, config.modelslab.model_id)))
    return all(results)


async def _step(say: Callable[[str], None], name: str, step: Step) -> bool:
    try:
        say(f"ok      {name}: {await step()}")
    except _Wrong as problem:
        say(f"WRONG   {name}: {problem}")
        return False
    return True


async def _database(config: Config) -> str:
    path = config.database.path
    try:
        async with open_database(path) as database:
            row = await database.read.one("SELECT count(*) AS n FROM portrait")
    except DatabaseBusy:
        return f"{path} is in use by a running bot"
    except SchemaTooNew as error:
        raise _Wrong(f"{path} was written by a newer version of Limner ({error})") from None
    except NotOurDatabase as error:
        raise _Wrong(f"{path} is not used: {error}") from None
    except OSError as error:
        raise _Wrong(f"{path} cannot be written: {error.strerror}") from None
    return f"{path}, {row['n'] if row else 0} portraits"


async def _discord(config: Config) -> str:
    client = HTTPClient(asyncio.get_running_loop())
    try:
        user = await client.static_login(config.discord.token.get_secret_value())
        application = await client.application_info()
        found = f"the token is {user['username']}'s, application {application['id']}"
    except discord.LoginFailure:
        raise _Wrong("the token is not known to Discord: set discord.token (LIMNER_DISCORD__TOKEN)") from None
    except NO_ANSWER as error:
        raise _Wrong(f"cannot be reached ({named(error)})") from None
    finally:
        await client.close()
    return found


async def _key(vendor: ModelsLab) -> str:
    try:
        wallet = await vendor.balance()
    except InvalidKey:
        raise _Wrong("the API key is not accepted: set modelslab.api_key (LIMNER_MODELSLAB__API_KEY)") from None
    except VendorError as error:
        raise _Wrong(f"{type(error).__name__} at {error.where}") from None
    if wallet.balance is None:
        return "the key is accepted; the balance is not shown"
    if wallet.empty:
        raise _Wrong("the key is accepted, but the account is empty: top it up")
    return f"the key is accepted, balance {wallet.balance:g} {wallet.currency or ''}".rstrip()


async def _model(vendor: ModelsLab, model_id: str) -> str:
    try:
        found = await vendor.model_exists(model_id)
    except VendorError as error:
        raise _Wrong(f"the search failed: {type(error).__name__} at {error.where}") from None
    if found is False:
        raise _Wrong(f"{model_id} is not in the model search: set modelslab.model_id (LIMNER_MODELSLAB__MODEL_ID)")
    return f"{model_id} is there" if found else f"{model_id} could not be looked up; it may still work"
