from bot.modelslab.account import Balance
from bot.modelslab.answers import Reply
from bot.modelslab.client import ModelsLab, open_modelslab
from bot.modelslab.orders import Dialect

__all__ = ["Balance", "Dialect", "ModelsLab", "Reply", "open_modelslab"]
