"""What the tags of a resource say: whether it is protected, in which wave, whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from groundswell.domain.events.facts import Remark
from groundswell.domain.identity import faults_of_name, is_qualified, qualified
from groundswell.domain.ids import ResourceId
from groundswell.domain.spelling import is_misspelt, looks_like
from groundswell.domain.tag_names import ENABLED

MAX_WAVE = 90
"""Waves are numbered 1 to this: all of them are written in the transaction that accepts a request."""

ID_TAG = "dr:resource-id"
"""The tag that gives a thing its name."""
MAX_MINUTES = 525_600
"""Minutes of a target at most: a year."""

_WAVE_OF_PRIORITY = {"critical": 1, "high": 2, "medium": 3, "low": 4}


class Impact(StrEnum):
    """What a failure of the resource means for its wave."""

    CRITICAL = "critical"
    OPTIONAL = "optional"


class Fitness(BaseModel):
    """Whether a replica is fit to be recovered from, as far as could be read."""

    model_config = ConfigDict(frozen=True)

    fit: bool | None = Field(description="None: it could not be read.")
    state: str = Field(description="The replica's state in its service's own words.")
    lag_seconds: float | None = None
    is_over: bool = Field(default=False, description="It replicates no longer: stopped, or its source is not seen.")


class LiveCopy(BaseModel):
    """A copy that is there already in the target Region, before anything was asked for."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="What it is called there, e.g. an instance id.")
    state: str
    launched_at: datetime | None = None
    point_in_time: datetime | None = Field(default=None, description="Of when its data is.")

    @property
    def as_of(self) -> datetime | None:
        """Of when it is, as far as anybody knows: what was written later it lacks."""
        return self.point_in_time or self.launched_at


class Finding(BaseModel):
    """Something in the target Region, or in the inventory, that carries our tags; not judged yet."""

    model_config = ConfigDict(frozen=True)

    technology: str
    account: str
    region: str
    source_region: str | None = None
    name: str
    own_name: str = Field(description="What names the thing in its account where `dr:resource-id` does not.")
    service_id: str | None = Field(default=None, description="What its service calls it, where names may coincide.")
    origin: str | None = Field(default=None, description="What it is a replica of: two of one origin are one thing.")
    declared: bool = Field(default=False, description="By the inventory: somebody wrote it down to be recovered.")
    tags: Mapping[str, str]
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    wake_key: str | None = Field(default=None, description="How AWS's events name it; an ARN.")
    fitness: Fitness | None = None
    live_copy: LiveCopy | None = None
    warnings: tuple[str, ...] = ()
    faults: tuple[str, ...] = Field(default=(), description="Why it cannot be recovered, whatever its tags say.")

    @property
    def plain_tags(self) -> dict[str, str]:
        """Its tags without the blanks around them that people leave behind."""
        return {name.strip(): value.strip() for name, value in self.tags.items()}

    @property
    def resource_id(self) -> ResourceId:
        """What names the protected thing: always in the namespace of its own technology and account."""
        return qualified(self.technology, self.account, self.written_name)

    @property
    def written_name(self) -> str:
        """Its name as the tag gives it, or the one that it has by itself."""
        return self.plain_tags.get(ID_TAG) or self.own_name

    @property
    def claims_name(self) -> bool:
        """Whether a person gave it a bare name: two accounts that give one name mean one thing."""
        given = self.plain_tags.get(ID_TAG)
        return bool(given) and not is_qualified(given or "")


class Protected(BaseModel):
    """A resource that is to be recovered, as its tags say."""

    model_config = ConfigDict(frozen=True)

    resource_id: ResourceId
    technology: str
    account: str
    region: str
    source_region: str | None
    name: str
    customer: str
    environment: str
    application: str | None
    wave: int
    impact: Impact
    rto_minutes: int | None
    rpo_minutes: int | None
    depends_on: tuple[ResourceId, ...]
    parameters: dict[str, JsonValue]
    wake_key: str | None
    fitness: Fitness | None
    warnings: tuple[str, ...]
    service_id: str | None = None
    origin: str | None = None
    claims_name: bool = False
    live_copy: LiveCopy | None = None
    relaunch: bool = Field(default=False, description="The request says that its live copy may be replaced.")
    oldest_copy: str | None = Field(
        default=None, description="A copy launched before does not count as recovered; None: the request accepts any."
    )

    def __str__(self) -> str:
        """Which one it is and how it stands, where two may be taken for each other."""
        state = f" ({self.fitness.state})" if self.fitness else ""
        return f"{self.service_id or self.name}{state} in {self.account}/{self.region}"


class Broken(BaseModel):
    """A resource that cannot be recovered as it is declared: named in the plan, never silently left out."""

    model_config = ConfigDict(frozen=True)

    remark: Remark
    customer: str | None
    environment: str | None


