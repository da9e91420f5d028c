"""Deploys a built template with `sam deploy` to an emulated account, and says which resource failed if one did."""

from collections.abc import Mapping
from pathlib import Path

from rehearsal.accounts import EmbeddedAccount
from rehearsal.sam_project import SamFailedError, SamProject, parameter_arguments, run_sam
from rehearsal.stack_events import Outputs, failed_resources, stack_outputs


def deploy(
    project: SamProject, built: Path, account: EmbeddedAccount, *, parameters: Mapping[str, str], log: Path
) -> Outputs:
    """Create or update the stack; returns its outputs. SamFailedError names the resources that failed, and why."""
    command = ["deploy", "--template", built, *project.config_arguments(), "--stack-name", project.stack_name]
    manners = ["--resolve-s3", "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    rights = ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    arguments = [*command, *manners, *rights, *parameter_arguments(parameters)]
    try:
        run_sam(arguments, environment=account.environment(), log=log)
    except SamFailedError as error:
        failed = failed_resources(account, project.stack_name)
        raise SamFailedError("\n".join([str(error), *(f"failed: {line}" for line in failed)])) from error
    return stack_outputs(account, project.stack_name)
