"""Values of the features of certificate scope: each is read, written, shown and described."""

from __future__ import annotations

from functools import cache
from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from mtlspolicy.der import writer
from mtlspolicy.derive.special_addresses import BLOCKS, is_special
from mtlspolicy.facts import read_certificate
from mtlspolicy.facts.certificate import UNREADABLE
from mtlspolicy.features import public_key, registry_snapshot, signature_algorithm
from mtlspolicy.features.base import Call, Domain, Feature, Scope
from mtlspolicy.features.certificate_policies import PoliciesFeature
from mtlspolicy.features.certificate_registry import CERTIFICATE_FEATURES
from mtlspolicy.features.information_access import Locations
from mtlspolicy.features.name_defects import DEFECTS, EXAMPLES, GOOD, KIND_OF, defects_of
from mtlspolicy.features.notes import CODES, ELSEWHERE, NotesFeature
from mtlspolicy.features.parameters import BadArgumentError
from mtlspolicy.features.public_key import Key, PublicKeyFeature
from mtlspolicy.features.registry import ATOMS
from mtlspolicy.features.serial import Serial, SerialFeature
from mtlspolicy.features.signature_algorithm import Signature, SignatureAlgorithmFeature
from mtlspolicy.features.subject import CertificateSubject, Place
from mtlspolicy.features.subject_name import DEFECTS as SUBJECT_DEFECTS
from mtlspolicy.features.subject_name import Subject, SubjectFeature
from mtlspolicy.features.version import Version, VersionFeature
from mtlspolicy.features.words import ATTRIBUTE, EXTENSION, METHOD, OWN_EXTENSIONS, POLICY, several
from mtlspolicy.forge import extensions as x
from mtlspolicy.forge.names import name
from mtlspolicy.forge.pair import ORDINARY_AT, ordinary_pair
from mtlspolicy.language.explain import phrase
from mtlspolicy.limits import MAX_MEMO_ENTRIES
from reader_support import cert

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from mtlspolicy.facts.certificate import Certificate, GeneralName
    from mtlspolicy.features.parameters import Kind
    from mtlspolicy.forge.draft import CertificateDraft

MOST = 250
"""Values of one feature that are written and read back."""

ONION = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"
"""The example of an onion address in rend-spec-v3, 6."""


# -- every value of every feature


def samples(kind: Kind) -> Iterator[object]:
    """A few arguments of a kind."""
    schema: Mapping[str, Any] = kind.schema
    if schema.get("type") == "integer":
        yield min(schema["maximum"], schema["minimum"] + 100)
    elif schema.get("type") == "array":
        yield list(kind.words[:1])
        yield list(kind.words[1:3])
    else:
        yield from kind.words[:2]


@cache
def values(feature: Feature[Any]) -> tuple[Any, ...]:
    """The domain of a feature when a little of everything is asked."""
    calls = []
    for atom in feature.atoms:
        arguments = [samples(parameter.kind) for parameter in atom.parameters]
        for given in zip(*arguments, strict=True) if arguments else [()]:
            kinds = [parameter.kind for parameter in atom.parameters]
            parsed = tuple(k.parse(g) for k, g in zip(kinds, given, strict=True))
            calls.append(Call(feature, atom, parsed))
    return Domain(feature, calls).values


def read(feature: Feature[Any], draft: CertificateDraft) -> Any:  # noqa: ANN401 - a value
    certificate = read_certificate(draft.build("p256-9"))
    return feature.read(CertificateSubject(certificate, ORDINARY_AT))


