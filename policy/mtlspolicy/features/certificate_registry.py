"""The features of certificate scope beside EKU, key usage and validity, in order.

The order is the one in which `realise` is called on a draft: the list of extensions comes
after everything that writes one, and the departures of form come last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mtlspolicy.features.basic_constraints import BasicConstraintsFeature
from mtlspolicy.features.certificate_policies import PoliciesFeature
from mtlspolicy.features.crl_distribution_points import CrlDistributionPointsFeature
from mtlspolicy.features.extensions import ExtensionsFeature
from mtlspolicy.features.host_subject import HostSubjectFeature
from mtlspolicy.features.information_access import InformationAccessFeature
from mtlspolicy.features.key_identifiers import (
    AuthorityKeyIdentifierFeature,
    SubjectKeyIdentifierFeature,
)
from mtlspolicy.features.name_constraints import NameConstraintsFeature
from mtlspolicy.features.notes import NotesFeature
from mtlspolicy.features.public_key import PublicKeyFeature
from mtlspolicy.features.serial import SerialFeature
from mtlspolicy.features.signature_algorithm import SignatureAlgorithmFeature
from mtlspolicy.features.subject_alt_name import SubjectAltNameFeature
from mtlspolicy.features.subject_name import SubjectFeature
from mtlspolicy.features.timestamps import TimestampsFeature
from mtlspolicy.features.version import UniqueIdsFeature, VersionFeature

if TYPE_CHECKING:
    from mtlspolicy.features.base import Feature

__all__ = ["CERTIFICATE_FEATURES"]

CERTIFICATE_FEATURES: Final[tuple[Feature[Any], ...]] = (
    SerialFeature(),
    UniqueIdsFeature(),
    SignatureAlgorithmFeature(),
    PublicKeyFeature(),
    BasicConstraintsFeature(),
    SubjectFeature(),
    SubjectAltNameFeature(),
    HostSubjectFeature(),
    PoliciesFeature(),
    InformationAccessFeature(),
    CrlDistributionPointsFeature(),
    AuthorityKeyIdentifierFeature(),
    SubjectKeyIdentifierFeature(),
    TimestampsFeature(),
    NameConstraintsFeature(),
    ExtensionsFeature(),
    VersionFeature(),
    NotesFeature(),
)
