"""The control API, under /_estate/: what tests and the rehearsal ask of the estate beside AWS's own calls. JSON."""

import json
from collections.abc import Callable
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, ValidationError

from rehearsal.estate.engine import Estate
from rehearsal.estate.scenario.faults import Faults
from rehearsal.estate.scenario.inventory import inventory_of
from rehearsal.estate.scenario_faults import ScenarioFaults
from rehearsal.estate.wire.delivery import EventDelivery
from rehearsal.estate.wire.protocol import WireReply, WireRequest

CONTROL_PREFIX = "/_estate/"
Query = dict[str, str]


class EventEndpoint(BaseModel):
    """Where AWS's events go: onto the default buses of the EventBridge at this endpoint."""

    model_config = ConfigDict(extra="forbid")
    endpoint: str


class OutageChange(BaseModel):
    """A Region goes down or comes back."""

    model_config = ConfigDict(extra="forbid")
    region: str
    down: bool


class Control:
    """Routes of the control API by method and path."""

    def __init__(self, estate: Estate, delivery: EventDelivery, factor: float) -> None:
        self._estate = estate
        self._delivery = delivery
        self._factor = factor
        self._routes: dict[tuple[str, str], Callable[[Query, bytes], object]] = {
            ("GET", "health"): self._health,
            ("GET", "log"): self._log,
            ("GET", "launches"): self._launches,
            ("GET", "scenario"): lambda _query, _body: estate.scenario.model_dump(mode="json"),
            ("GET", "inventory"): lambda _query, _body: inventory_of(estate.scenario, estate.seed),
            ("GET", "faults"): lambda _query, _body: self._faults().faults.model_dump(mode="json"),
            ("POST", "faults"): self._add_faults,
            ("PUT", "faults"): self._replace_faults,
            ("DELETE", "faults"): self._reset_faults,
            ("POST", "outage"): self._outage,
            ("POST", "event-endpoint"): self._event_endpoint,
            ("GET", "events"): lambda _query, _body: delivery.counts(),
        }

    def answer(self, request: WireRequest) -> WireReply:
        """The JSON reply; 404 lists the routes, 400 says what is wrong with the body."""
        route = self._routes.get((request.method, request.path.removeprefix(CONTROL_PREFIX).rstrip("/")))
        if route is None:
            known = [f"{method} {CONTROL_PREFIX}{path}" for method, path in self._routes]
            return _json(404, {"error": f"There is no {request.method} {request.path}.", "routes": known})
        try:
            return _json(200, route(dict(parse_qsl(request.query)), request.body or b"{}"))
        except (ValidationError, ValueError) as error:
            return _json(400, {"error": str(error)})

    def _faults(self) -> ScenarioFaults:
        faults = self._estate.faults
        if not isinstance(faults, ScenarioFaults):
            raise ValueError("This estate runs with a fault plan of its own, which the control API cannot change.")
        return faults

    def _health(self, _query: Query, _body: bytes) -> object:
        return {
            "status": "ok",
            "scenario": self._estate.scenario.name,
            "factor": self._factor,
            "calls": len(self._estate.log),
            "event_endpoint": self._delivery.endpoint,
        }

    def _log(self, query: Query, _body: bytes) -> object:
        mutating = {"true": True, "false": False}.get(query.get("mutating", ""))
        records = self._estate.log.select(
            query.get("service", ""),
            query.get("operation", ""),
            mutating=mutating,
            after=int(query.get("after", "0")),
        )
        return {"total": len(self._estate.log), "records": [record.as_dict() for record in records]}

    def _launches(self, _query: Query, _body: bytes) -> object:
        launches = self._estate.launches()
        return {"launches": launches, "more_than_once": sorted(name for name, n in launches.items() if n > 1)}

    def _add_faults(self, _query: Query, body: bytes) -> object:
        self._faults().add(Faults.model_validate_json(body))
        return self._faults().faults.model_dump(mode="json")

    def _replace_faults(self, _query: Query, body: bytes) -> object:
        self._faults().replace(Faults.model_validate_json(body))
        return self._faults().faults.model_dump(mode="json")

    def _reset_faults(self, _query: Query, _body: bytes) -> object:
        self._faults().reset()
        return self._faults().faults.model_dump(mode="json")

    def _outage(self, _query: Query, body: bytes) -> object:
        change = OutageChange.model_validate_json(body)
        (self._estate.fail_region if change.down else self._estate.restore_region)(change.region)
        return change.model_dump()

    def _event_endpoint(self, _query: Query, body: bytes) -> object:
        target = EventEndpoint.model_validate_json(body)
        self._delivery.send_to(target.endpoint)
        return target.model_dump()


def _json(status: int, value: object) -> WireReply:
    return WireReply(status, {"Content-Type": "application/json"}, json.dumps(value, default=str).encode())
