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

/* tls, deeper: 42 to 59 */

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

/* snmp, deeper: 72 to 79 */

FACT(80, text, SBI_HTTP,             "sbi.http",             STEADY,  "HTTP version that was spoken: h2")
FACT(81, int,  SBI_STATUS,           "sbi.status",           STEADY,  "HTTP status of the answer")
FACT(82, text, SBI_SCHEME,           "sbi.scheme",           STEADY,  "https or http: how the service was reached")
FACT(83, text, SBI_SERVER,           "sbi.server",           STEADY,  "server header of the answer")
FACT(84, int,  SBI_PING_US,          "sbi.ping_us",          VARYING, "HTTP/2 PING round trip, microseconds")
FACT(85, int,  SBI_MAX_STREAMS,      "sbi.max_streams",      STEADY,  "SETTINGS_MAX_CONCURRENT_STREAMS of the peer")
FACT(86, flag, SBI_PLAINTEXT,        "sbi.plaintext.accepted", STEADY, "the endpoint also answered HTTP/2 without TLS")
FACT(87, text, SBI_CAUSE,            "sbi.cause",            STEADY,  "cause of a ProblemDetails answer (TS 29.500)")
FACT(88, texts, NRF_MISSING,         "nrf.missing",          STEADY,  "NF instance ids that are expected and that the NRF does not list")
FACT(89, int,  NRF_MISSING_COUNT,    "nrf.missing.count",    STEADY,  "how many of those expected the NRF does not list")
FACT(90, int,  NRF_INSTANCES,        "nrf.instances",        STEADY,  "NF instances the NRF lists (TS 29.510)")
FACT(91, int,  NRF_PROFILES,         "nrf.profiles",         STEADY,  "NF profiles of them that were read")
FACT(92, texts, NRF_TYPES,           "nrf.types",            STEADY,  "NF types registered with their count: AMF 2")
FACT(93, texts, NRF_SUSPENDED,       "nrf.suspended",        STEADY,  "NF instances that are not REGISTERED: type, id, status")
FACT(94, int,  NRF_SUSPENDED_COUNT,  "nrf.suspended.count",  STEADY,  "how many are not REGISTERED")
FACT(95, texts, NRF_HTTP,            "nrf.http",             STEADY,  "services registered with scheme http: type, id, service")
FACT(96, int,  NRF_HTTP_COUNT,       "nrf.http.count",       STEADY,  "how many services are registered with scheme http")
FACT(97, int,  NRF_NO_HEARTBEAT_COUNT, "nrf.no_heartbeat.count", STEADY, "profiles without heartBeatTimer")
FACT(98, texts, NRF_UNCONFIGURED,    "nrf.unconfigured",     STEADY,  "NF instances the NRF lists and nobody expects: type if known, id")
FACT(99, int,  NRF_UNCONFIGURED_COUNT, "nrf.unconfigured.count", STEADY, "how many the NRF lists and nobody expects")

FACT(100, int,  SIP_STATUS,          "sip.status",           STEADY,  "status code of the answer to OPTIONS (RFC 3261)")
FACT(101, text, SIP_REASON,          "sip.reason",           STEADY,  "reason phrase of the answer")
FACT(102, text, SIP_SERVER,          "sip.server",           STEADY,  "Server header of the answer")
FACT(103, texts, SIP_ALLOW,          "sip.allow",            STEADY,  "methods the peer allows, in its order")
FACT(104, text, SIP_TRANSPORT,       "sip.transport",        STEADY,  "TLS, TCP or UDP: how it was asked")
FACT(105, texts, SIP_SDP_MEDIA,      "sip.sdp.media",        STEADY,  "media of the session description in the answer: kind and transport")
FACT(106, flag, SIP_SDP_SRTP,        "sip.sdp.srtp",         STEADY,  "each of them is SRTP by its transport, and none switches encryption off")
FACT(107, texts, SIP_SDP_KEYS,       "sip.sdp.keys",         STEADY,  "how their keys are exchanged: SDES and its suite, DTLS and its hash")
FACT(108, int,  SIP_RETRANSMISSIONS, "sip.retransmissions",  VARYING, "how often the request was sent again over UDP before the answer")
FACT(109, flag, SIP_NAT,             "sip.nat",              STEADY,  "the peer saw our request come from another port than ours (RFC 3581)")

