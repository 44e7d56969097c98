"""People who do not exist, and where they are seen, for a calibration."""

from typing import Final

PEOPLE: Final = (
    "a woman of about thirty with short dark hair, freckles, brown eyes",
    "an old man with a white beard, deep wrinkles, pale blue eyes",
    "a man of about forty with a shaved head, dark brown skin, a broad nose",
    "a woman of about fifty with long grey hair, green eyes, a narrow face",
    "a young man with curly red hair, pale skin, many freckles",
    "a woman of about forty with black braided hair, dark skin, high cheekbones",
    "a man of about thirty with straight black hair, a thin moustache, brown eyes",
    "a woman of about twenty-five with long blond hair, a round face, blue eyes",
    "a man of about fifty with grey temples, olive skin, heavy eyebrows",
    "a woman of about sixty with short white hair, brown skin, laugh lines",
    "a man of about twenty-five with wavy brown hair, a square jaw, hazel eyes",
    "a woman of about thirty-five with auburn hair, a long nose, grey eyes",
)
SCENES: Final = (
    "reading in a sunlit café",
    "on a stormy pier at dusk",
    "laughing at a night market",
    "in a snowy pine forest",
)
