"""IAM, as far as a role's trust goes, for tests and simulations in process.

Over the wire the emulated IAM answers, which has the roles that were really deployed.
"""

import json
from urllib.parse import quote

from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.state.world import World


def grant_role(world: World, account: str, name: str, trust: object) -> None:
    """Let the account have a role of this name with this trust policy."""
    world.roles[account, name] = json.dumps(trust)


@operation("iam", "GetRole", subject=("RoleName",))
def get_role(call: Call) -> Reply:
    """A role with its trust policy, percent-encoded as IAM sends it (SDKs for Python decode it)."""
    account, name = call.caller.account, call.ask.text("RoleName")
    trust = call.world.roles.get((account, name))
    if trust is None:
        raise EstateError("NoSuchEntity", f"The role with name {name} cannot be found.", 404)
    role: Reply = {
        "Path": "/",
        "RoleName": name,
        "RoleId": "AROA" + call.world.dice.token("role", account, name, length=16).upper(),
        "Arn": f"arn:aws:iam::{account}:role/{name}",
        "CreateDate": to_datetime(call.world.born),
        "AssumeRolePolicyDocument": quote(trust),
    }
    return {"Role": role}