FACT(110, int,  DIAMETER_RESULT,     "diameter.result",      STEADY,  "Result-Code of the capabilities answer (RFC 6733)")
FACT(111, text, DIAMETER_ORIGIN_HOST, "diameter.origin.host", STEADY, "Origin-Host of the peer")
FACT(112, text, DIAMETER_ORIGIN_REALM, "diameter.origin.realm", STEADY, "Origin-Realm of the peer")
FACT(113, text, DIAMETER_PRODUCT,    "diameter.product",     STEADY,  "Product-Name of the peer")
FACT(114, int,  DIAMETER_VENDOR,     "diameter.vendor",      STEADY,  "Vendor-Id of the peer")
FACT(115, int,  DIAMETER_FIRMWARE,   "diameter.firmware",    STEADY,  "Firmware-Revision of the peer")
FACT(116, texts, DIAMETER_APPLICATIONS, "diameter.applications", STEADY, "application ids the peer offers, ascending")
FACT(117, int,  DIAMETER_WATCHDOG,   "diameter.watchdog",    STEADY,  "Result-Code of the watchdog answer")
FACT(118, flag, DIAMETER_DISCONNECT, "diameter.disconnect",  STEADY,  "the peer answered our disconnect request")
FACT(119, text, DIAMETER_TRANSPORT,  "diameter.transport",   STEADY,  "TLS, TCP or inband: how it was asked")

FACT(120, text, KEY_KIND,            "key.kind",             STEADY,  "kind and size of the key, as tls.key has it")
FACT(121, hash, KEY_SPKI,            "key.spki",             STEADY,  "SHA-256 of its SubjectPublicKeyInfo")
FACT(122, flag, KEY_SIGNED,          "key.signed",           STEADY,  "it signed our fresh nonce and the signature verifies: possession")
FACT(123, flag, KEY_SENSITIVE,       "key.sensitive",        STEADY,  "CKA_SENSITIVE, the token's own word")
FACT(124, flag, KEY_ALWAYS_SENSITIVE, "key.always_sensitive", STEADY, "CKA_ALWAYS_SENSITIVE, the token's own word")
FACT(125, flag, KEY_EXTRACTABLE,     "key.extractable",      STEADY,  "CKA_EXTRACTABLE, the token's own word")
FACT(126, flag, KEY_NEVER_EXTRACTABLE, "key.never_extractable", STEADY, "CKA_NEVER_EXTRACTABLE, the token's own word")
FACT(127, flag, KEY_LOCAL,           "key.local",            STEADY,  "CKA_LOCAL: made on the token, its own word")
FACT(128, flag, KEY_MODIFIABLE,      "key.modifiable",       STEADY,  "CKA_MODIFIABLE, the token's own word")
FACT(129, text, KEY_CLAIM,           "key.claim",            STEADY,  "what the claim rests on: the token's own word, plus possession")
FACT(130, text, TOKEN_MANUFACTURER,  "token.manufacturer",   STEADY,  "manufacturerID of the token")
FACT(131, text, TOKEN_MODEL,         "token.model",          STEADY,  "model of the token")
FACT(132, hash, TOKEN_SERIAL,        "token.serial",         STEADY,  "SHA-256 of the token's serial number")
FACT(133, text, TOKEN_FIRMWARE,      "token.firmware",       STEADY,  "firmware version of the token")
FACT(134, text, TOKEN_LIBRARY,       "token.library",        STEADY,  "manufacturer and version of the module")
FACT(135, hash, TOKEN_MODULE,        "token.module",         STEADY,  "SHA-256 of the module's file")

