"""Service Quotas, as the scenario sets them. Names and codes: AWS General Reference, quotas of DRS, EC2 and EBS."""

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.paging import BadTokenError, page_of

_SERVICES = {
    "drs": "AWS Elastic Disaster Recovery",
    "ec2": "Amazon Elastic Compute Cloud (Amazon EC2)",
    "ebs": "Amazon Elastic Block Store (Amazon EBS)",
}
_NAMES = {
    "L-D88FAC3A": ("drs", "Concurrent jobs in progress", False),
    "L-B827C881": ("drs", "Max source servers in a single Job", False),
    "L-05AFA8C6": ("drs", "Max source servers in all Jobs", False),
    "L-DD6D028C": ("drs", "Max concurrent Jobs per source server", False),
    "L-C1D14A2B": ("drs", "Max Total replicating source servers Per AWS Account", False),
    "L-E28BE5E0": ("drs", "Max Total source servers Per AWS Account", True),
    "L-1216C47A": ("ec2", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", True),
    "L-7295265B": ("ec2", "Running On-Demand X instances", True),
    "L-DB2E81BA": ("ec2", "Running On-Demand G and VT instances", True),
    "L-7A658B76": ("ebs", "Storage for General Purpose SSD (gp3) volumes, in TiB", True),
    "L-D18FCD1D": ("ebs", "Storage for General Purpose SSD (gp2) volumes, in TiB", True),
    "L-FD252861": ("ebs", "Storage for Provisioned IOPS SSD (io1) volumes, in TiB", True),
}
"""Service, name, and whether it can be raised, by code."""


@operation("service-quotas", "GetServiceQuota", subject=("ServiceCode", "QuotaCode"))
def get_service_quota(call: Call) -> Reply:
    """One quota in force for the caller's account and Region."""
    service, code = _service(call), call.ask.text("QuotaCode")
    if code not in _NAMES or _NAMES[code][0] != service:
        raise EstateError("NoSuchResourceException", f"The request failed because the quota {code} does not exist.")
    return {"Quota": _quota(call, code)}


@operation("service-quotas", "ListServiceQuotas", subject=("ServiceCode",))
def list_service_quotas(call: Call) -> Reply:
    """All quotas of a service that the estate knows."""
    service = _service(call)
    size = min(call.ask.number("MaxResults") or 100, call.world.scenario.page_size)
    only = call.ask.text("QuotaCode")
    codes = sorted(code for code in _NAMES if _NAMES[code][0] == service and only in ("", code))
    try:
        chosen, token = page_of(codes, str, token=call.ask.text("NextToken"), size=size)
    except BadTokenError as error:
        raise EstateError("InvalidPaginationTokenException", "Invalid token was used.") from error
    reply: Reply = {"Quotas": [_quota(call, code) for code in chosen]}
    return reply if token is None else {**reply, "NextToken": token}


def _service(call: Call) -> str:
    service = call.ask.text("ServiceCode")
    if service not in _SERVICES:
        known = ", ".join(_SERVICES)
        message = f"The request failed because the service {service} does not exist. This estate knows: {known}."
        raise EstateError("NoSuchResourceException", message)
    return service


def _quota(call: Call, code: str) -> Reply:
    service, name, adjustable = _NAMES[code]
    account, region = call.caller.account, call.caller.region
    return {
        "ServiceCode": service,
        "ServiceName": _SERVICES[service],
        "QuotaArn": f"arn:aws:servicequotas:{region}:{account}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(call.world.scenario.quota(code)),
        "Unit": "None",
        "Adjustable": adjustable,
        "GlobalQuota": False,
    }
