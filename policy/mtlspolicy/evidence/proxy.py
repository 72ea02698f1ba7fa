"""How a certificate reached an application behind a proxy: the check of `proxy`.

A header proves nothing by itself: `trusted` says that the caller has authenticated the
proxy, and that the header came from it (RFC 9440, 4).
"""

from __future__ import annotations

from typing import Final

from mtlspolicy.evidence import check

__all__ = ["FORMATS", "PROXY"]

FORMATS: Final = (
    "rfc9440", "xfcc", "nginx", "haproxy", "apache", "traefik", "caddy", "aws-alb", "gcp",
    "azure", "cloudflare",
)  # fmt: skip
"""The header forms in use; a listener takes one of them."""

_HEADER: Final = check.record(
    {
        # RFC 9110, 5.6.2
        "name": check.matching(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}", "a header name"),
        "value": check.WHOLE_TEXT,
    },
    "name",
    "value",
)
_VERIFICATION: Final = check.record(
    {"result": check.word("success", "failed", "none", "unknown"), "detail": check.TEXT}, "result"
)

PROXY: Final = check.record(
    {
        "trusted": check.FLAG,
        "authenticated_by": check.word("mtls", "basic", "shared_secret", "unix_socket", "none"),
        "identity": check.TEXT,
        "format": check.word(*FORMATS),
        "headers": check.listed(_HEADER),
        "element": check.whole(0, 255),
        "strips_incoming": check.FLAG,
        "carries": check.word("leaf", "chain"),
        "verification": _VERIFICATION,
    }
)
"""The check of the whole part."""