FACT(140, text, LOC_OBSERVED,        "loc.observed",         STEADY,  "provider/region whose published ranges hold the address")
FACT(141, text, LOC_OBSERVED_PROVIDER, "loc.observed.provider", STEADY, "provider whose published ranges hold the address")
FACT(142, hash, LOC_FEED,            "loc.feed",             STEADY,  "SHA-256 of the range file it was looked up in")
FACT(143, time, LOC_FEED_DATE,       "loc.feed.date",        STEADY,  "when the provider says it made that file")
FACT(144, text, LOC_UNKNOWN,         "loc.unknown",          STEADY,  "why the published ranges give no region of the address")

FACT(150, text, PFCP_ANSWER,         "pfcp.answer",          STEADY,  "what the peer answered the heartbeat with (TS 29.244)")
FACT(151, int,  PFCP_VERSION,        "pfcp.version",         STEADY,  "PFCP version of its answer")
FACT(152, time, PFCP_RECOVERY,       "pfcp.recovery",        STEADY,  "Recovery Time Stamp: since when the peer runs, its own word")
FACT(153, int,  PFCP_RESTARTS,       "pfcp.restarts",        STEADY,  "restarts seen since this worker asks this peer")
FACT(154, flag, PFCP_STRANGER_ANSWERED, "pfcp.stranger.answered", STEADY, "answered at a vantage for which silence is declared")
FACT(155, flag, PFCP_IPSEC_CLEAR,    "pfcp.ipsec.clear",     STEADY,  "answered outside the IPsec that is declared")
FACT(156, int,  PFCP_IGNORED,        "pfcp.ignored",         VARYING, "datagrams of the peer that answered nothing of ours")
/* pfcp: to 159 */

FACT(160, text, GTPU_ANSWER,         "gtpu.answer",          STEADY,  "what the peer answered the echo with (TS 29.281)")
FACT(161, int,  GTPU_RECOVERY,       "gtpu.recovery",        STEADY,  "restart counter of its answer; GTP-U sends 0")
FACT(162, texts, GTPU_EXTENSIONS,    "gtpu.extensions",      STEADY,  "extension headers the peer says it supports")
FACT(163, flag, GTPU_STRANGER_ANSWERED, "gtpu.stranger.answered", STEADY, "answered at a vantage for which silence is declared")
FACT(164, flag, GTPU_IPSEC_CLEAR,    "gtpu.ipsec.clear",     STEADY,  "answered outside the IPsec that is declared")
FACT(165, int,  GTPU_IGNORED,        "gtpu.ignored",         VARYING, "datagrams of the peer that answered nothing of ours")
/* gtpu: to 169 */

FACT(170, text, GTPC_ANSWER,         "gtpc.answer",          STEADY,  "what the peer answered the echo with (TS 29.274, TS 29.060)")
FACT(171, int,  GTPC_VERSION,        "gtpc.version",         STEADY,  "GTP version of its answer")
FACT(172, int,  GTPC_RECOVERY,       "gtpc.recovery",        STEADY,  "restart counter of the peer")
FACT(173, int,  GTPC_RESTARTS,       "gtpc.restarts",        STEADY,  "restarts seen since this worker asks this peer")
FACT(174, int,  GTPC_FEATURES,       "gtpc.features",        STEADY,  "Sending Node Features of its answer, as bits")
FACT(175, flag, GTPC_STRANGER_ANSWERED, "gtpc.stranger.answered", STEADY, "answered at a vantage for which silence is declared")
FACT(176, flag, GTPC_IPSEC_CLEAR,    "gtpc.ipsec.clear",     STEADY,  "answered outside the IPsec that is declared")
FACT(177, int,  GTPC_IGNORED,        "gtpc.ignored",         VARYING, "datagrams of the peer that answered nothing of ours")
/* gtpc: to 179 */

