"""Public roots as anchors: the bundle of certifi, on demand and never silently.

certifi is an optional extra and ships the roots that Mozilla trusts for websites. A
distribution may put its own bundle in its place, so what was read is said with version,
file and count.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mtlspolicy_cli.inputs import Inputs

__all__ = ["FLAG", "GROUP", "PublicRoots", "public_roots"]

FLAG: Final = "--public-roots"
GROUP: Final = "public"
"""The anchor group of the bundle."""


class PublicRoots(Enum):
    """Whose chains may lead to public roots."""

    client = "client"
    server = "server"
    both = "both"

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that are meant."""
        return ("client", "server") if self is PublicRoots.both else (self.value,)


def public_roots(asked: PublicRoots, inputs: Inputs) -> tuple[bytes, ...]:
    """Return the certificates of certifi's bundle, and say which bundle that is."""
    from mtlspolicy_cli import output  # noqa: PLC0415 - the options are read without it
    from mtlspolicy_cli.refuse import refuse  # noqa: PLC0415 - as above

    try:
        import certifi  # noqa: PLC0415 - an optional extra
    except ImportError:
        advice = 'install the extra `public-roots` (pip install "mtlspolicy[public-roots]")'
        refuse(
            f"{FLAG} needs the package certifi, which is not installed",
            f"{advice}, or give a file: --{asked.sides[0]}-anchors {GROUP}=FILE",
        )
    place = certifi.where()
    found = inputs.certificates(place, FLAG)
    whose = " and ".join(f"the {side}'s chain" for side in asked.sides)
    output.note(
        f"{len(found)} public roots are anchors of {whose}, in the group `{GROUP}`: "
        f"certifi {certifi.__version__}, {place}"
    )
    return found
