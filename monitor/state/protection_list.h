/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of the downgrade detector.  A new fact that says how well something is protected is one
 * line here.
 *
 * ASPECT(number, NAME, "name", FACT, take, RANKING, "text"): numbers are part of the canonical
 * state and for ever.  take: of a list ONE has no list; WEAKEST and STRONGEST are the entry that
 * ranks so; PART is the word of the ranking that was found; REKEY is ONE that only a rekey shows.
 *
 * RANK(RANKING, points, "word"): more points are stronger.  The first row whose word stands in the
 * value counts, whatever its letters' case; a value with none of the words has no rank, so that a
 * change of it is a change and never a fall.  Rankings without rows: FLAG (true is stronger), NOT
 * (false is stronger), FEWER (a smaller number is stronger), KEY (bits of security of kind and
 * size, NIST SP 800-57 part 1).  Changed points are another FOLD_VERSION.
 */
#ifndef ASPECT
#define ASPECT(number, NAME, name, fact, take, ranking, text)
#endif
#ifndef RANK
#define RANK(ranking, points, word)
#endif
ASPECT(1,  TLS_VERSION,   "tls.version",   TLS_VERSION,   ONE,  VERSION,   "negotiated TLS version")
ASPECT(2,  TLS_SUITE,     "tls.suite",     TLS_SUITE,     ONE,  SUITE,     "negotiated cipher suite")
ASPECT(3,  TLS_GROUP,     "tls.group",     TLS_GROUP,     ONE,  GROUP,     "negotiated key exchange")
ASPECT(4,  TLS_SIGNATURE, "tls.signature", TLS_SIGNATURE, ONE,  SIGNATURE, "signature of the handshake")
ASPECT(5,  TLS_KEY,       "tls.key",       TLS_KEY,       ONE,  KEY,       "key of the certificate")
ASPECT(6,  TLS_TRUST,     "tls.trust",     TLS_TRUSTED,   ONE,  FLAG,      "the chain leads to a trusted root")
ASPECT(7,  TLS_NAME,      "tls.name",      TLS_NAME_MATCH, ONE, FLAG,      "the certificate names the peer")
ASPECT(8,  TLS_MUTUAL,    "tls.mutual",    TLS_CLIENT_CERT_REQUESTED, ONE, FLAG, "a client certificate is asked for")
ASPECT(20, SNMP_LEVEL,    "snmp.level",    SNMP_SECURITY, PART, SNMP_LEVEL, "SNMPv3 security level")
ASPECT(21, SNMP_AUTH,     "snmp.auth",     SNMP_SECURITY, PART, SNMP_AUTH, "SNMPv3 authentication")
ASPECT(22, SNMP_PRIVACY,  "snmp.privacy",  SNMP_SECURITY, PART, SNMP_PRIVACY, "SNMPv3 privacy")
ASPECT(30, SBI_SCHEME,    "sbi.scheme",    SBI_SCHEME,    ONE,  TRANSPORT, "how the service is reached")
ASPECT(31, SBI_PLAINTEXT, "sbi.plaintext", SBI_PLAINTEXT, ONE,  NOT,       "HTTP/2 without TLS is answered, too")
ASPECT(32, SBI_PROFILES,  "sbi.profiles",  NRF_HTTP_COUNT, ONE, FEWER,     "services registered with scheme http")
ASPECT(40, SIP_TRANSPORT, "sip.transport", SIP_TRANSPORT, ONE,  TRANSPORT, "transport of SIP")
ASPECT(50, DIAMETER_TRANSPORT, "diameter.transport", DIAMETER_TRANSPORT, ONE, TRANSPORT, "transport of Diameter")

RANK(VERSION, 5, "TLSv1.3")
RANK(VERSION, 4, "TLSv1.2")
RANK(VERSION, 2, "TLSv1.1")
RANK(VERSION, 1, "TLSv1.0")
RANK(VERSION, 0, "SSL")
RANK(VERSION, 1, "TLSv1")

