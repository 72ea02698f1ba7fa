"""Further shapes that an attacker would try, beyond the 45 of `forge.encodings`.

Some are no DER, some are DER and no certificate, some are legal and meant to be misread.
Which is which is not known here; what they have in common is that a reader which survives
them all, and explains them, is hard to surprise.

    >>> HOSTILE["x_empty_sequence"]().hex()
    '3000'
"""

from __future__ import annotations

__all__ = ["HOSTILE", "HOSTILE_DEFECTS"]

from typing import Final

from mtlspolicy.forge.defects import Register
from mtlspolicy.forge.hostile_content import CONTENT
from mtlspolicy.forge.hostile_encoding import ENCODING

HOSTILE_DEFECTS: Final = Register({**ENCODING, **CONTENT})
"""Per row id the defect, to be put into any draft."""

HOSTILE: Final = HOSTILE_DEFECTS.makers()
"""Per row id the function that forges it, by default from the ordinary leaf."""