@pytest.mark.parametrize("feature", CERTIFICATE_FEATURES, ids=lambda feature: feature.name)
def test_every_value_is_written_read_back_shown_and_described(feature: Feature[Any]) -> None:
    found = values(feature)
    step = max(1, len(found) // MOST)
    for value in islice(found, 0, None, step):
        place = Place(ordinary_pair(), "client")
        feature.realise(value, place)
        assert read(feature, place.certificate) == value or feature.cell(()) is not None
        assert feature.describe(value)
        feature.show(value)


@pytest.mark.parametrize("feature", CERTIFICATE_FEATURES, ids=lambda feature: feature.name)
def test_descriptions_tell_the_values_of_one_feature_apart(feature: Feature[Any]) -> None:
    shown = [repr(feature.show(value)) for value in values(feature)]
    assert len(set(shown)) > 1 or feature.name == "encoding"


def test_every_atom_begins_with_a_word_and_says_what_it_affirms_and_denies() -> None:
    for atom_name, (_, atom) in ATOMS.items():
        assert atom_name.count(".") == 1
        assert atom.phrase != atom.denial


# -- names


def general(kind: str, value: str | bytes) -> GeneralName:
    draft = ordinary_pair().client.leaf
    draft.set_names((kind, value))
    san = read_certificate(draft.build("p256-11")).subject_alt_name
    assert san is not None
    assert san is not UNREADABLE
    return san.names[0]


@pytest.mark.parametrize("word", DEFECTS)
def test_each_defect_has_an_example_that_has_it_alone(word: str) -> None:
    found = general(*EXAMPLES[word])
    assert defects_of(found) == {word}
    assert found.kind == KIND_OF[word]


@pytest.mark.parametrize("kind", GOOD)
def test_good_names_have_no_defect(kind: str) -> None:
    assert defects_of(general(*GOOD[kind])) == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*.example.com", set()),
        ("xn--mnchen-3ya.de", set()),
        ("XN--MNCHEN-3YA.de", set()),
        ("a.b--c.example.com", set()),
        (f"www.{ONION}", set()),
        (ONION.upper(), set()),
        ("onion", {"dns-single-label", "dns-internal"}),
        ("abcdefghijklmnop2345.onion", {"dns-internal"}),
        (f"{ONION[:-9]}abc.onion", {"dns-internal"}),
        (f"{ONION[:-7]}e.onion", {"dns-internal"}),
        (f"1{ONION[1:]}", {"dns-internal"}),
        (f"*.{ONION}", set()),
        ("*.onion", {"dns-internal"}),
        ("*.com", {"dns-wildcard-registry"}),
        ("*.example.ck", {"dns-wildcard-registry"}),
        ("*.www.ck", set()),
        ("*.kawasaki.jp", {"dns-wildcard-registry"}),
        ("*.city.kawasaki.jp", set()),
        ("ab--c.com", {"dns-label"}),
        ("xn--.com", {"dns-label"}),
        ("xn--a-.com", {"dns-label"}),
        ("xn--99999999.com", {"dns-label"}),
        ("-a.com", {"dns-label"}),
        (f"{'a' * 64}.com", {"dns-label"}),
        ("a..example.com", {"dns-label"}),
        ("foo.*.com", {"dns-wildcard"}),
        ("*", {"dns-wildcard", "dns-single-label", "dns-internal"}),
        ("*.", {"dns-trailing-dot", "dns-wildcard", "dns-single-label", "dns-internal"}),
        ("localhost", {"dns-single-label", "dns-internal"}),
        ("192.0.2.1", {"dns-internal"}),
        ("1.0.0.127.IN-ADDR.ARPA", {"dns-reverse-zone"}),
        ("in-addr.arpa", {"dns-reverse-zone"}),
        ("home.arpa", set()),
        ("two words.example.com", {"dns-character"}),
    ],
)
def test_defects_of_domain_names(text: str, expected: set[str]) -> None:
    found = general("dns", text)
    assert defects_of(found) == expected
    assert defects_of(found) == expected  # the second time from memory


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("email", "a.b@example.com", set()),
        ("email", '"a b"@example.com', set()),
        ("email", "a@[192.0.2.1]", set()),
        ("email", "a@b@example.com", {"email-syntax"}),
        ("email", "@example.com", {"email-syntax"}),
        ("uri", "urn:uuid:1", set()),
        ("uri", "spiffe://example.org/a", set()),
        ("uri", "no scheme", {"uri-syntax"}),
        ("rid", "1.2.3", set()),
    ],
)
def test_defects_of_other_names(kind: str, text: str, expected: set[str]) -> None:
    assert defects_of(general(kind, text)) == expected


def test_the_memory_of_names_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from mtlspolicy.features import name_defects  # noqa: PLC0415

    full = {f"{number}.example.com": frozenset[str]() for number in range(MAX_MEMO_ENTRIES)}
    monkeypatch.setattr(name_defects, "_memo", full)
    assert defects_of(general("dns", "new.example.com")) == frozenset()
    assert len(full) == 1
    for _ in range(2):  # what is too long for a name is not kept
        assert "dns-too-long" in defects_of(general("dns", "a." * 200))
    assert len(full) == 1


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_holds_its_first_and_last_address(block: str) -> None:
    import ipaddress  # noqa: PLC0415

    network = ipaddress.ip_network(block)
    assert is_special(network.network_address.packed)
    assert is_special(network.broadcast_address.packed)


