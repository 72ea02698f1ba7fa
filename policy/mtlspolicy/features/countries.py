"""The countries that a subject can name, by their codes of two letters (ISO 3166-1 alpha-2).

These are the codes that ISO 3166/MA has assigned officially, as of 2026-11-22, and one that
the Baseline Requirements add. Codes that users assign (XK for Kosovo), reserve (EU, UK) or
have given up (AN, YU) are none of them. This module must not know who may name which.
"""

from __future__ import annotations

from typing import Final

__all__ = ["COUNTRIES", "ELSEWHERE"]

ELSEWHERE: Final = "XX"
"""BR 3.2.2.3 and 7.1.2.7: for a country without an official code (user-assigned, ISO 3166-1)."""

_ASSIGNED: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
    VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES: Final = frozenset(_ASSIGNED.split())
"""Every code that is officially assigned, in capital letters."""
