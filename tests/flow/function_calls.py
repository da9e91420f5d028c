"""The hub's functions, as somebody at its account can change them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.flow.desk import Desk

SWEEP_SECONDS = 5.0


@contextmanager
def configured(desk: Desk, function: str, **variables: str) -> Iterator[None]:
    """Have a function run with other variables for a while, as after a deployment with other parameters."""
    functions, name = desk.session.client("lambda"), f"groundswell-{function}"
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **variables}})
    functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})
        functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


@contextmanager
def patience(desk: Desk, queue_url: str, seconds: int) -> Iterator[None]:
    """Have what a function did not finish come again after so long, for a while, instead of after two minutes."""
    sqs = desk.session.client("sqs")
    before = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"VisibilityTimeout": str(seconds)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"VisibilityTimeout": before["VisibilityTimeout"]})


@contextmanager
def sweeping(desk: Desk) -> Iterator[None]:
    """Have the sweep run every few seconds, for a while, instead of every minute."""
    stopped = threading.Event()

    def tick() -> None:
        while not stopped.wait(SWEEP_SECONDS):
            desk.send_tick()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
