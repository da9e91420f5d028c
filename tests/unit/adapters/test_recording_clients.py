from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError

from groundswell.adapters.placeholder_replies import reply_of
from groundswell.adapters.recording_clients import RecordingClients
from groundswell.domain.dry_run import Foreseen, NotKnownYetError, placeholders_in
from groundswell.domain.errors import UnreachableAccountError
from groundswell.domain.operations import Phase
from groundswell.ports.clients import RecordedCall

SERVER = "s-3c1730a9e0f5d2b84"
UNKNOWN = str(Foreseen({}, Phase.INSTANTIATE)["instance"])


@dataclass
class Account:
    """A real account's clients: keeps what reaches it."""

    reached: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)
    error: Exception | None = None

    @property
    def calls(self) -> Mapping[str, int]:
        return {"drs:DescribeJobs": len(self.reached)}

    def client(self, service: str) -> Any:
        if self.error:
            raise self.error
        return _Client(service, self)


class _Client:
    exceptions = "those of the service"

    def __init__(self, service: str, account: Account) -> None:
        self._service = service
        self._account = account

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def method(**parameters: object) -> str:
            self._account.reached.append((self._service, name, parameters))
            return "answer"

        return method

    def get_paginator(self, name: str) -> Any:
        return _Paginator(getattr(self, name))


class _Paginator:
    def __init__(self, method: Callable[..., Any]) -> None:
        self._method = method

    def paginate(self, **parameters: object) -> list[Any]:
        return [self._method(**parameters)]


def recording(account: Account) -> RecordingClients:
    return RecordingClients(account, region="us-west-2")


def test_call_that_acts_is_recorded_and_reaches_nothing() -> None:
    account = Account()
    clients = recording(account)

    clients.client("drs").start_recovery(sourceServers=[{"sourceServerID": SERVER}], isDrill=False)

    wanted = {"sourceServers": [{"sourceServerID": SERVER}], "isDrill": False}
    assert clients.recorded == [RecordedCall("drs", "StartRecovery", "us-west-2", wanted)]
    assert account.reached == []


def test_call_is_recorded_for_the_region_that_its_service_is_reached_in() -> None:
    clients = recording(Account())

    clients.client("route53").delete_hosted_zone(Id="Z1")

    assert [call.region for call in clients.recorded] == ["us-east-1"]


def test_call_that_acts_needs_no_account() -> None:
    clients = recording(Account(error=UnreachableAccountError("no role")))

    clients.client("ec2").start_instances(InstanceIds=["i-1"])

    assert [call.operation for call in clients.recorded] == ["StartInstances"]


def test_answer_has_placeholders_where_only_aws_knows() -> None:
    answer = recording(Account()).client("drs").start_recovery(sourceServers=[{"sourceServerID": SERVER}])

    assert answer["job"]["jobID"] == "<jobID, known once it runs>"
    assert answer["job"]["participatingServers"][0]["sourceServerID"] == "<sourceServerID, known once it runs>"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    "parameters",
    [{}, {"sourceServers": [{"sourceServerID": SERVER}], "drill": True}, {"sourceServers": SERVER}],
)
def test_call_is_not_recorded_when_its_parameters_are_wrong(parameters: dict[str, Any]) -> None:
    clients = recording(Account())

    with pytest.raises(ParamValidationError):
        clients.client("drs").start_recovery(**parameters)

    assert clients.recorded == []


def test_token_that_the_sdk_makes_is_not_missed() -> None:
    clients = recording(Account())

    clients.client("efs").create_file_system()

    assert [call.parameters for call in clients.recorded] == [{}]


def test_read_is_sent_and_answered_by_the_account() -> None:
    account = Account()
    clients = recording(account)

    answer = clients.client("drs").describe_jobs(filters={"jobIDs": ["j-1"]})

    assert (answer, account.reached) == ("answer", [("drs", "describe_jobs", {"filters": {"jobIDs": ["j-1"]}})])
    assert clients.recorded == []
    assert clients.calls == {"drs:DescribeJobs": 1}


def test_pages_are_read_from_the_account() -> None:
    account = Account()

    pages = recording(account).client("drs").get_paginator("describe_jobs").paginate(maxResults=5)

    assert (list(pages), account.reached) == (["answer"], [("drs", "describe_jobs", {"maxResults": 5})])


@pytest.mark.parametrize("paged", [False, True])
def test_read_that_hangs_on_a_call_that_was_not_made_is_not_sent(paged: bool) -> None:
    account = Account()
    client = recording(account).client("ec2")
    read = client.get_paginator("describe_instances").paginate if paged else client.describe_instances

    with pytest.raises(NotKnownYetError, match="it hangs on <instance, known after INSTANTIATE>"):
        read(Filters=[{"Name": "instance-id", "Values": [UNKNOWN]}])

    assert account.reached == []


@pytest.mark.parametrize(
    ("service", "method", "parameters"),
    [
        ("elasticache", "test_failover", {"ReplicationGroupId": "r", "NodeGroupId": "1"}),
        ("ec2", "terminate_instances", {"InstanceIds": ["i-1"]}),
        ("ssm", "send_command", {"DocumentName": "d"}),
        ("rds", "modify_db_cluster", {"DBClusterIdentifier": "c"}),
    ],
)
def test_whatever_is_not_named_a_read_is_never_sent(service: str, method: str, parameters: dict[str, Any]) -> None:
    account = Account()
    clients = recording(account)

    getattr(clients.client(service), method)(**parameters)

    assert (account.reached, len(clients.recorded)) == ([], 1)


@pytest.mark.parametrize("name", ["get_waiter", "generate_presigned_url", "no_such_operation"])
def test_what_is_no_operation_is_refused(name: str) -> None:
    account = Account()

    with pytest.raises(AttributeError, match=name):
        getattr(recording(account).client("ec2"), name)("instance_running")

    assert account.reached == []


def test_nothing_that_acts_is_paged() -> None:
    with pytest.raises(AttributeError, match="run_instances is not known to be a read"):
        recording(Account()).client("ec2").get_paginator("run_instances")


def test_exceptions_are_the_services_own() -> None:
    assert recording(Account()).client("drs").exceptions == "those of the service"


def test_operation_that_answers_with_nothing_is_answered_so() -> None:
    assert list(reply_of(None)) == ["ResponseMetadata"]


def test_answer_of_any_form_is_filled_in() -> None:
    answer = recording(Account()).client("ec2").run_instances(MinCount=1, MaxCount=1, ImageId="ami-1")

    instance = answer["Instances"][0]
    assert (instance["AmiLaunchIndex"], instance["EbsOptimized"]) == (0, False)
    assert instance["LaunchTime"].tzinfo is not None
    assert list(placeholders_in(instance["InstanceId"])) == ["<InstanceId, known once it runs>"]
