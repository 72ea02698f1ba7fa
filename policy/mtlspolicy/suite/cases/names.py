"""Names: why the one that is asked for does not match, and look-alikes that must not.

The verdict is that of `name.matches`; the reason of the comparison stands in `reasons`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mtlspolicy.forge import extensions
from mtlspolicy.forge.names import name
from mtlspolicy.suite.authoring import Namespace, accept, reject
from mtlspolicy.suite.cases.pairs import LEGACY
from mtlspolicy.suite.cases.systems import ACCOUNT, bot
from mtlspolicy.suite.model import Flag

if TYPE_CHECKING:
    from mtlspolicy.forge.extensions import GeneralNameSpec
    from mtlspolicy.suite.authoring import CaseDraft
    from mtlspolicy.suite.model import Expectation

NOTES: Final = {
    "reason": Flag(
        text="the name does not match for a reason of its own",
        bug="connects to somebody else, or cannot say why it does not",
    ),
    "look-alike": Flag(
        text="a presented name looks like the one that is asked for",
        bug="reads a name otherwise than whoever checked it before it was issued",
    ),
    "same": Flag(
        text="the very name, perhaps written otherwise",
        bug="fails every other case for another reason than the one it is about",
    ),
}

SPACE: Final = Namespace("names", "why a name does not match, and look-alikes", NOTES)
NAMESPACES: Final = (SPACE,)

_HOST: Final = "server.example.com"


def _named(  # noqa: PLR0913 - a table
    case: str,
    text: str,
    clause: str,
    *presented: GeneralNameSpec,
    code: str = "",
    asked: tuple[str, str] = ("dns", _HOST),
    flag: str = "look-alike",
    also: tuple[str, ...] = (),
    neighbour: str = "the-very-name",
) -> None:
    def body(draft: CaseDraft) -> None:
        draft.server.leaf.set_names(*presented)
        draft.evidence["server"]["name"] = dict(zip(("type", "value"), asked, strict=True))
        draft.expect(LEGACY, _refused("server", code, also) if code else accept())

    SPACE.add(
        case,
        f"{text} ({clause}).",
        body,
        flags=(flag if code else "same",),
        traces=(clause.replace("RFC ", "RFC").replace(", ", ":", 1),),
        neighbour=neighbour,
    )


def _refused(side: str, code: str, also: tuple[str, ...] = ()) -> Expectation:
    return reject(*also, "name.not_matched", reasons={side: [f"name.{code}"]})


_UNUSABLE: Final = ("san.name_unusable",)
_6: Final = "RFC 9525, 6"
_named("the-very-name", "The very name", _6, ("dns", _HOST), neighbour="another-name")
_named("another-name", "Another name", _6, ("dns", "other.example.com"), code="mismatch",
       flag="reason")  # fmt: skip
_named("no-name-of-that-type", "A host is asked for, and the certificate has addresses alone",
       "RFC 9525, 6.2", ("ip", "198.41.0.4"), code="absent", flag="reason")  # fmt: skip
_named("no-name-of-that-type-asked", "The same certificate, asked for its address",
       "RFC 9525, 6.4", ("ip", "198.41.0.4"), asked=("ip", "198.41.0.4"),
       neighbour="no-name-of-that-type")  # fmt: skip
_named("what-is-asked-is-no-name", "What is asked for is a pattern, and no name", "RFC 9525, 6.1",
       ("dns", _HOST), asked=("dns", "*.example.com"), code="reference_invalid",
       flag="reason")  # fmt: skip
_named("what-is-asked-has-a-nul", "What is asked for has a NUL in it", "RFC 9525, 6.1",
       ("dns", _HOST), asked=("dns", f"{_HOST}\0.example.org"), code="reference_invalid",
       flag="reason")  # fmt: skip
_named("nul-after-the-name", "The name, then a NUL, then another domain", "RFC 9525, 6.3",
       ("dns", f"{_HOST}\0.example.org"), code="mismatch", also=_UNUSABLE)  # fmt: skip
_named("dot-after-the-name", "The name with a final dot, which no dNSName has", "RFC 9525, 6.3",
       ("dns", f"{_HOST}."), code="mismatch")  # fmt: skip
_named("space-after-the-name", "The name with a space after it", "RFC 9525, 6.3",
       ("dns", f"{_HOST} "), code="mismatch", also=_UNUSABLE)  # fmt: skip
_named("wildcard-in-the-middle", "A wildcard stands for the left-most label alone",
       "RFC 9525, 6.3", ("dns", "server.*.com"), code="mismatch")  # fmt: skip
_named("wildcard-in-a-label", "A wildcard is a whole label", "RFC 9525, 6.3",
       ("dns", "ser*.example.com"), code="mismatch")  # fmt: skip
_named("wildcard-alone", "A wildcard and nothing else", "RFC 9525, 6.3", ("dns", "*"),
       code="mismatch")  # fmt: skip
_named("wildcard-on-the-left", "A wildcard as the whole left-most label", "RFC 9525, 6.3",
       ("dns", "*.example.com"), neighbour="wildcard-in-a-label")  # fmt: skip
_named("mixed-case", "Case does not count in host names", "RFC 9525, 6.3",
       ("dns", "SeRvEr.ExAmPlE.cOm"), neighbour="another-name")  # fmt: skip
_named("punycode-look-alike", "An A-label that is shown with a Cyrillic letter", "RFC 9525, 6.3",
       ("dns", "xn--srver-d4e.example.com"), code="mismatch")  # fmt: skip
_named("punycode-itself", "The same A-label, asked for as it stands", "RFC 9525, 6.3",
       ("dns", "xn--srver-d4e.example.com"), asked=("dns", "xn--srver-d4e.example.com"),
       neighbour="punycode-look-alike")  # fmt: skip
_named("uri-for-a-host", "The host stands in a URI, which is no DNS-ID", "RFC 9525, 6.2",
       ("uri", f"https://{_HOST}/"), code="absent",
       also=("name.not_matched", "san.missing"))  # fmt: skip
_named("address-as-a-host", "An address that is written as a dNSName is none", "RFC 9525, 6.4",
       ("dns", "198.41.0.4"), asked=("ip", "198.41.0.4"), code="absent")  # fmt: skip


@SPACE.case("reason", traces=("RFC5280:4.2.1.6",), neighbour="the-very-name")
def names_that_cannot_be_read(draft: CaseDraft) -> None:
    """The alternative names stand there twice: which of them count differs between readers."""
    leaf = draft.server.leaf
    again = extensions.subject_alt_name(("dns", _HOST))
    leaf.add_extension("subjectAltName", again)
    reasons = {"server": ["name.unreadable", "path.duplicate_extension"]}
    draft.expect(LEGACY, reject("extension.repeated", "path.invalid", reasons=reasons))


@SPACE.case("reason", traces=("RFC5280:4.1.2.6",), neighbour="one-common-name", start=bot)
def two_common_names(draft: CaseDraft) -> None:
    """Which of two common names counts differs between readers, so none does."""
    draft.client.leaf.subject = name(("CN", "trade-bot"), ("CN", "trade-bot"))
    draft.expect(ACCOUNT, _refused("client", "several"))


@SPACE.case("same", traces=("SYSTEMS:S-1",), neighbour="two-common-names", start=bot)
def one_common_name(draft: CaseDraft) -> None:
    """The account is the one common name (S-1, identity)."""
    draft.expect(ACCOUNT, accept())


@SPACE.case("reason", traces=("SYSTEMS:S-1",), neighbour="one-common-name", start=bot)
def account_as_a_host(draft: CaseDraft) -> None:
    """The account is asked for by a dNSName that the certificate carries: of the wrong type."""
    draft.client.leaf.set_names(("dns", "trade-bot.example.com"))
    draft.evidence["client"]["name"] = {"type": "dns", "value": "trade-bot.example.com"}
    draft.expect(ACCOUNT, reject("name.wrong_type"))
    draft.expect(LEGACY, accept())


_WORKLOAD: Final = "spiffe://example.com/workload"


def _workload(draft: CaseDraft, *more: GeneralNameSpec) -> None:
    draft.client.leaf.set_names(("uri", _WORKLOAD), *more)
    draft.evidence["client"]["name"] = {"type": "uri", "value": _WORKLOAD}
    # legacy-dual-use compares servers alone; the name of a client is what an account has


@SPACE.case("reason", traces=("SPIFFE:X509-SVID:2",), neighbour="one-common-name", start=bot)
def two_uris(draft: CaseDraft) -> None:
    """An SVID has exactly one URI; one of two is nobody's (SPIFFE X509-SVID, 2)."""
    _workload(draft, ("uri", "spiffe://example.com/other"))
    draft.expect(
        ACCOUNT,
        reject("name.wrong_type", "name.not_matched", reasons={"client": ["name.several"]}),
    )