FACT(180, text, IKE_VERSION,         "ike.version",          STEADY,  "IKE version of the answer: 2.0 (RFC 7296)")
FACT(181, text, IKE_ENCRYPTION,      "ike.encryption",       STEADY,  "encryption the responder chose from ours, with its key length")
FACT(182, text, IKE_INTEGRITY,       "ike.integrity",        STEADY,  "integrity it chose; AEAD: the encryption has it")
FACT(183, text, IKE_PRF,             "ike.prf",              STEADY,  "pseudorandom function it chose")
FACT(184, text, IKE_GROUP,           "ike.group",            STEADY,  "key exchange method it chose")
FACT(185, text, IKE_PQ,              "ike.pq",               STEADY,  "additional key exchange it chose (RFC 9370), or none")
FACT(186, flag, IKE_COOKIE,          "ike.cookie",           VARYING, "it asked for a cookie before it answered (RFC 7296 2.6)")
FACT(187, text, IKE_REFUSED,         "ike.refused",          STEADY,  "error notify it answered with")
FACT(188, texts, IKE_EXTENSIONS,     "ike.extensions",       STEADY,  "extensions it announced, by their notifies")
FACT(189, texts, IKE_HASHES,         "ike.hashes",           STEADY,  "hashes it takes in signatures (RFC 7427)")
FACT(190, texts, IKE_VENDORS,        "ike.vendors",          STEADY,  "vendor ids it sent")
FACT(191, texts, IKE_ACCEPTED_ENCRYPTION, "ike.accepted.encryption", STEADY, "encryption it accepts in some proposal")
FACT(192, texts, IKE_ACCEPTED_INTEGRITY, "ike.accepted.integrity", STEADY, "integrity it accepts in some proposal")
FACT(193, texts, IKE_ACCEPTED_PRF,   "ike.accepted.prf",     STEADY,  "pseudorandom functions it accepts in some proposal")
FACT(194, texts, IKE_ACCEPTED_GROUPS, "ike.accepted.groups", STEADY,  "key exchange methods it accepts in some proposal")
FACT(195, texts, IKE_ACCEPTED_ADDITIONAL, "ike.accepted.additional", STEADY, "additional key exchanges it accepts (RFC 9370)")
FACT(196, int,  IKE_WEAK_COUNT,      "ike.weak.count",       STEADY,  "how many of what it accepts are weak (RFC 8247)")
FACT(197, texts, IKE_WEAK,           "ike.weak",             STEADY,  "which of what it accepts are weak")
FACT(198, text, IKE_V1,              "ike.v1",               STEADY,  "IKEv1 Main Mode: accepted, refused or silent")
FACT(199, int,  IKE_ATTEMPTS,        "ike.attempts",         VARYING, "requests that were sent to find out, repetitions not counted")
FACT(200, text, SA_DAEMON,           "sa.daemon",            STEADY,  "name and version of the IKE daemon that was asked")
FACT(201, int,  SA_COUNT,            "sa.count",             VARYING, "established IKE SAs")
FACT(202, texts, SA_IKE,             "sa.ike",               STEADY,  "algorithms in use by the IKE SAs: connection, transforms")
FACT(203, texts, SA_CHILDREN,        "sa.children",          STEADY,  "CHILD SAs in use: name, mode, protocol, transforms, key exchange")
FACT(204, int,  SA_NO_PFS_COUNT,     "sa.no_pfs.count",      STEADY,  "CHILD SAs rekeyed without a key exchange")
FACT(205, int,  SA_WEAK_COUNT,       "sa.weak.count",        STEADY,  "IKE SAs and CHILD SAs that use something weak")
FACT(206, int,  SA_OVERDUE_COUNT,    "sa.overdue.count",     STEADY,  "SAs older than their lifetime or the declared one")
FACT(207, int,  SA_MISSING_COUNT,    "sa.missing.count",     STEADY,  "declared CHILD SAs that are not there")
FACT(208, texts, SA_FINDINGS,        "sa.findings",          STEADY,  "what is wrong with which SA")
FACT(209, int,  SA_OLDEST_S,         "sa.oldest_s",          VARYING, "age of the oldest IKE SA, seconds")

