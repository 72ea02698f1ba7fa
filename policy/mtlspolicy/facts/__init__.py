"""Facts: what a certificate says, read from bytes, without judgement.

This package knows RFC 5280's types and how their DER departs from the ordinary. It has no
clock, no files and no opinion.
"""

from __future__ import annotations

from mtlspolicy.facts.pem import CertificateFile, split_certificates
from mtlspolicy.facts.read import read_certificate, read_certificate_cached

__all__ = ["CertificateFile", "read_certificate", "read_certificate_cached", "split_certificates"]
