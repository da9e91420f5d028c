"""Named plans and their versions: each is written once and stays, for executions keep the one that they began with."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, JsonValue

from groundswell.domain.conditions import Absent, Equals
from groundswell.domain.instants import to_text
from groundswell.domain.named_plan import NamedPlan
from groundswell.domain.records import Record
from groundswell.ledger import keys
from groundswell.ports.store import Index, Key, Put, Store


class KeptPlan(Record):
    """A version of a plan."""

    plan: str
    version: int
    description: str = ""
    put_by: str = Field(description="Who put it, as AWS vouches for it.")
    put_at: str
    reason: str | None = None
    body: dict[str, JsonValue] = Field(default_factory=dict, description="The plan; empty in the list of plans.")


def latest(store: Store, name: str) -> KeptPlan | None:
    """Which version is the latest, without its body; None where no plan has this name."""
    item = store.get(keys.plan_key(name))
    return KeptPlan.of(item) if item else None


def version_of(store: Store, name: str, version: int) -> KeptPlan | None:
    """One version, or None."""
    item = store.get(keys.plan_version_key(name, version))
    return KeptPlan.of(item) if item else None


def every_latest(store: Store) -> list[KeptPlan]:
    """All plans by name, the latest version of each, without bodies; one that was just put may be missing."""
    found = (KeptPlan.of(item) for shard in keys.all_shards("PLAN") for item in store.query_index(Index.DUE, shard))
    return sorted(found, key=lambda kept: kept.plan)


def put(store: Store, plan: NamedPlan, *, after: int, by: str, at: datetime, reason: str | None) -> KeptPlan:
    """Keep a plan as the version after `after`, which is 0 where it is new.

    Raises:
        TransactionRefusedError: that version is there already: somebody else put one.
    """
    kept = KeptPlan(
        plan=plan.plan,
        version=after + 1,
        description=plan.description,
        put_by=by,
        put_at=to_text(at),
        reason=reason,
        body=plan.model_dump(mode="json", exclude_defaults=True),
    )
    listed = {**kept.as_item(), "due_shard": keys.plan_shard(plan.plan), "due_at": plan.plan}
    del listed["body"]
    store.write(
        Put({**_at(keys.plan_version_key(plan.plan, kept.version)), **kept.as_item()}, condition=Absent("pk")),
        Put(
            {**_at(keys.plan_key(plan.plan)), **listed},
            condition=Equals("version", after) if after else Absent("pk"),
        ),
    )
    return kept


def _at(key: Key) -> dict[str, str]:
    return {"pk": key.pk, "sk": key.sk}