/* ssh: 210 to 229 */
FACT(210, text,  SSH_VERSION,        "ssh.version",          STEADY,  "identification of the SSH server (RFC 4253 4.2)")
FACT(211, texts, SSH_KEX,            "ssh.kex",              STEADY,  "key exchanges it offers, in its order")
FACT(212, texts, SSH_HOSTKEY_ALGORITHMS, "ssh.hostkey.algorithms", STEADY, "signature algorithms of host keys it offers")
FACT(213, texts, SSH_CIPHERS,        "ssh.ciphers",          STEADY,  "ciphers it offers, both directions")
FACT(214, texts, SSH_MACS,           "ssh.macs",             STEADY,  "MACs it offers, both directions")
FACT(215, texts, SSH_COMPRESSION,    "ssh.compression",      STEADY,  "compression it offers, both directions")
FACT(216, flag,  SSH_POST_QUANTUM,   "ssh.post_quantum",     STEADY,  "it offers a key exchange that is half post-quantum")
FACT(217, flag,  SSH_STRICT_KEX,     "ssh.strict_kex",       STEADY,  "it does a strict key exchange (against Terrapin)")
FACT(218, flag,  SSH_TERRAPIN,       "ssh.terrapin",         STEADY,  "it offers a mode open to prefix truncation (CVE-2023-48795) without that")
FACT(219, int,   SSH_WEAK,           "ssh.weak",             STEADY,  "how many weak algorithms and short host keys it has")
FACT(220, texts, SSH_WEAK_WHY,       "ssh.weak.why",         STEADY,  "each of them, and what is weak in it")
FACT(221, flag,  SSH_HOSTKEY_PROVEN, "ssh.hostkey.proven",   STEADY,  "every host key seen signed a fresh exchange with us: possession")
FACT(222, texts, SSH_HOSTKEY_KIND,   "ssh.hostkey.kind",     STEADY,  "kind and size of each host key, as tls.key has it")
FACT(223, hash,  SSH_HOSTKEY_SPKI,   "ssh.hostkey.spki",     STEADY,  "SHA-256 of the preferred host key's SubjectPublicKeyInfo: the key on the wire")
FACT(224, texts, SSH_HOSTKEY_SPKIS,  "ssh.hostkey.spkis",    STEADY,  "the same of each host key, hexadecimal")
FACT(225, texts, SSH_HOSTKEY_FINGERPRINTS, "ssh.hostkey.fingerprints", STEADY, "each host key as ssh-keygen -l shows it")
FACT(226, flag,  SSH_HOSTKEY_EXPECTED, "ssh.hostkey.expected", STEADY, "every host key seen is one of the configured ones")
FACT(227, texts, SSH_AUTH_METHODS,   "ssh.auth.methods",     STEADY,  "ways to log in that it offers to the user asked for")
FACT(228, flag,  SSH_AUTH_PASSWORD,  "ssh.auth.password",    STEADY,  "password or keyboard-interactive is among them")
FACT(229, flag,  SSH_AUTH_NONE,      "ssh.auth.none",        STEADY,  "it let us in without any credentials")

/* netconf: 230 to 239 */
FACT(230, texts, NETCONF_CAPABILITIES, "netconf.capabilities", STEADY, "capabilities of the NETCONF server, the first 64 (RFC 6241 8.1)")
FACT(231, int,   NETCONF_CAPABILITIES_COUNT, "netconf.capabilities.count", STEADY, "how many it has")
FACT(232, hash,  NETCONF_CAPABILITIES_HASH, "netconf.capabilities.hash", STEADY, "SHA-256 of all of them, sorted, each with a line end")
FACT(233, text,  NETCONF_BASE,       "netconf.base",         STEADY,  "protocol version that was spoken: 1.0 or 1.1")
FACT(234, int,   NETCONF_SESSION,    "netconf.session",      VARYING, "session id it gave")
FACT(235, flag,  NETCONF_LOGIN,      "netconf.login",        STEADY,  "it took our public key")
FACT(236, flag,  NETCONF_CLOSED,     "netconf.closed",       STEADY,  "it answered close-session with ok")

