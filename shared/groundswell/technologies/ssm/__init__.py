"""Runs of Systems Manager documents: an Automation, or a command on instances, in the account and target Region."""

from __future__ import annotations

from datetime import timedelta

from groundswell.domain.operations import PHASES, Operation, Phase
from groundswell.technologies.contract import Step, Technology
from groundswell.technologies.declared import warn_if_optional
from groundswell.technologies.ssm import running
from groundswell.technologies.ssm.run import LONGEST_LIMIT, MOST_INSTANCES, flaws

_PATIENCE = timedelta(seconds=LONGEST_LIMIT) + timedelta(hours=1)
_RUN = Step(
    observe=running.observe,
    act=running.act,
    reads=running.READS,
    writes=running.WRITES,
    dependent=("ssm:AddTagsToResource",),
    dependent_source="https://docs.aws.amazon.com/systems-manager/latest/APIReference/"
    "API_StartAutomationExecution.html (Tags)",
)

TECHNOLOGY = Technology(
    name="ssm",
    title="Runs of documents (AWS Systems Manager)",
    summary=(
        "Runs an Automation document, or a command document on instances, and passes when it succeeds: on every "
        "instance, if it is a command. What the document does is up to you: a check, or a step of a recovery."
    ),
    steps={(operation, Phase.ACTIVATE): _RUN for operation in Operation if Phase.ACTIVATE in PHASES[operation]},
    parameters={
        "kind": "automation or command.",
        "document": "The document's name in the account, e.g. groundswell-smoke-test. The role may run no other than "
        "those whose names begin with the workload account's DocumentPrefix and a dash.",
    },
    optional_parameters={
        "parameters": 'The document\'s parameters: JSON in a text, each a list of texts, e.g. {"Port": ["443"]}.',
        "instances": f"For a command: 1 to {MOST_INSTANCES} instance ids, separated by commas.",
        "targets": "For a command, instead: tags that its instances have, as tag:Name=value; several values separated "
        "by commas (one of them), several tags by semicolons (all of them).",
        "limit_seconds": f"How long the run may take, 1 to {LONGEST_LIMIT}. 900 where it is not given.",
    },
    flaws=flaws,
    warn=warn_if_optional,
    done_anew=True,
    order_size=20,
    patience=_PATIENCE,
    later={
        "AutomationExecutionLimitExceededException": "let other automations of the account end, or stop them",
        "InvalidInstanceId": "see in Fleet Manager whether the agent of each instance is online",
    },
    refused_for=_PATIENCE,  # the run's own limit ends it
    caveats=(
        "Everything is asked of the target Region: the document, and the instances of a command, must be there. What "
        "the document itself calls is yours to keep clear of the Region that is left.",
        "A run that fails is not begun again by itself: mend the cause and retry the resource, which is a new run. Let "
        "documents bear being run twice.",
        "A run that is not over within its limit fails here and goes on there: nothing stops it. Time in which it "
        "waits for an approval counts.",
        "An instance whose agent is not registered yet is waited for, up to the limit. Once a command is sent, an "
        "instance that it cannot be delivered to fails it, even where Systems Manager calls the command a success.",
        "An automation without a role of its own runs with those few rights of groundswell-ssm. Give its document an "
        "assumeRole, and name that role in the workload account's AutomationRoleArns.",
    ),
)