def judge(finding: Finding, wave: int | None = None) -> Protected | Broken | None:
    """What the tags of a finding make it; None where `dr:enabled` is absent or false.

    Args:
        finding: what was found or declared.
        wave: in which wave it is, where something else than its tags says so.
    """
    tags = finding.plain_tags
    if ENABLED not in tags:
        return _without_word(finding, tags)
    enabled = tags[ENABLED].lower()
    if enabled == "false":
        return None
    faults = [] if enabled == "true" else [f"dr:enabled is {enabled!r}; allowed are true and false"]
    wave = _wave(tags, faults) if wave is None else wave
    impact = _choice(tags, "dr:impact", [impact.value for impact in Impact], Impact.CRITICAL, faults)
    rto, rpo = _minutes(tags, "dr:rto-target", faults), _minutes(tags, "dr:rpo-target", faults)
    _check_url(tags, faults)
    faults += [_missing(name, tags) for name in ("Customer", "Environment") if not tags.get(name)]
    faults += _doubled(finding.tags)
    faults += faults_of_name(finding.technology, finding.account, finding.written_name)
    if faults or finding.faults:
        return _broken(finding, tags, faults)
    return Protected(
        resource_id=finding.resource_id,
        wave=wave,
        impact=Impact(impact),
        rto_minutes=rto,
        rpo_minutes=rpo,
        customer=tags["Customer"],
        environment=tags["Environment"],
        application=tags.get("Application") or None,
        depends_on=tuple(ResourceId(name) for name in tags.get("dr:depends-on", "").split()),
        claims_name=finding.claims_name,
        **finding.model_dump(exclude={"tags", "own_name", "declared", "fitness", "live_copy", "faults"}),
        fitness=finding.fitness,
        live_copy=finding.live_copy,
    )


def _without_word(finding: Finding, tags: Mapping[str, str]) -> Broken | None:
    """What does not say whether it is protected: nothing, unless it meant to, or was declared to be."""
    near = (name for name in sorted(tags) if looks_like(name, ENABLED) or is_misspelt(name, ENABLED))
    meant = [name for name in near if tags[name].lower() != "false"]
    faults = [f"{name!r} is not read: write {ENABLED}" for name in meant]
    if finding.declared and not faults:
        faults.append(f"{ENABLED} is missing: say true, or false where it shall not be recovered")
    return _broken(finding, tags, faults) if faults else None


def _missing(name: str, tags: Mapping[str, str]) -> str:
    near = [each for each in sorted(tags) if looks_like(each, name) or is_misspelt(each, name)]
    return f"{name} is missing" + (f" ({near[0]!r} is not read)" if near else "")


def _doubled(tags: Mapping[str, str]) -> list[str]:
    """A fault for each tag that is there twice, but for blanks around it, and says two things."""
    said: dict[str, set[str]] = {}
    for name, value in tags.items():
        said.setdefault(name.strip(), set()).add(value.strip())
    return [f"{name} is there twice, with blanks around it: keep one" for name in sorted(said) if len(said[name]) > 1]


def _broken(finding: Finding, tags: Mapping[str, str], faults: list[str]) -> Broken:
    subject = f"{finding.technology} {finding.name} in {finding.account}/{finding.region}"
    of_tags = [f"broken tags: {'; '.join(faults)}"] if faults else []
    remark = Remark(subject=subject, reason="; ".join([*of_tags, *finding.faults]))
    return Broken(remark=remark, customer=tags.get("Customer") or None, environment=tags.get("Environment") or None)


def _wave(tags: Mapping[str, str], faults: list[str]) -> int:
    if "dr:wave" in tags:
        text = tags["dr:wave"]
        wave = _whole(text)
        if wave and wave <= MAX_WAVE:
            return wave
        faults.append(f"dr:wave is {text!r}; allowed are 1 to {MAX_WAVE}")
        return 0
    if "dr:priority" not in tags:
        faults.append("neither dr:wave nor dr:priority says when it is recovered")
        return 0
    priority = _choice(tags, "dr:priority", list(_WAVE_OF_PRIORITY), "", faults)
    return _WAVE_OF_PRIORITY.get(priority, 0)


def _choice(tags: Mapping[str, str], name: str, allowed: list[str], default: str, faults: list[str]) -> str:
    value = tags.get(name, default).lower()
    if value in allowed:
        return value
    faults.append(f"{name} is {tags[name]!r}; allowed are {', '.join(allowed)}")
    return default


def _minutes(tags: Mapping[str, str], name: str, faults: list[str]) -> int | None:
    text = tags.get(name)
    if text is None:
        return None
    minutes = _whole(text)
    if minutes and minutes <= MAX_MINUTES:
        return minutes
    faults.append(f"{name} is {text!r}; give whole minutes, 1 to {MAX_MINUTES}")
    return None


def _whole(text: str) -> int | None:
    """The number that the text spells in plain digits; so few that no text is too long for Python or the ledger."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _check_url(tags: Mapping[str, str], faults: list[str]) -> None:
    url = tags.get("dr:health-check-url")
    if url and not _is_https(url):
        faults.append(f"dr:health-check-url is {url!r}; give an https:// address")


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)