FACT(240, text, RADIUS_ANSWER,       "radius.answer",        STEADY,  "what the peer answered Status-Server with (RFC 5997)")
FACT(241, flag, RADIUS_AUTHENTIC,    "radius.authentic",     STEADY,  "its Response Authenticator was made with our secret")
FACT(242, flag, RADIUS_MESSAGE_AUTHENTICATOR, "radius.message_authenticator", STEADY, "its answer has a Message-Authenticator that was made with our secret")
FACT(243, flag, RADIUS_STRANGER_ANSWERED, "radius.stranger.answered", STEADY, "answered at a vantage for which silence is declared")
FACT(244, flag, RADIUS_IPSEC_CLEAR,  "radius.ipsec.clear",   STEADY,  "answered outside the IPsec that is declared")
FACT(245, int,  RADIUS_IGNORED,      "radius.ignored",       VARYING, "datagrams of the peer that answered nothing of ours")
/* radius: to 249 */

/* dns: 250 to 264 */

/* ntp: 265 to 279 */

/* rpki: 280 to 284 */

/* mail: 285 to 294 */

FACT(295, int,  ICMP_LOST,           "icmp.lost",            VARYING, "echo requests of the round that nobody answered")
FACT(296, int,  ICMP_RTT_MIN_US,     "icmp.rtt.min_us",      VARYING, "shortest round trip, microseconds")
FACT(297, int,  ICMP_RTT_AVG_US,     "icmp.rtt.avg_us",      VARYING, "mean round trip, microseconds")
FACT(298, int,  ICMP_RTT_MAX_US,     "icmp.rtt.max_us",      VARYING, "longest round trip, microseconds")
FACT(299, text, ICMP_UNREACHABLE,    "icmp.unreachable",     STEADY,  "what was said instead of an answer, and by whom: the peer or a router")

/* tls-deep: 300 to 339 */

/* refusals: 340 to 349 */
FACT(340, texts, REFUSAL_REFUSED,    "refusal.refused",      STEADY,  "attempts that were made and refused")
FACT(341, texts, REFUSAL_ACCEPTED,   "refusal.accepted",     STEADY,  "attempts that were accepted and must not be")
FACT(342, texts, REFUSAL_UNCLEAR,    "refusal.unclear",      STEADY,  "attempts of which nobody can say")
FACT(343, int,  REFUSAL_ACCEPTED_COUNT, "refusal.accepted.count", STEADY, "how many attempts were accepted")
FACT(344, int,  REFUSAL_UNCLEAR_COUNT, "refusal.unclear.count", STEADY, "how many are unclear or not permitted")
FACT(345, flag, REFUSAL_CLOSED,      "refusal.closed",       STEADY,  "every attempt was made and refused: proven closed to these, from here")
FACT(346, text, REFUSAL_PERMISSION,  "refusal.permission",   STEADY,  "who permitted the attempts, and until when")
FACT(347, texts, REFUSAL_NOT_PERMITTED, "refusal.not_permitted", STEADY, "attempts that no permission in force names")
FACT(348, time, REFUSAL_UNTIL,       "refusal.until",        STEADY,  "when the first of the permissions used ends")
FACT(349, texts, REFUSAL_ANSWERS,    "refusal.answers",      STEADY,  "each attempt with its answer, its clause and what the peer did")

/* sbi, deeper: 350 to 359 */

/* sip, deeper: 360 to 369 */

FACT(370, texts, DIAMETER_INBAND,    "diameter.inband",      STEADY,  "Inband-Security-Id of the peer: NO_INBAND_SECURITY, TLS")
FACT(371, flag, DIAMETER_PROTECTED,  "diameter.protected",   STEADY,  "what followed the capabilities exchange went under TLS")
FACT(372, flag, DIAMETER_KNOWN,      "diameter.known",       STEADY,  "the peer knows our Origin-Host: it did not answer DIAMETER_UNKNOWN_PEER")
FACT(373, flag, DIAMETER_CERTIFIED,  "diameter.origin.certified", STEADY, "the certificate names the Origin-Host the peer gives itself")

/* snmp, deeper: 380 to 399 */

#undef FACT
