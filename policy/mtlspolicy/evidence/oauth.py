"""OAuth 2.0 mutual TLS (RFC 8705): the check of `oauth` in an evidence document."""

from __future__ import annotations

from typing import Final

from mtlspolicy.evidence import check

__all__ = ["OAUTH"]

_JWK: Final = check.record(
    {
        "kty": check.TEXT,
        "use": check.WHOLE_TEXT,
        "alg": check.WHOLE_TEXT,
        "kid": check.WHOLE_TEXT,
        "x5c": check.listed(check.BASE64, least=1),
        "x5t#S256": check.SHA256_URL,
    },
    "kty",
    closed=False,  # RFC 7517, 4: additional members can be present
)
_NAMES: Final = dict.fromkeys(
    (
        # RFC 8705, 2.1.2: exactly one of them, which is for a rule to say
        "tls_client_auth_subject_dn",
        "tls_client_auth_san_dns",
        "tls_client_auth_san_uri",
        "tls_client_auth_san_ip",
        "tls_client_auth_san_email",
    ),
    check.TEXT,
)
_CLIENT: Final = check.record(
    {
        "client_id": check.TEXT,
        "token_endpoint_auth_method": check.TEXT,
        **_NAMES,
        "tls_client_certificate_bound_access_tokens": check.FLAG,
        "jwks": check.record({"keys": check.listed(_JWK)}, "keys"),
        "jwks_uri": check.TEXT,
        "jwks_resolved": check.FLAG,
    }
)
_TOKEN: Final = check.record(
    {
        "source": check.word("jwt", "introspection"),
        "active": check.FLAG,
        "client_id": check.TEXT,
        "cnf": check.record({"x5t#S256": check.SHA256_URL}),
    }
)
_SERVER_METADATA: Final = check.record(
    {
        "issuer": check.TEXT,
        "token_endpoint_auth_methods_supported": check.listed(check.TEXT, unique=True),
        "tls_client_certificate_bound_access_tokens": check.FLAG,
        "mtls_endpoint_aliases": check.mapped(check.WHOLE_TEXT, check.TEXT),
    }
)

OAUTH: Final = check.record(
    {
        "endpoint": check.word("authorization_server", "resource_server"),
        "client_id": check.TEXT,
        "client": _CLIENT,
        "token": _TOKEN,
        "server_metadata": _SERVER_METADATA,
    }
)
"""The check of the whole part."""