@pytest.mark.parametrize("address", ["198.41.0.4", "9.255.255.255", "11.0.0.0", "2606:4700::1"])
def test_other_addresses_are_not_special(address: str) -> None:
    import ipaddress  # noqa: PLC0415

    assert not is_special(ipaddress.ip_address(address).packed)
    assert not is_special(b"\x0a")


def test_the_snapshot_is_dated_and_plausible() -> None:
    assert registry_snapshot.UPDATED >= "2026-10-22"
    assert {"com", "arpa", "xn--p1ai"} <= registry_snapshot.TOP_LEVEL
    assert {"co.uk", "com.au"} <= registry_snapshot.SUFFIXES
    assert {"internal", "local", "lan"}.isdisjoint(registry_snapshot.TOP_LEVEL)


# -- words


@pytest.mark.parametrize(
    ("kind", "value", "part"),
    [
        (EXTENSION, "2.5.29.17", "`san.*`"),
        (ATTRIBUTE, "2.5.4.3", "`common_name.*`"),
        (POLICY, "nonsense", "dotted"),
        (METHOD, 5, "dotted"),
        (several(POLICY, "policies"), [], "at least 1"),
        (several(POLICY, "policies"), "anyPolicy", "at least 1"),
        (several(POLICY, "policies"), ["anyPolicy", "2.5.29.32.0"], "twice"),
    ],
)
def test_words_that_a_kind_refuses(kind: Kind, value: object, part: str) -> None:
    with pytest.raises(BadArgumentError, match=part.replace("*", r"\*")):
        kind.parse(value)


def test_a_dotted_identifier_stands_for_a_word() -> None:
    assert METHOD.parse("ocsp") == METHOD.parse("1.3.6.1.5.5.7.48.1")
    assert ATTRIBUTE.parse("1.2.3.4") == "1.2.3.4"


@pytest.mark.parametrize(("code", "atom"), ELSEWHERE.items())
def test_a_code_of_another_feature_names_its_atom(code: str, atom: str) -> None:
    parse = NotesFeature.atoms[0].parameters[0].kind.parse
    with pytest.raises(BadArgumentError, match="is asked by"):
        parse(code)
    first = atom.partition(" ")[0].rstrip(",")
    assert first in ATOMS


def test_unknown_codes_are_refused() -> None:
    parse = NotesFeature.atoms[0].parameters[0].kind.parse
    for code in ("asn1.tag", 5):
        with pytest.raises(BadArgumentError, match="is expected here"):
            parse(code)
    assert CODES.keys().isdisjoint(ELSEWHERE)


def test_extensions_of_their_own_have_a_feature() -> None:
    assert set(OWN_EXTENSIONS.values()) <= {atom.partition(".")[0] for atom in ATOMS}


# -- single values


def test_a_serial_number_of_one_bit_and_of_none() -> None:
    feature = SerialFeature()
    for value in (Serial(1, 1), Serial(-1, 8), Serial(0, 0)):
        place = Place(ordinary_pair(), "server")
        feature.realise(value, place)
        assert read(feature, place.certificate) == value


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        # RFC 4055, 3.1: without parameters, and with the hash left out, it is SHA-1
        ("300b06092a864886f70d01010a", "sha1"),
        ("300d06092a864886f70d01010a3000", "sha1"),
        ("301c06092a864886f70d01010a300fa00d300b0609608648016503040204", "sha224"),
        ("301c06092a864886f70d01010a300fa00d300b0609608648016503040209", "other"),
    ],
)
def test_the_hash_of_unusual_pss_parameters(algorithm: str, expected: str) -> None:
    draft = ordinary_pair().server.leaf
    draft.inner_algorithm = draft.outer_algorithm = bytes.fromhex(algorithm)
    assert read(SignatureAlgorithmFeature(), draft) == Signature("", expected, same=True)


