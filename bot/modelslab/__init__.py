from bot.modelslab.account import Balance
from bot.modelslab.client import ModelsLab, open_modelslab

__all__ = ["Balance", "ModelsLab", "open_modelslab"]
