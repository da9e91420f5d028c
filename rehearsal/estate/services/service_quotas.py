"""Service Quotas: the quotas of DRS, as the scenario sets them. Names and codes: AWS General Reference, DRS quotas."""

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.paging import BadTokenError, page_of

_NAMES = {
    "L-D88FAC3A": ("Concurrent jobs in progress", False),
    "L-B827C881": ("Max source servers in a single Job", False),
    "L-05AFA8C6": ("Max source servers in all Jobs", False),
    "L-DD6D028C": ("Max concurrent Jobs per source server", False),
    "L-C1D14A2B": ("Max Total replicating source servers Per AWS Account", False),
    "L-E28BE5E0": ("Max Total source servers Per AWS Account", True),
}


@operation("service-quotas", "GetServiceQuota", subject=("ServiceCode", "QuotaCode"))
def get_service_quota(call: Call) -> Reply:
    """One quota in force for the caller's account and Region."""
    _check_service(call)
    code = call.ask.text("QuotaCode")
    if code not in _NAMES:
        raise EstateError("NoSuchResourceException", f"The request failed because the quota {code} does not exist.")
    return {"Quota": _quota(call, code)}


@operation("service-quotas", "ListServiceQuotas", subject=("ServiceCode",))
def list_service_quotas(call: Call) -> Reply:
    """All quotas of a service that the estate knows."""
    _check_service(call)
    size = min(call.ask.number("MaxResults") or 100, call.world.scenario.page_size)
    only = call.ask.text("QuotaCode")
    codes = sorted(code for code in _NAMES if not only or code == only)
    try:
        chosen, token = page_of(codes, str, token=call.ask.text("NextToken"), size=size)
    except BadTokenError as error:
        raise EstateError("InvalidPaginationTokenException", "Invalid token was used.") from error
    reply: Reply = {"Quotas": [_quota(call, code) for code in chosen]}
    return reply if token is None else {**reply, "NextToken": token}


def _check_service(call: Call) -> None:
    service = call.ask.text("ServiceCode")
    if service != "drs":
        message = f"The request failed because the service {service} does not exist. This estate knows: drs."
        raise EstateError("NoSuchResourceException", message)


def _quota(call: Call, code: str) -> Reply:
    name, adjustable = _NAMES[code]
    account, region = call.caller.account, call.caller.region
    return {
        "ServiceCode": "drs",
        "ServiceName": "AWS Elastic Disaster Recovery",
        "QuotaArn": f"arn:aws:servicequotas:{region}:{account}:drs/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(call.world.scenario.quota(code)),
        "Unit": "None",
        "Adjustable": adjustable,
        "GlobalQuota": False,
    }
