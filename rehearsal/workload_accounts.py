"""Deploys what a workload account grants to the hub into each emulated workload account, side by side."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from botocore.exceptions import WaiterError

from rehearsal import tools
from rehearsal.accounts import EmbeddedAccount
from rehearsal.stack_events import failed_resources

WORKLOAD_TEMPLATE = tools.ROOT / "workload-account" / "template.yaml"
STACK_NAME = "groundswell-workload-account"
SIDE_BY_SIDE = 8


class WorkloadAccountError(RuntimeError):
    """A workload account could not be set up."""


def deploy_workload_accounts(
    accounts: Sequence[EmbeddedAccount], parameters: Mapping[str, str], *, template: Path = WORKLOAD_TEMPLATE
) -> None:
    """Create the stack in every account; WorkloadAccountError names the account and the resources that failed."""
    body = template.read_text(encoding="utf-8")
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(partial(_deploy, body=body, parameters=parameters), accounts))


def _deploy(account: EmbeddedAccount, *, body: str, parameters: Mapping[str, str]) -> None:
    client = account.session().client("cloudformation")
    try:
        client.create_stack(
            StackName=STACK_NAME,
            TemplateBody=body,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        )
        client.get_waiter("stack_create_complete").wait(
            StackName=STACK_NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    except (client.exceptions.ClientError, WaiterError) as error:
        reasons = failed_resources(account, STACK_NAME) or [str(error)]
        raise WorkloadAccountError(f"account {account.account_id}: {STACK_NAME}: " + "; ".join(reasons)) from error
