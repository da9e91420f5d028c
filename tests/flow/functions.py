"""The hub's functions, as somebody at its account can change them."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.flow.desk import Desk


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
