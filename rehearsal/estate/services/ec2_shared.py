"""What EC2's reads have in common: filters with wildcards, and pages. Source: the service model, 2016-11-15."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply
from rehearsal.estate.paging import BadTokenError, page_of

Item = TypeVar("Item")
Values = Mapping[str, Sequence[str]]
"""What each filter looks at."""


def filtered(call: Call, found: Iterable[Reply], values_of: Callable[[Reply], Values]) -> list[Reply]:
    """Those that every filter lets through; a filter that the estate does not know is refused, as EC2 does."""
    kept = list(found)
    for asked in call.ask.nodes("Filters"):
        name, patterns = asked.text("Name"), asked.texts("Values")
        if len(patterns) > 200:
            message = "The maximum number of filter values specified on a single call is 200"
            raise EstateError("FilterLimitExceeded", message)
        kept = [one for one in kept if any_match(_looked_at(values_of(one), name), patterns)]
    return kept


def _looked_at(values: Values, name: str) -> Sequence[str]:
    if name.startswith("tag:"):
        return values.get(name, ())
    if name not in values:
        raise EstateError("InvalidParameterValue", f"The filter '{name}' is invalid")
    return values[name]


def any_match(values: Iterable[str], patterns: Sequence[str]) -> bool:
    """Whether one of the values fits one of the patterns; `*` and `?` are wildcards."""
    return any(fnmatchcase(value, pattern) for value in values for pattern in patterns)


def paged(
    call: Call, name: str, found: Sequence[Item], key: Callable[[Item], str], most: int
) -> tuple[Sequence[Item], Reply]:
    """One page of what is sorted by `key`, and the reply's NextToken if there is more; `most`: MaxResults at most."""
    asked, size = call.ask.number("MaxResults"), call.world.scenario.page_size
    if asked is not None and not 1 <= asked <= most:
        message = f"Value ( {asked} ) for parameter maxResults is invalid. Expecting a value between 1 and {most}."
        raise EstateError("InvalidParameterValue", message)
    try:
        chosen, token = page_of(found, key, token=call.ask.text("NextToken"), size=min(asked or size, size))
    except BadTokenError as error:
        raise EstateError("InvalidParameterValue", f"Invalid value for NextToken of {name}") from error
    return chosen, {} if token is None else {"NextToken": token}


def page(call: Call, name: str, found: Sequence[Reply], key: str, most: int = 1000) -> Reply:
    """A reply with one page of these, sorted by their member `key`."""
    ordered = sorted(found, key=lambda one: str(one[key]))
    chosen, token = paged(call, name, ordered, lambda one: str(one[key]), most)
    return {name: list(chosen), **token}


def tags_of(tags: Mapping[str, str]) -> list[Reply]:
    """Tags as EC2 lists them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
