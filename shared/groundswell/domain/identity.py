"""What names a protected thing: `<technology>/<account>/<name>`, so that nobody can name another account's things.

People write the name alone wherever only one thing can be meant by it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from groundswell.domain.ids import ResourceId

MAX_ID_BYTES = 512
"""Bytes of a resource's id: it is part of the ledger's keys."""
_SHOWN = 40
"""Characters of a wrong id that a fault shows."""
_MOST_CANDIDATES = 5

_QUALIFIED = re.compile(r"([a-z][a-z0-9-]{0,30})/([0-9]{12})/(.*)", re.DOTALL)


def qualified(technology: str, account: str, written: str) -> ResourceId:
    """The id of what goes by this name in its account, whether the name alone is written or all of the id."""
    return ResourceId(f"{technology}/{account}/{name_in(technology, account, written)}")


def name_in(technology: str, account: str, written: str) -> str:
    """The name alone, where it is written with this technology and account; else all that is written."""
    return written.removeprefix(f"{technology}/{account}/")


def is_qualified(written: str) -> bool:
    """Whether a technology and an account are written with the name."""
    return _QUALIFIED.fullmatch(written) is not None


def faults_of_name(technology: str, account: str, written: str) -> Iterator[str]:
    """What is wrong with the name that a thing of this technology and account is given."""
    shown, whole = ascii(written[:_SHOWN]), qualified(technology, account, written)
    named = _QUALIFIED.fullmatch(written)
    if named and named.group(1, 2) != (technology, account):
        yield (
            f"its id {shown} names another account's or technology's thing: give the name alone, or write "
            f"{technology}/{account}/<name>"
        )
    if not name_in(technology, account, written):
        yield "its id is empty; give dr:resource-id, a name of its own in its account"
    if not written.isprintable():
        yield f"its id {shown} has control characters; give dr:resource-id, in printable characters"
    size = len(whole.encode(errors="surrogatepass"))
    if size > MAX_ID_BYTES:
        yield (
            f"its id {shown} has {size} bytes with technology and account; give dr:resource-id, so short that it is "
            f"{MAX_ID_BYTES} at most"
        )


class Names:
    """The ids in question, by what people may call them."""

    def __init__(self, known: Iterable[ResourceId]) -> None:
        self._known = set(known)
        self._by_name = defaultdict[str, list[ResourceId]](list)
        for each in sorted(self._known):
            self._by_name[_name_of(each)].append(each)

    def meant_by(self, written: str, *, account: str | None = None) -> list[ResourceId]:
        """What is meant: one id where it is clear, none where nothing goes by that, several where it is not clear.

        Args:
            written: an id, or the name alone.
            account: whose thing says it: of several of that name its own are meant.
        """
        if written in self._known:
            return [ResourceId(written)]
        found = self._by_name.get(written, [])
        own = [each for each in found if account is not None and each.split("/")[1:2] == [account]]
        return list(own or found)


def unclear(written: str, candidates: list[ResourceId]) -> str:
    """Why it is not known what is meant, in words."""
    more = f" and {len(candidates) - _MOST_CANDIDATES} more" if len(candidates) > _MOST_CANDIDATES else ""
    return f"{written} may be {', '.join(candidates[:_MOST_CANDIDATES])}{more}: write the one that is meant in full"


def _name_of(known: ResourceId) -> str:
    named = _QUALIFIED.fullmatch(known)
    return named.group(3) if named else known
