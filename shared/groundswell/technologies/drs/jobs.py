"""DRS's jobs as the launch of a server sees them, read in as few calls as possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from groundswell.domain.instants import to_text
from groundswell.technologies.contract import INTENT_TAG, Intent, Look, Target

if TYPE_CHECKING:
    from mypy_boto3_drs.type_defs import (
        DescribeJobsRequestFiltersTypeDef,
        JobTypeDef,
        LaunchActionRunTypeDef,
        ParticipatingServerTypeDef,
    )

_LONGEST_JOB = timedelta(hours=24)
"""How far back jobs that may still run are looked for."""
_SKEW = timedelta(minutes=5)
"""By how much our clock may be ahead of DRS's."""
_FAILURES = frozenset({"SERVER_SKIPPED", "SNAPSHOT_FAIL", "CONVERSION_FAIL", "LAUNCH_FAILED", "JOB_CANCEL"})
_REASON_LENGTH = 500
"""Characters of a reason that are kept; DRS gives up to 65,536."""


@dataclass
class Jobs:
    """The jobs read in one look."""

    look: Look
    read: Sequence[JobTypeDef]
    reasons: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, intent: Intent) -> JobTypeDef | None:
        """The job that an intent's call began, by its id or, where the answer was lost, by its tag."""
        for job in self.read:
            if job["jobID"] == intent.handle or job.get("tags", {}).get(INTENT_TAG) == intent.key:
                return job
        return None

    def known(self, job_id: str | None) -> JobTypeDef | None:
        """The job of this id, if it was read."""
        return next((job for job in self.read if job["jobID"] == job_id), None)

    def at_work_on(self, server_id: str) -> JobTypeDef | None:
        """A job that has not let go of the server: it runs, or is COMPLETED with the server still being launched."""
        for job in self.read:
            part = participant(job, server_id)
            if part and (is_running(job) or part.get("launchStatus") == "IN_PROGRESS"):
                return job
        return None

    def reason(self, job: JobTypeDef, server_id: str) -> str:
        """Why a server failed in a job, from the job's log: read once a job, whatever the number of its servers."""
        job_id = job["jobID"]
        if job_id not in self.reasons:
            self.reasons[job_id] = _reasons(self.look, job_id)
        logged, actions = self.reasons[job_id].get(server_id, ""), failed_actions(participant(job, server_id))
        return "; ".join(filter(None, (logged, actions))) or "its log does not say why"


def is_running(job: JobTypeDef) -> bool:
    """Whether it still counts against the quotas. A job never fails: it is over when it is COMPLETED."""
    return job.get("status") != "COMPLETED"


def participant(job: JobTypeDef, server_id: str) -> ParticipatingServerTypeDef | None:
    """The server's part in a job; None where the job does not have it."""
    return next((part for part in job.get("participatingServers", []) if part.get("sourceServerID") == server_id), None)


def failed_actions(part: ParticipatingServerTypeDef | None) -> str:
    """The post-launch actions of a server that failed, each with its reason; empty where none did."""
    runs = part.get("launchActionsStatus", {}).get("runs", []) if part else []
    told = [_told(run) for run in runs if run.get("status") == "FAILED"]
    return "; ".join(told)[:_REASON_LENGTH]


def _told(run: LaunchActionRunTypeDef) -> str:
    action = run.get("action", {})
    name = action.get("name") or action.get("actionCode") or action.get("actionId") or "without a name"
    return f"post-launch action {name} failed: {run.get('failureReason') or 'it gives no reason'}"


def read_jobs(look: Look, targets: Sequence[Target]) -> Jobs:
    """The jobs that matter to the targets: those of known id by id, all recent ones where a job may be unknown."""
    known = {handle for target in targets for handle in target.handles}
    jobs = list(_described(look, {"jobIDs": sorted(known)})) if known else []
    doubtful = [intent.at for target in targets for intent in target.intents if not intent.handle]
    if doubtful or any(not target.intents for target in targets):
        jobs += _since(look, min([look.now - _LONGEST_JOB, *(at - _SKEW for at in doubtful)]))
    return Jobs(look, jobs)


def running_jobs(look: Look) -> list[JobTypeDef]:
    """All jobs of the account and Region that count against its quotas."""
    return [job for job in _since(look, look.now - _LONGEST_JOB) if is_running(job)]


def _since(look: Look, begin: datetime) -> list[JobTypeDef]:
    """All jobs that began since then, read once a look: what is looked at and the room for more go by the same list."""
    text = to_text(begin)
    return look.once(f"drs:DescribeJobs since {text}", lambda: list(_described(look, {"fromDate": text})))


def _described(look: Look, filters: DescribeJobsRequestFiltersTypeDef) -> Iterator[JobTypeDef]:
    pages = look.clients.client("drs").get_paginator("describe_jobs").paginate(filters=filters)
    return (job for page in pages for job in page["items"])


def _reasons(look: Look, job_id: str) -> dict[str, str]:
    """Of each server that failed, the error in AWS's words, or else the event that tells of it."""
    reasons = dict[str, str]()
    for page in look.clients.client("drs").get_paginator("describe_job_log_items").paginate(jobID=job_id):
        for item in page["items"]:
            data, event = item.get("eventData", {}), item.get("event", "")
            server_id = data.get("sourceServerID", "")
            if "rawError" in data:
                reasons[server_id] = f"{event}: {data['rawError'][:_REASON_LENGTH]}"
            elif event in _FAILURES:
                reasons.setdefault(server_id, event)
    return reasons
