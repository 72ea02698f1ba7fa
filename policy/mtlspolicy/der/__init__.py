"""Generic DER: elements with offsets, and the basic types (X.690).

This package knows ASN.1's encoding rules and nothing of certificates. It reports every
departure to a `Journal` and reads on where one reading is still possible; whether a
departure matters is decided elsewhere.
"""
