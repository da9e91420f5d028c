"""The web that https checks meet in process: pages of the scenario, each from its moment on. Nothing is sent."""

from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase

from groundswell.ports.probing import BODY_LIMIT, Answer, NoAnswer, Reply
from rehearsal.estate.engine import Estate

_ADDRESS = "203.0.113.7"


class SimulatedWeb:
    """Answers as the scenario's `web` says; what it does not name has no address. Implements the probing port."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.asked = Counter[str]()
        """How often each address was asked."""

    def ask(self, urls: Sequence[str]) -> Sequence[Reply]:
        """What came of each."""
        self.asked.update(urls)
        return [self._reply(url) for url in urls]

    def answers_well(self, url: str) -> bool:
        """Whether the address answers with a 2xx now; nobody is counted as having asked."""
        reply = self._reply(url)
        return isinstance(reply, Answer) and 200 <= reply.status <= 299

    def _reply(self, url: str) -> Reply:
        world = self._estate.world
        for page in world.scenario.web:
            if fnmatchcase(url, page.url):
                up = world.born + (world.lasts(page.up_after, "web", url) if page.up_after else 0.0)
                if self._estate.clock.now().timestamp() < up:
                    return NoAnswer(f"no connection to {_ADDRESS} port 443: refused")
                return Answer(page.status, page.text.encode()[:BODY_LIMIT], _ADDRESS)
        return NoAnswer(f"{url} has no address: Name or service not known")