def test_the_hash_of_pss_parameters_behind_a_long_length() -> None:
    salt = writer.explicit(2, writer.octet_string(bytes(120))).encode()
    digest = bytes.fromhex("a00d300b0609608648016503040201")
    oid = writer.oid("1.2.840.113549.1.1.10")
    algorithm = writer.sequence(oid, writer.sequence(writer.raw(digest + salt))).encode()
    draft = ordinary_pair().server.leaf
    draft.inner_algorithm = draft.outer_algorithm = algorithm
    assert algorithm[1] == 0x81
    assert read(SignatureAlgorithmFeature(), draft).hash == "sha256"


def test_a_key_that_is_like_the_wanted_one_is_kept() -> None:
    pair = ordinary_pair()
    feature = PublicKeyFeature()
    ordinary = Key("ec", 256, "secp256r1", canonical=True)
    feature.realise(ordinary, Place(pair, "client"))
    assert pair.client.leaf.key == "p256-1"
    feature.realise(Key("ec", 384, "secp384r1", canonical=True), Place(pair, "client"))
    assert pair.client.leaf.key == "p384-1"
    pair.server.leaf.key = "rsa2048-e3"
    rsa = Key("rsa", 2048, "", 65_537, odd=True, canonical=True)
    feature.realise(rsa, Place(pair, "server"))
    assert pair.server.leaf.key == "rsa2048-0"


def test_both_sides_get_different_keys() -> None:
    for value in values(PublicKeyFeature()):
        pair = ordinary_pair()
        for side in ("client", "server"):
            PublicKeyFeature().realise(value, Place(pair, side))
        if value is not UNREADABLE:
            assert pair.client.leaf.public_key() != pair.server.leaf.public_key()


def test_a_huge_exponent_is_shown_by_its_size() -> None:
    key = Key("rsa", 2048, "", 1 << 300, odd=True, canonical=True)
    shown = PublicKeyFeature().show(key)
    assert isinstance(shown, dict)
    assert shown["exponent"] == "301 bits"


def test_an_old_version_with_extensions_gets_one_where_there_is_none() -> None:
    place = Place(ordinary_pair(), "client")
    place.certificate.extensions.clear()
    VersionFeature().realise(Version(1, misfit=True), place)
    assert read(VersionFeature(), place.certificate) == Version(1, misfit=True)


def test_an_unnamed_bit_brings_a_key_usage() -> None:
    place = Place(ordinary_pair(), "client")
    place.certificate.drop_extension("keyUsage")
    value = frozenset(("bits.unnamed", "issuer.empty"))
    NotesFeature().realise(value, place)
    assert read(NotesFeature(), place.certificate) == value


def test_a_time_with_a_fraction_is_a_note_and_no_whole_second() -> None:
    place = Place(ordinary_pair(), "client")
    place.certificate.not_before = 2_600_000_000  # 2052: a GeneralizedTime already
    value = frozenset(("time.fraction",))
    NotesFeature().realise(value, place)
    certificate = read_certificate(place.certificate.build("p256-11"))
    assert certificate.well_formed
    assert certificate.not_before is UNREADABLE
    assert read(NotesFeature(), place.certificate) == value


def test_dates_of_the_last_century_keep_their_century() -> None:
    place = Place(ordinary_pair(), "client")
    place.certificate.not_before = 915_148_800  # 1999
    NotesFeature().realise(frozenset(("time.generalized_before_2050",)), place)
    assert read_certificate(place.certificate.build("p256-11")).not_before == 915_148_800


# -- policies


def test_an_empty_list_of_qualifiers_is_one_of_another_kind() -> None:
    """It has at least one, or is left out (RFC 5280, appendix A)."""
    policy = writer.sequence(writer.oid("2.23.140.1.2.1"), writer.sequence())
    draft = ordinary_pair().client.leaf
    draft.set_extension("certificatePolicies", writer.sequence(policy).encode())

    assert frozenset(("other",)) == read(PoliciesFeature(), draft).qualifiers


# -- subjects


def subject(*rdns: Any) -> Subject:  # noqa: ANN401 - the forge's notation
    draft = ordinary_pair().client.leaf
    draft.subject = name(*rdns)
    found = read(SubjectFeature(), draft)
    assert isinstance(found, Subject)
    return found


