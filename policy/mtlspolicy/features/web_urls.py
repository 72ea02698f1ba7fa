"""URLs of the Web as their grammar has them (RFC 9110, 4.2; RFC 3986).

This module knows what an http or https URL looks like. It must not know who points where.
"""

from __future__ import annotations

import re
from typing import Final

from mtlspolicy.patterns import pattern

__all__ = ["HTTP_URL", "WEB_URL"]

# RFC 9110, 4.2.1: an http URL has a host, and who meets one without must refuse it. RFC 3986, 3.2:
# whatever stands before the host; a host is a name of these characters, or an address in brackets.
_AFTER_SCHEME: Final = (
    r"://(?:[a-z0-9._~!$&'()*+,;=:%-]*@)?"
    r"(?:[a-z0-9._~!$&'()*+,;=%-]+|\[[0-9a-f:.]+\])(?::[0-9]*)?"
    r"(?:[/?#][a-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?\Z"
)

# RFC 3986, 3.1: schemes have no case.
HTTP_URL: Final = pattern(f"http{_AFTER_SCHEME}", re.IGNORECASE | re.ASCII)
"""A URL by http (BR 7.1.2.7.7 and 7.1.2.11.2)."""

WEB_URL: Final = pattern(f"https?{_AFTER_SCHEME}", re.IGNORECASE | re.ASCII)
"""A URL by http or https (BR 7.1.2.7.9)."""
