"""What chaos is let loose on: many small customers, on a stack whose functions reach AWS through fault proxies."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from groundswell.ports.store import Store
from rehearsal.bus_listener import BusListener
from rehearsal.estate.scenario.load import load_scenario
from rehearsal.estate_process import EstateProcess
from rehearsal.failover import ledger_of
from rehearsal.hub_queues import HubQueues
from rehearsal.proxied_estate import ProxiedEstate
from rehearsal.rehearsal import put_inventory
from rehearsal.stack import EmbeddedStack, StackSettings, embedded_stack

ACCOUNTS = ("222222222201", "222222222202", "222222222203")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """A hub that is up, the estate that it protects, and everything to harass and to examine them with."""

    stack: EmbeddedStack
    proxied: ProxiedEstate
    store: Store
    queues: HubQueues
    listener: BusListener
    customers: tuple[str, ...]

    @property
    def estate(self) -> EstateProcess:
        """The estate itself, past the proxy."""
        return self.proxied.estate


@contextmanager
def chaos_ground(estate: dict[str, object], *, factor: float, progress: Progress = lambda _: None) -> Iterator[Ground]:
    """Bring an estate up, given in the words of a scenario, and everything down again at the end."""
    with tempfile.TemporaryDirectory(prefix="groundswell-chaos-") as directory:
        file = Path(directory) / "chaos.yaml"
        file.write_text(yaml.safe_dump(estate), encoding="utf-8")
        scenario = load_scenario(file)
        proxied = ProxiedEstate(EstateProcess(str(file), factor))
        settings = StackSettings(name=scenario.name, parameters={"WorkloadAccounts": ",".join(scenario.accounts)})
        with embedded_stack(settings, proxied, progress=progress) as stack:
            put_inventory(stack, scenario)
            queues, listener = HubQueues.of(stack), BusListener.on(stack)
            customers = tuple(scenario.customers.names())
            yield Ground(stack, proxied, ledger_of(stack), queues, listener, customers)


def estate_of(name: str, customers: int) -> dict[str, object]:
    """A scenario: each customer has six servers, a database and two DNS names, in three waves."""
    return {
        "name": name,
        "accounts": list(ACCOUNTS),
        "customers": {"count": customers},
        "page_size": 20,
        "servers": [
            {"name": "{customer}-dc-{n:02}", "per_customer": 1, "wave": 1, "priority": "critical"},
            {"name": "{customer}-app-{n:02}", "per_customer": 4, "wave": 2, "priority": "high"},
            {"name": "{customer}-batch-{n:02}", "per_customer": 1, "wave": 2, "impact": "optional"},
        ],
        "aurora": [{"name": "{customer}-db", "wave": 1, "priority": "critical"}],
        "dns": {
            "records": [
                {"name": "app.{customer}", "wave": 3, "routing": "weighted"},
                {"name": "api.{customer}", "wave": 3, "routing": "failover", "type": "A"},
            ]
        },
    }
