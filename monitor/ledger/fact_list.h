/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of every measurable fact: FACT(number, type, NAME, "name", change, "text").
 * Numbers are recorded and for ever.  Types: flag, int, text, time (ms UTC), hash, texts (list in
 * given order), times (list).  change: STEADY facts make a new OBSERVATION when they change;
 * VARYING ones (uptime, counters) are recorded as last measured and never make one.
 */
FACT(1,  int,   NET_ADDRESSES,       "net.addresses",        STEADY,  "addresses the name has")
FACT(2,  int,   NET_RESOLVE_US,      "net.resolve_us",       VARYING, "time of the name lookup, microseconds")
FACT(3,  int,   NET_CONNECT_US,      "net.connect_us",       VARYING, "time to connect, microseconds")

FACT(10, flag,  TCP_OPEN,            "tcp.open",             STEADY,  "the port accepts connections")
FACT(11, text,  TCP_BANNER,          "tcp.banner",           STEADY,  "first line the peer sent, escaped")

FACT(20, text,  TLS_VERSION,         "tls.version",          STEADY,  "negotiated protocol version")
FACT(21, text,  TLS_SUITE,           "tls.suite",            STEADY,  "negotiated cipher suite, IANA name")
FACT(22, text,  TLS_GROUP,           "tls.group",            STEADY,  "negotiated key exchange group")
FACT(23, text,  TLS_SIGNATURE,       "tls.signature",        STEADY,  "signature algorithm of the peer's handshake signature")
FACT(24, text,  TLS_ALPN,            "tls.alpn",             STEADY,  "negotiated application protocol")
FACT(25, hash,  TLS_CHAIN,           "tls.chain",            STEADY,  "SHA-256 of the chain as sent: the evidence blob")
FACT(26, int,   TLS_CHAIN_LENGTH,    "tls.chain.length",     STEADY,  "certificates sent")
FACT(27, times, TLS_CHAIN_EXPIRIES,  "tls.chain.expiries",   STEADY,  "notAfter of each certificate sent, leaf first")
FACT(28, time,  TLS_EXPIRY,          "tls.expiry",           STEADY,  "earliest notAfter of the chain")
FACT(29, time,  TLS_NOT_BEFORE,      "tls.not_before",       STEADY,  "latest notBefore of the chain")
FACT(30, texts, TLS_NAMES,           "tls.names",            STEADY,  "subject alternative names of the leaf, the first 64")
FACT(31, int,   TLS_NAMES_COUNT,     "tls.names.count",      STEADY,  "how many names the leaf has")
FACT(32, text,  TLS_SUBJECT,         "tls.subject",          STEADY,  "subject of the leaf")
FACT(33, text,  TLS_ISSUER,          "tls.issuer",           STEADY,  "issuer of the leaf")
FACT(34, text,  TLS_KEY,             "tls.key",              STEADY,  "kind and size of the leaf's public key")
FACT(35, hash,  TLS_SPKI,            "tls.spki",             STEADY,  "SHA-256 of the leaf's SubjectPublicKeyInfo: the key on the wire")
FACT(36, flag,  TLS_TRUSTED,         "tls.trusted",          STEADY,  "the chain verifies to the configured trust anchors now")
FACT(37, text,  TLS_TRUST_REASON,    "tls.trust.reason",     STEADY,  "why it does not verify")
FACT(38, flag,  TLS_NAME_MATCH,      "tls.name_match",       STEADY,  "the leaf names the peer that was asked for")
FACT(39, flag,  TLS_CLIENT_CERT_REQUESTED, "tls.client_cert.requested", STEADY, "the server asked for a client certificate (mutual TLS)")
FACT(40, flag,  TLS_CLIENT_CERT_SENT, "tls.client_cert.sent", STEADY, "ours was sent")
FACT(41, text,  TLS_ALERT,           "tls.alert",            STEADY,  "alert the peer sent")

FACT(60, text,  SNMP_SECURITY,       "snmp.security",        STEADY,  "security level and algorithms that were used")
FACT(61, hash,  SNMP_ENGINE,         "snmp.engine",          STEADY,  "SHA-256 of the engine id")
FACT(62, int,   SNMP_ENGINE_BOOTS,   "snmp.engine.boots",    STEADY,  "snmpEngineBoots")
FACT(63, int,   SNMP_ENGINE_TIME_S,  "snmp.engine.time_s",   VARYING, "snmpEngineTime, seconds")
FACT(64, text,  SNMP_SYS_DESCR,      "snmp.sys.descr",       STEADY,  "sysDescr.0")
FACT(65, text,  SNMP_SYS_OBJECT,     "snmp.sys.object",      STEADY,  "sysObjectID.0")
FACT(66, text,  SNMP_SYS_NAME,       "snmp.sys.name",        STEADY,  "sysName.0")
FACT(67, text,  SNMP_SYS_LOCATION,   "snmp.sys.location",    STEADY,  "sysLocation.0")
FACT(68, int,   SNMP_SYS_UPTIME_CS,  "snmp.sys.uptime_cs",   VARYING, "sysUpTime.0, hundredths of a second")
FACT(69, int,   SNMP_IF_COUNT,       "snmp.if.count",        STEADY,  "interfaces in ifTable")
FACT(70, texts, SNMP_IF_UP,          "snmp.if.up",           STEADY,  "ifDescr of interfaces administratively and operationally up")
FACT(71, texts, SNMP_IF_DOWN,        "snmp.if.down",         STEADY,  "ifDescr of interfaces administratively up, operationally down")
#undef FACT
