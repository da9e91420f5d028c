"""Serves MiniStack on a socket that the rehearsal opened; run by the emulator's own interpreter.

It changes private parts of one version, and refuses any other, where the `ministack` command stalls or belies AWS:
- that feeds functions from queues and streams in one loop, which stands still while a stream function runs; here
  streams have a thread of their own;
- that answers work beyond its concurrency cap with a throttle, which costs a message its visibility timeout; here
  work waits in its queue while as many batches run as there may be workers;
- that sweeps schedules every ten seconds; here every second;
- that knows no `events:source`, takes a session's own ARN for `aws:PrincipalArn`, and does not see which rule's targets
  a call is about; here policies see what AWS's see;
- that keeps no policy of a bus and asks none; here a bus's denials hold, for all but an account's root;
- that parses the condition of a query anew for every item of a partition; here once;
- that unpacks the layer anew for each worker, to be compiled anew; here workers share it, and start twice as fast;
- that reads an event's detail and writes it anew, with one of two keys that are the same; here events arrive as they
  were put, so that it is seen what functions make of them;
- that drops what a rule sends to a bus of another account, and lets nobody play an AWS service; here such events
  arrive, and the estate puts `aws.*` events on an account's default bus, where AWS's services put them.
"""

import asyncio
import hashlib
import json
import logging
import os
import re
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any  # what is changed here has no types

VERSION = "1.5.33"
SWEEP_SECONDS = 1
STREAM_IDLE_SECONDS = 0.02
_SESSION = re.compile(r"arn:([^:]+):sts::(\d{12}):assumed-role/(.+)/[^/]+")
_BUS = re.compile(r"arn:[^:]+:events:[^:]+:(\d{12}):event-bus/(.+)")
_UNPACKING = threading.Lock()


def main() -> None:
    """Change what must change, then serve until killed: nothing in here is worth a farewell."""
    found = metadata.version("ministack")
    if found != VERSION:
        sys.exit(f"ministack {found} is installed, but this launcher changes {VERSION}: review it, then raise VERSION")
    # SAM's translator, which MiniStack expands templates with: in this process only, functions must not see it.
    sys.path.append(os.environ["REHEARSAL_SAM_PACKAGES"])
    application = import_module("ministack.app").app
    events, functions = import_module("ministack.services.eventbridge"), import_module("ministack.services.lambda_svc")
    _change(events, "_SCHEDULER_TICK_INTERVAL", lambda _: SWEEP_SECONDS)
    _change(import_module("ministack.services.scheduler"), "_SCHEDULE_TICK_INTERVAL", lambda _: SWEEP_SECONDS)
    _change(events, "_put_events", _accept_aws_sources)
    _change(events, "_dispatch_to_event_bus", _deliver_across_accounts)
    _change(events, "_decoded_detail", _keep_doubled_keys)
    _change(functions, "_poll_dynamodb_streams", _poll_on_own_thread)
    _change(functions, "_sqs_esm_concurrency", lambda stock: _limited(stock, functions._esm_inflight))
    _change(import_module("ministack.core.iam_evaluator"), "_resolve_condition_key", _name_the_role_of_a_session)
    _change(import_module("ministack.core.iam_evaluator"), "_resource_policy", lambda stock: _asked(stock, events))
    provisioners = import_module("ministack.services.cloudformation.provisioners")
    _change(provisioners, "_RESOURCE_HANDLERS", lambda stock: _keep_policies_of_buses(stock, events))
    _change(import_module("ministack.core.iam_actions"), "request_tag_context", _tell_what_is_put)
    _change(import_module("ministack.core.iam_actions"), "extract_resource_arn", _tell_which_rule)
    tables = import_module("ministack.services.dynamodb")
    _change(tables, "_evaluate_condition", lambda stock: _parse_key_conditions_once(stock, tables))
    _change(import_module("ministack.core.lambda_runtime"), "zipfile", _share_what_is_unpacked)
    _serve(application, int(os.environ["REHEARSAL_LISTENING_FD"]))


def _change(module: ModuleType, name: str, make: Callable[[Any], Any]) -> None:
    """Put what `make` makes of a part in its place; AttributeError if the part is not there."""
    setattr(module, name, make(getattr(module, name)))


def _accept_aws_sources(stock: Any) -> Any:
    def put_events(data: Any, allow_aws_source: bool = False) -> Any:
        onto_default = all(entry.get("EventBusName", "default") == "default" for entry in data.get("Entries", []))
        return stock(data, allow_aws_source=allow_aws_source or onto_default)

    return put_events


def _deliver_across_accounts(stock: Any) -> Any:
    request_scope = import_module("ministack.core.responses").request_scope

    def dispatch_to_event_bus(target: Any, *event: Any) -> None:
        with request_scope(target.account_id, target.region):
            stock(target, *event)

    return dispatch_to_event_bus


