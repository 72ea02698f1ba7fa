"""Every bound of the product, each with the source of its number.

Exceeding a bound has a code of its own (``limit.*``): it is a reject, never a crash and
never an accept.
"""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final = 16 * 1024 * 1024
"""Bytes read from one input file. A chain of 100 certificates at the bound below fits
several times over; a whole public root bundle is about 0.25 MiB."""

MAX_FILE_CERTIFICATES: Final = 4_096
"""Certificate blocks taken from one input file. A system's bundle of public roots has about 150.
A block may be as short as its begin line, so that a file at the bound above could hold half a
million, and a report takes some 600 octets for each."""

MAX_CERTIFICATE_BYTES: Final = 1024 * 1024
"""Bytes of one certificate. TLS carries at most 2^24-1 bytes per certificate (RFC 8446,
4.4.2), yet common stacks stop at 100 KiB for a whole message (OpenSSL max_cert_list);
10,000 SAN entries take about 300 KiB, so this is generous."""

MAX_CHAIN_CERTIFICATES: Final = 100
"""Certificates presented by one side. rustls-webpki allows 100 signature checks per path
search; no public chain has more than five certificates."""

MAX_DER_DEPTH: Final = 32
"""Nesting of DER values. The deepest standard extension nests below 12; Go's
encoding/asn1 and OpenSSL's ASN1_MAX_CONSTRUCTED_NEST (30) stop at the same order."""

MAX_NAMES: Final = 10_000
"""General names of one extension. Public CAs stop at 100 to 1,000 names."""

MAX_EXTENSIONS: Final = 256
"""Extensions of one certificate. Real certificates stay below 20."""

MAX_RDNS: Final = 256
"""Relative distinguished names of one name, and attributes of one of them."""

MAX_OIDS: Final = 1_024
"""Object identifiers in one list (EKU values, policies)."""

MAX_OID_BYTES: Final = 128
"""Content bytes of one object identifier. pyca/cryptography reads up to 63; UUID arcs
take 19."""

MAX_INTEGER_BYTES: Final = 4_096
"""Content bytes of one INTEGER that is turned into a number: an RSA modulus of 32,768
bits. OpenSSL refuses moduli above 16,384 bits (OPENSSL_RSA_MAX_MODULUS_BITS)."""

MAX_DOCUMENT_BYTES: Final = 8 * 1024 * 1024
"""Bytes of one JSON document (policy, evidence). The largest built-in policy is below
200 KiB; evidence carries certificates and revocation lists as base64."""

MAX_DOCUMENT_DEPTH: Final = 64
"""Nesting of one JSON document."""

MAX_POLICY_RULES: Final = 2_000
"""Rules of one resolved policy; the strict profile has about a hundred."""

MAX_TREE_DEPTH: Final = 32
"""Nesting of one condition after its terms are put in."""

MAX_TREE_NODES: Final = 10_000
"""Nodes of all conditions of one resolved policy rule, after its terms are put in."""

MAX_EXTENDS_DEPTH: Final = 8
"""Length of a chain of policies, each of which extends the next."""

MAX_CANDIDATE_PATHS: Final = 64
"""Candidate paths judged per side."""

MAX_SIGNATURE_CHECKS: Final = 100
"""Signatures checked per side; rustls-webpki's budget for one path search."""

MAX_PATH_STEPS: Final = 2_000
"""Steps of one path search (a step looks at one possible issuer); rustls-webpki allows
200,000 in compiled code, a hundredth of that keeps the time alike."""

MAX_NAME_COMPARISONS: Final = 250_000
"""Comparisons of a name with a name constraint per path search; rustls-webpki's budget."""

MAX_CRL_ENTRIES: Final = 200_000
"""Entries of one revocation list. A document of evidence (8 MiB of base64) holds about
160,000 of the shortest ones."""

MAX_REVOCATION_ITEMS: Final = 256
"""Revocation lists and OCSP responses looked at per side: two for each certificate of a
presented chain at its bound, and some."""

MAX_OCSP_ANSWERS: Final = 1_000
"""Single responses in one OCSP response; public responders give one."""

MAX_OCSP_CERTIFICATES: Final = 16
"""Certificates that come with one OCSP response; one is usual."""

MAX_DNS_ANSWERS: Final = 1_000
"""DNS answers in one document of evidence. Eight names with their aliases, addresses, TLSA and
service records take about a hundred."""

MAX_DNS_RECORDS: Final = 16_384
"""Records of one DNS answer. A DNS message has at most 65,535 octets (RFC 1035, 4.2.2), and a
record with an address takes 16 of them: four times what one message can hold."""

MAX_DNS_CANDIDATES: Final = 8
"""Names that reverse DNS gives for one address and that are looked at. Hosts have one; the
peer's own zone says how many, so each would be a question that the peer chose."""

MAX_TLSA_RECORDS: Final = 32
"""TLSA records under one name. A roll-over of keys takes two to four (RFC 7671, 8)."""

MAX_MEMO_ENTRIES: Final = 4_096
"""Entries of each memo of parsed values or judgements; a memo that is full starts afresh,
so an attacker who sends distinct values gains nothing but a cold start."""

MAX_HEX_BYTES: Final = 16
"""Bytes of the input shown in a finding."""

MAX_TEXT: Final = 200
"""Characters of a certificate's own text shown in a message."""

MAX_COMPARED_STATES: Final = 200_000
"""States that a comparison of two policies looks at; past it the answer is *unknown*. Pairs of
built-in policies need a few thousand at most."""

MAX_HARNESS_BYTES: Final = 64 * 1024 * 1024
"""Bytes that the harness of another implementation may write. Answers to a thousand cases
with a sentence each take about 300 KiB."""