RANK(SUITE, 0, "NULL")
RANK(SUITE, 0, "EXPORT")
RANK(SUITE, 0, "anon")
RANK(SUITE, 0, "RC2")
RANK(SUITE, 0, "RC4")
RANK(SUITE, 1, "3DES")
RANK(SUITE, 0, "DES")
RANK(SUITE, 2, "IDEA")
RANK(SUITE, 2, "SEED")
RANK(SUITE, 2, "CBC")
RANK(SUITE, 3, "TLS_RSA_WITH")
RANK(SUITE, 4, "128_GCM")
RANK(SUITE, 4, "128_CCM")
RANK(SUITE, 5, "256_GCM")
RANK(SUITE, 5, "256_CCM")
RANK(SUITE, 5, "CHACHA20")

RANK(GROUP, 4, "MLKEM")
RANK(GROUP, 4, "ML-KEM")
RANK(GROUP, 4, "ML_KEM")
RANK(GROUP, 4, "sntrup")
RANK(GROUP, 4, "Kyber")
RANK(GROUP, 0, "secp160")
RANK(GROUP, 0, "secp192")
RANK(GROUP, 0, "MODP_768")
RANK(GROUP, 0, "MODP_1024")
RANK(GROUP, 0, "dh 512")
RANK(GROUP, 0, "dh 768")
RANK(GROUP, 0, "dh 1024")
RANK(GROUP, 1, "MODP_1536")
RANK(GROUP, 1, "secp224")
RANK(GROUP, 1, "dh 1536")
RANK(GROUP, 3, "secp")
RANK(GROUP, 3, "brainpool")
RANK(GROUP, 3, "X25519")
RANK(GROUP, 3, "Curve25519")
RANK(GROUP, 3, "X448")
RANK(GROUP, 3, "Curve448")
RANK(GROUP, 2, "MODP_2048")
RANK(GROUP, 3, "MODP_")
RANK(GROUP, 3, "ECP_")
RANK(GROUP, 2, "ffdhe2048")
RANK(GROUP, 3, "ffdhe")
RANK(GROUP, 2, "dh 2048")
RANK(GROUP, 3, "dh ")

RANK(SIGNATURE, 0, "md5")
RANK(SIGNATURE, 1, "sha1")
RANK(SIGNATURE, 2, "sha224")
RANK(SIGNATURE, 5, "mldsa")
RANK(SIGNATURE, 5, "slhdsa")
RANK(SIGNATURE, 4, "sha384")
RANK(SIGNATURE, 4, "sha512")
RANK(SIGNATURE, 3, "sha256")
RANK(SIGNATURE, 4, "ed448")
RANK(SIGNATURE, 3, "ed25519")

RANK(SNMP_LEVEL, 2, "authPriv")
RANK(SNMP_LEVEL, 0, "noAuthNoPriv")
RANK(SNMP_LEVEL, 1, "authNoPriv")

RANK(SNMP_AUTH, 5, "SHA-512")
RANK(SNMP_AUTH, 4, "SHA-384")
RANK(SNMP_AUTH, 3, "SHA-256")
RANK(SNMP_AUTH, 2, "SHA-224")
RANK(SNMP_AUTH, 1, "SHA")
RANK(SNMP_AUTH, 0, "MD5")

RANK(SNMP_PRIVACY, 4, "AES-256")
RANK(SNMP_PRIVACY, 3, "AES-192")
RANK(SNMP_PRIVACY, 2, "AES")
RANK(SNMP_PRIVACY, 1, "3DES")
RANK(SNMP_PRIVACY, 0, "DES")

RANK(TRANSPORT, 1, "TLS")
RANK(TRANSPORT, 1, "https")
RANK(TRANSPORT, 0, "http")
RANK(TRANSPORT, 0, "TCP")
RANK(TRANSPORT, 0, "UDP")
RANK(TRANSPORT, 0, "SCTP")
#undef ASPECT
#undef RANK