@pytest.mark.parametrize(
    ("rdns", "defects"),
    [
        ([("C", "US"), ("O", "Example")], set()),
        ([("CN", "a"), ("C", "US")], set()),
        ([("O", "Example"), ("C", "US")], {"disorder"}),
        ([("C", "US"), ("C", "US")], {"repeated"}),
        ([("DC", "example"), ("DC", "com")], set()),
        ([[("C", "US"), ("O", "Example")]], {"multivalued"}),
        ([[("C", "US"), ("CN", "a")]], set()),
        ([("O", "-")], {"placeholder"}),
        ([("O", "")], {"placeholder"}),
        ([("O", "\u2014 / * ?")], {"placeholder"}),
        ([("O", "n/A")], {"placeholder"}),
        ([("O", "Not Applicable")], {"placeholder"}),
        ([("O", "n/a.")], set()),
        ([("O", "$")], set()),
        ([("O", "\u5b57")], set()),
        ([("O", "a\x00b")], {"control"}),
        ([("O", "a" * 65)], {"too-long"}),
        ([("O", "a", "bmp")], {"string-type"}),
        ([("C", "us")], {"country-code"}),
        ([("C", "ZZ")], {"country-code"}),
        ([("C", "UK")], {"country-code"}),
        ([("C", "XK")], {"country-code"}),
        ([("C", "XX")], set()),
        ([("C", "US\n", "utf8")], {"country-code", "control", "too-long", "string-type"}),
        ([("jurisdictionC", "ZZ")], {"country-code"}),
        ([("jurisdictionC", "GB")], set()),
        ([("C", "USA")], {"country-code", "too-long"}),
        ([("C", "US", "utf8")], {"string-type"}),
        ([("title", "x" * 200)], set()),
        ([("businessCategory", "Business Entity")], set()),
        ([("businessCategory", "business entity")], {"business-category"}),
        ([("businessCategory", "Business Entity ")], {"business-category"}),
        ([("organizationIdentifier", "PSDBE-NBB-1")], set()),
        ([("organizationIdentifier", "NTRUS+CA-1")], set()),
        ([("organizationIdentifier", "NTRUS+-1")], {"organization-identifier"}),
        ([("organizationIdentifier", "NTRUS-")], {"organization-identifier"}),
        ([("organizationIdentifier", "ntrus-1")], {"organization-identifier"}),
        ([("organizationIdentifier", "NTRUS-1\x00")], {"organization-identifier", "control"}),
    ],
)
def test_defects_of_subjects(rdns: list[Any], defects: set[str]) -> None:
    assert subject(*rdns).defects == defects


def test_a_value_that_is_no_text_has_no_defect_but_its_type() -> None:
    draft = ordinary_pair().client.leaf
    draft.subject = name(("O", b"\xe9", "teletex"))
    assert read(SubjectFeature(), draft).defects == {"string-type"}


def test_no_subject_has_a_defect_that_its_attributes_cannot_have() -> None:
    impossible = Subject(frozenset(), frozenset(("placeholder",)))
    with pytest.raises(KeyError):
        SubjectFeature().realise(impossible, Place(ordinary_pair(), "client"))
    assert "placeholder" in SUBJECT_DEFECTS


# -- extensions that are there twice or not at all


def test_an_unreadable_list_of_extensions_is_unreadable_for_all() -> None:
    for feature in CERTIFICATE_FEATURES:
        if feature.name == "extensions":
            place = Place(ordinary_pair(), "client")
            place.certificate.extensions.clear()
            feature.realise(UNREADABLE, place)
            assert read(feature, place.certificate) is UNREADABLE


def test_the_second_of_all_extensions_is_one_of_the_others_if_there_is_one() -> None:
    draft = ordinary_pair().client.leaf
    draft.add_extension("tlsFeature", x.tls_feature(5))
    draft.add_extension("tlsFeature", x.tls_feature(5))
    (feature,) = [f for f in CERTIFICATE_FEATURES if f.name == "extensions"]
    value = read(feature, draft)
    place = Place(ordinary_pair(), "client")
    feature.realise(value, place)
    assert read(feature, place.certificate) == value
    assert all(feature.scope is Scope.CERTIFICATE for feature in CERTIFICATE_FEATURES)


# -- single values of other features


