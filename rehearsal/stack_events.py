"""What CloudFormation says of a stack: its outputs, and the resources that failed."""

from typing import TYPE_CHECKING

from rehearsal.accounts import EmbeddedAccount

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

Outputs = dict[str, str]


def stack_outputs(account: EmbeddedAccount, stack_name: str) -> Outputs:
    """The stack's outputs by name."""
    client = account.session().client("cloudformation")
    stack = client.describe_stacks(StackName=stack_name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def failed_resources(account: EmbeddedAccount, stack_name: str) -> list[str]:
    """One line a resource of the stack that failed, oldest first, with the reason; empty if the stack never was."""
    client = account.session().client("cloudformation")
    try:
        pages = list(client.get_paginator("describe_stack_events").paginate(StackName=stack_name))
    except client.exceptions.ClientError:
        return []
    events = [event for page in pages for event in page["StackEvents"]]
    return [_reason(event) for event in reversed(events) if "FAILED" in event.get("ResourceStatus", "")]


def _reason(event: "StackEventTypeDef") -> str:
    resource = f"{event.get('LogicalResourceId')} ({event.get('ResourceType')})"
    return f"{resource}: {event.get('ResourceStatusReason', 'no reason given')}"
