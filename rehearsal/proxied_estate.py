"""The simulated estate and the hub's AWS as functions see them when every call can be broken: through a proxy each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rehearsal.estate_process import EstateProcess, endpoint_variable
from rehearsal.proxy import FaultProxy, Rule

HUB_SERVICES = ("dynamodb", "events", "s3", "sqs", "sts")
"""What the functions call in the hub's own account."""


class ProxiedEstate:
    """An estate for the embedded stack, which hands the functions the proxies' addresses for all that they call."""

    def __init__(self, estate: EstateProcess) -> None:
        self.estate = estate
        self._proxies: tuple[FaultProxy, ...] = ()

    def start(self, control_plane: str, directory: Path) -> Mapping[str, str]:
        """Serve; returns variables that lead every call of the functions through a proxy."""
        of_estate = self.estate.start(control_plane, directory)
        hub = FaultProxy("the hub's AWS", directory / "proxy-hub.log")
        estate = FaultProxy("the estate", directory / "proxy-estate.log")
        self._proxies = (hub, estate)
        with ThreadPoolExecutor() as pool:
            list(pool.map(FaultProxy.start, self._proxies, (control_plane, self.estate.url)))
        of_hub = map(endpoint_variable, HUB_SERVICES)
        return dict.fromkeys(of_estate, estate.url) | dict.fromkeys(of_hub, hub.url)

    def stop(self) -> None:
        """Stop serving. Safe to repeat."""
        for proxy in self._proxies:
            proxy.stop()
        self.estate.stop()

    def break_calls(self, rules: Sequence[Rule]) -> None:
        """From now on these rules and no others, for the hub's services and the estate's."""
        for proxy in self._proxies:
            proxy.break_calls(rules)

    def calls(self) -> dict[str, int]:
        """Calls of the functions so far, by service."""
        return {each.service: each.requests for proxy in self._proxies for each in proxy.traffic().by_service}

    def broken(self) -> dict[str, int]:
        """Calls that were broken so far, by service."""
        return {each.service: each.faulted for proxy in self._proxies for each in proxy.traffic().by_service}

    def kinds(self) -> dict[str, int]:
        """Faults so far, by kind."""
        counted: Counter[str] = Counter()
        for proxy in self._proxies:
            for rule in proxy.traffic().by_rule:
                counted[rule.kind] += rule.fired
        return counted
