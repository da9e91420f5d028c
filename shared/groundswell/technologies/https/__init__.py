"""Checks of public web addresses: does something answer there as it should? Made from the hub, in no account."""

from __future__ import annotations

from datetime import timedelta

from groundswell.domain.operations import PHASES, Operation, Phase
from groundswell.technologies.contract import Step, Technology
from groundswell.technologies.declared import warn_if_optional
from groundswell.technologies.https import probing
from groundswell.technologies.https.expected import LONGEST_LIMIT, flaws

TECHNOLOGY = Technology(
    name="https",
    title="Checks of web addresses (HTTPS)",
    summary=(
        "Asks a public https address until it answers as expected: any 2xx, or the status that is named, with a text "
        "in it where one is named. It changes nothing, and it is asked from the hub, with no rights anywhere."
    ),
    steps={
        (operation, Phase.ACTIVATE): Step(observe=probing.observe)
        for operation in Operation
        if Phase.ACTIVATE in PHASES[operation]
    },
    parameters={"url": "The address, e.g. https://shop.example.com/health. Only https; no user or password in it."},
    optional_parameters={
        "status": "The HTTP status that it must answer with, 200 to 599. Any from 200 to 299 where it is not given.",
        "contains": "A text that must be in the first 64 KB of the answer, letter for letter.",
        "limit_seconds": f"How long it may take until it passes, 1 to {LONGEST_LIMIT}. 300 where it is not given.",
    },
    flaws=flaws,
    warn=warn_if_optional,
    from_hub=True,
    done_anew=True,
    order_size=10,
    patience=timedelta(seconds=LONGEST_LIMIT) + timedelta(hours=1),
    caveats=(
        "It sees what the hub sees: the public Internet, by the name servers of the hub's Region. An address within a "
        "VPC cannot be checked so; run a command there with ssm.",
        "Names are resolved anew at each look, but a name server may keep the old answer for the record's TTL: give "
        "the check that much time after the wave that moves the name.",
        "A redirect is an answer like any other and is not followed: name the address that it leads to, or expect the "
        "status of the redirect. An address is given 5 seconds to answer, and only the first 64 KB are read.",
        "An address that is private, local or reserved fails at once and is never asked, however its name is spelt.",
    ),
)
