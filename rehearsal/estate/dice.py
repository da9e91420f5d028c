"""Chance that repeats itself: the same seed and key always give the same draw, in whatever order calls arrive."""

import hashlib
from dataclasses import dataclass

_DRAWS = float(2**64)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something takes in the field, in seconds: at least, most often, at most (a triangle)."""

    least: float
    likely: float
    most: float

    def at(self, draw: float) -> float:
        """The value below which the share `draw` of all values lies."""
        width = self.most - self.least
        if width <= 0:
            return self.least
        rise = self.likely - self.least
        if draw < rise / width:
            return self.least + float((draw * width * rise) ** 0.5)
        return self.most - float(((1 - draw) * width * (self.most - self.likely)) ** 0.5)


class Dice:
    """Draws by name: `roll("launch", server_id, 1)` is the same number in every run with this seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._seed = str(seed)

    def _digest(self, key: tuple[object, ...], size: int) -> bytes:
        text = "/".join((self._seed, *map(str, key)))
        return hashlib.blake2b(text.encode(), digest_size=size).digest()

    def roll(self, *key: object) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        return int.from_bytes(self._digest(key, 8), "big") / _DRAWS

    def token(self, *key: object, length: int = 17) -> str:
        """A hexadecimal name of `length` characters, as AWS ids end."""
        return self._digest(key, (length + 1) // 2).hex()[:length]

    def sample(self, spread: Spread, *key: object) -> float:
        """A duration from `spread`, in field seconds."""
        return spread.at(self.roll(*key))
