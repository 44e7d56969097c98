from bot.modelslab.account import Balance, WalletWatch
from bot.modelslab.answers import Reply
from bot.modelslab.client import ModelsLab, open_modelslab
from bot.modelslab.orders import Dialect

__all__ = ["Balance", "Dialect", "ModelsLab", "Reply", "WalletWatch", "open_modelslab"]