class _AsPut(dict[str, Any]):
    """An object that is written with every key that it was read with."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def items(self) -> Any:
        """What the JSON encoder asks for."""
        return self._pairs


def _keep_doubled_keys(stock: Any) -> Any:
    def decoded_detail(raw: Any) -> Any:
        try:
            return json.loads(raw, object_pairs_hook=_AsPut)
        except (ValueError, TypeError, RecursionError):
            return stock(raw)

    return decoded_detail


def _poll_on_own_thread(stock: Any) -> Any:
    def poll_for_ever() -> None:
        while True:
            try:
                found = stock()
            except Exception:
                logging.exception("Looking at the streams failed; looking again")
                found = False
            if not found:
                time.sleep(STREAM_IDLE_SECONDS)

    threading.Thread(target=poll_for_ever, daemon=True).start()
    return lambda: False


def _limited(stock: Any, running: dict[str, int]) -> Any:
    workers = int(os.environ["REHEARSAL_FUNCTION_WORKERS"])
    return lambda *mapping: stock(*mapping) if sum(list(running.values())) < workers else 0


def _name_the_role_of_a_session(stock: Any) -> Any:
    def resolve_condition_key(key: str, context: Any) -> Any:
        value = stock(key, context)
        session = _SESSION.fullmatch(str(value)) if key.lower() == "aws:principalarn" else None
        return f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}" if session else value

    return resolve_condition_key


def _tell_what_is_put(stock: Any) -> Any:
    def request_tag_context(service: str, action: str, body: bytes, *rest: Any) -> Any:
        context = stock(service, action, body, *rest)
        if action != "events:PutEvents":
            return context
        entries = json.loads(body)["Entries"]
        sources, types = [entry["Source"] for entry in entries], [entry["DetailType"] for entry in entries]
        return {**context, "events:source": sources, "events:detail-type": types}

    return request_tag_context


def _keep_policies_of_buses(stock: dict[str, Any], events: ModuleType) -> dict[str, Any]:
    def keeping(handle: Any) -> Any:
        def provision(*arguments: Any) -> Any:
            name, attributes = handle(*arguments)
            properties = arguments[-2]
            if "Policy" in properties:
                events._event_bus_policies[name] = properties["Policy"]
            return name, attributes

        return provision

    buses = stock["AWS::Events::EventBus"]
    buses |= {step: keeping(buses[step]) for step in ("create", "update")}
    return stock


def _asked(stock: Any, events: ModuleType) -> Any:
    def resource_policy(service: str, arn: str) -> Any:
        bus = _BUS.fullmatch(arn)
        policy = events._event_bus_policies.get(bus[2]) if bus else None
        return (policy, bus[1]) if bus and policy else stock(service, arn)

    return resource_policy


def _tell_which_rule(stock: Any) -> Any:
    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> Any:
        if service == "events" and b'"Rule"' in body:
            asked = json.loads(body)
            body = json.dumps({**asked, "Name": asked.get("Rule")}).encode()
        return stock(service, method, path, headers, body, *rest)

    return extract_resource_arn


def _parse_key_conditions_once(stock: Any, tables: ModuleType) -> Any:
    known: dict[str, Any] = {}

    def evaluate_condition(text: str, item: Any, values: Any, names: Any, slot: str = "ConditionExpression") -> Any:
        if slot != "KeyConditionExpression":
            return stock(text, item, values, names, slot)
        if text not in known:
            answer = stock(text, item, values, names, slot)  # which refuses what is no condition
            known[text] = tables._tokenize(text)
            return answer
        return tables._ExprEval(known[text], item, values, names).evaluate()

    return evaluate_condition


def _share_what_is_unpacked(stock: ModuleType) -> SimpleNamespace:
    return SimpleNamespace(**vars(stock) | {"ZipFile": _UnpackedOnce})


class _UnpackedOnce(zipfile.ZipFile):
    """An archive whose content is unpacked for the first worker; to the others it is a link."""

    def extractall(self, path: str) -> None:  # type: ignore[override] # MiniStack passes an empty directory, no more
        """Make the content be at the path."""
        digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        unpacked = Path(tempfile.gettempdir(), f"unpacked-{digest}")
        with _UNPACKING:
            if not unpacked.exists():
                super().extractall(f"{unpacked}.part")
                Path(f"{unpacked}.part").rename(unpacked)
        Path(path).rmdir()
        Path(path).symlink_to(unpacked)


def _serve(application: Any, listening_fd: int) -> None:
    config = import_module("hypercorn.config").Config()
    config.bind = [f"fd://{listening_fd}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    serve = import_module("hypercorn.asyncio").serve
    asyncio.run(serve(application, config, shutdown_trigger=asyncio.Event().wait))


if __name__ == "__main__":
    main()
