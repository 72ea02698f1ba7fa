"""Every feature of the connection itself: its handshake, its address, and what DNS says.

Only some policies ask about them, so `features.registry` imports this module when one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.features.asserted_peer import AssertedPeerFeature
from mtlspolicy.features.dns_faults import DnsFaultsFeature
from mtlspolicy.features.handshake import HANDSHAKE_FEATURES
from mtlspolicy.features.reverse_dns import ReverseDnsFeature
from mtlspolicy.features.service_records import ServiceFeature
from mtlspolicy.features.source_address import SourceFeature
from mtlspolicy.features.tlsa_records import TlsaFeature

if TYPE_CHECKING:
    from mtlspolicy.features.base import Feature

__all__ = ["CONNECTION_FEATURES"]

CONNECTION_FEATURES: Final[tuple[Feature[Any], ...]] = (
    *HANDSHAKE_FEATURES,
    SourceFeature(),
    AssertedPeerFeature(),
    DnsFaultsFeature(),
    ReverseDnsFeature(),
    TlsaFeature(),
    ServiceFeature(),
)