@pytest.mark.parametrize(
    ("feature_name", "value"),
    [
        (
            "aia",
            Locations(
                frozenset(("1.3.6.1.5.5.7.48.1",)),
                frozenset(("repeated", "not-uri", "not-http")),
                critical=False,
            ),
        ),
        ("key", Key("other", 0)),
        ("key", Key("dsa", 2048)),
        (
            "subject",
            Subject(
                frozenset(("2.5.4.6", "2.5.4.10", "2.5.4.7")),
                frozenset(("multivalued", "disorder", "empty-rdn")),
            ),
        ),
        (
            "subject",
            Subject(
                frozenset(("2.5.4.6", "2.5.4.10")),
                frozenset(("country-code", "control", "too-long", "string-type", "repeated")),
            ),
        ),
    ],
)
def test_values_with_several_defects(feature_name: str, value: object) -> None:
    (feature,) = [f for f in CERTIFICATE_FEATURES if f.name == feature_name]
    place = Place(ordinary_pair(), "server")
    feature.realise(value, place)
    assert read(feature, place.certificate) == value


@pytest.mark.parametrize(
    ("atom", "argument", "words"),
    [
        ("subject.includes", "countryName", "the subject has countryName"),
        ("extensions.includes", "tlsFeature", "there is an extension tlsFeature"),
        ("policies.includes", "domainValidated", "the certificate policies list domainValidated"),
        ("aia.includes", "ocsp", "the authority information access names ocsp"),
        ("encoding.notes", "issuer.empty", "the issuer is the empty name"),
    ],
)
def test_arguments_are_written_by_their_names(atom: str, argument: str, words: str) -> None:
    feature, found = ATOMS[atom]
    parsed = found.parameters[0].kind.parse(argument)
    assert feature.name == atom.partition(".")[0]
    assert phrase(found, (parsed,)) == words


@pytest.mark.parametrize("module", [public_key, signature_algorithm])
def test_memories_of_values_are_bounded(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = {bytes([i & 0xFF, i >> 8]): None for i in range(MAX_MEMO_ENTRIES)}
    monkeypatch.setattr(module, "_memo", full)
    (feature,) = [f for f in CERTIFICATE_FEATURES if type(f).__module__ == module.__name__]
    for _ in range(2):
        assert read(feature, ordinary_pair().server.leaf) is not None
    assert len(full) <= 1


def test_large_identifiers_of_algorithms_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[bytes, object] = {}
    monkeypatch.setattr(signature_algorithm, "_memo", kept)
    for size, expected in ((2_000, 0), (100, 1)):
        algorithm = writer.tlv(0x30, bytes.fromhex("06022a03") + writer.tlv(0x04, bytes(size)))
        certificate = read_certificate(cert(inner=algorithm, outer=algorithm))
        inner = certificate.signature_algorithm
        # one object where both stand alike, as the short way of reading hands them out
        shared = SimpleNamespace(signature_algorithm=inner, outer_algorithm=inner)
        for one in (certificate, cast("Certificate", shared), cast("Certificate", shared)):
            found = SignatureAlgorithmFeature().read(CertificateSubject(one, 0))
            assert found == Signature("", "other", same=True)
        assert expected == len(kept)


# -- wildcards


def test_every_zone_of_wildcards_is_written_read_back_and_told() -> None:
    """Also below what a registry controls: there is no such name without a wildcard."""
    feature, wildcard = ATOMS["san.wildcard"]
    calls = [
        *(Call(feature, wildcard, ((zone,),)) for zone in ("onion", "other")),
        Call(feature, ATOMS["san.defect"][1], (("dns-wildcard-registry",),)),
    ]
    told = set()
    for value in Domain(feature, calls).values:
        place = Place(ordinary_pair(), "server")
        feature.realise(value, place)
        found = read(feature, place.certificate)
        assert [c.answer(value) for c in calls] == [c.answer(found) for c in calls]
        told |= set(feature.describe(found).split(", "))

    assert {"a wildcard under .onion", "a wildcard outside .onion"} <= told
    assert "no dNSName is a wildcard outside .onion" == phrase(wildcard, (("other",),), truth=False)


def test_wildcards_are_of_one_certificate() -> None:
    feature, wildcard = ATOMS["san.wildcard"]
    leaf = read_certificate(ordinary_pair().server.leaf.build("p256-11"))

    assert not feature.recurs(leaf, [Call(feature, wildcard, (("other",),))])
