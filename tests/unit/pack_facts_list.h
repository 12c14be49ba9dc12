/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of worlds for test_pack_facts.c: ROW("pack", "control", verdict, "world"). */
#define TLS13 "tls.version=TLSv1.3 tls.suite=TLS_AES_256_GCM_SHA384 tls.trusted=yes "           \
    "tls.name_match=yes tls.client_cert.requested=yes tls.key=Ed25519 tls.expiry=90 "
#define SBI "| target.probe=sbi sbi.scheme=https " TLS13
#define SBI_REFUSAL(refused, accepted) "| target.probe=sbi-refusal "                            \
    "refusal.refused=[" refused "] refusal.accepted=[" accepted "] "
#define CLIENTS "no-client-certificate,wrong-ca,expired-certificate,plaintext"
#define SA_GOOD "sa.count=2 sa.missing.count=0 sa.weak.count=0 sa.no_pfs.count=0 "             \
    "sa.overdue.count=0 "
#define VICI "| target.probe=vici " SA_GOOD
#define DEEP "target.probe=tls-deep tls.accepted.versions=[TLSv1.3,TLSv1.2] "                  \
    "tls.accepted.suites.tls13=[TLS_AES_256_GCM_SHA384] tls.accepted.forward_secrecy=yes "      \
    "tls.accepted.suites.tls12=[TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384] "

/* Mutual TLS is met only when clients without a certificate were really turned away. */
ROW("3gpp", "3GPP-1310", '+', SBI SBI_REFUSAL(CLIENTS, "") "refusal.closed=yes")
ROW("3gpp", "3GPP-1310", '+', SBI SBI_REFUSAL(CLIENTS, "no-token") "refusal.closed=no")
ROW("3gpp", "3GPP-1310", '-', SBI SBI_REFUSAL("wrong-ca,expired-certificate,plaintext",
    "no-client-certificate") "refusal.closed=no")
ROW("3gpp", "3GPP-1310", '-', SBI "sbi.plaintext.accepted=yes")
ROW("3gpp", "3GPP-1310", '-', "| target.probe=sbi sbi.scheme=http")
ROW("3gpp", "3GPP-1310", '?', SBI)
ROW("3gpp", "3GPP-1310", '?', SBI SBI_REFUSAL("wrong-ca,expired-certificate,plaintext", ""))
ROW("3gpp", "3GPP-1310", '?', SBI SBI_REFUSAL("plaintext", "") "refusal.closed=yes")
ROW("3gpp", "3GPP-1310", '?', SBI "| target.probe=sbi-refusal")
ROW("3gpp", "3GPP-1310", '?', "| target.probe=sbi "
    SBI_REFUSAL(CLIENTS, "") "refusal.closed=yes")
ROW("3gpp", "3GPP-1310", '?', SBI SBI_REFUSAL(CLIENTS, "") "refusal.closed=yes "
    "| target.probe=sbi-refusal")
ROW("3gpp", "3GPP-1310", '0', "| target.probe=tls")

ROW("3gpp", "3GPP-1310-ID", '+', "target.probe=sbi sbi.scheme=https "
    "tls.trusted=yes sbi.nf.match=yes")
ROW("3gpp", "3GPP-1310-ID", '-', "target.probe=sbi sbi.scheme=https "
    "tls.trusted=yes sbi.nf.match=no")
ROW("3gpp", "3GPP-1310-ID", '?', "target.probe=sbi sbi.scheme=https tls.trusted=yes")
ROW("3gpp", "3GPP-1310-ID", '0', "target.probe=sbi sbi.scheme=http")

ROW("3gpp", "3GPP-133", '+', "instance.nf=NRF " SBI "nrf.http.count=0 "
    SBI_REFUSAL(CLIENTS, "") "refusal.closed=yes")
ROW("3gpp", "3GPP-133", '-', "instance.nf=NRF " SBI "nrf.http.count=1 ")
ROW("3gpp", "3GPP-133", '-', "instance.nf=NRF " SBI SBI_REFUSAL("wrong-ca",
    "no-client-certificate") "refusal.closed=no")
ROW("3gpp", "3GPP-133", '?', "instance.nf=NRF " SBI)
ROW("3gpp", "3GPP-133", '0', "instance.nf=AMF " SBI)

ROW("3gpp", "3GPP-1341", '+', SBI SBI_REFUSAL("no-token,wrong-audience", "plaintext")
    "refusal.closed=no")
ROW("3gpp", "3GPP-1341", '-', SBI SBI_REFUSAL("no-token", "wrong-audience") "refusal.closed=no")
ROW("3gpp", "3GPP-1341", '?', SBI SBI_REFUSAL("no-token", ""))
ROW("3gpp", "3GPP-1341", '?', SBI SBI_REFUSAL("plaintext", "") "refusal.closed=yes")
ROW("3gpp", "3GPP-1341", '?', SBI)

ROW("3gpp", "3GPP-592", '+', "instance.nf=NRF " SBI
    SBI_REFUSAL("no-client-certificate,no-token", "") "refusal.closed=yes")
ROW("3gpp", "3GPP-592", '+', "instance.nf=SCP " SBI
    SBI_REFUSAL("no-client-certificate", "") "refusal.closed=yes")
ROW("3gpp", "3GPP-592", '-', "instance.nf=NRF " SBI
    SBI_REFUSAL("no-client-certificate", "no-token") "refusal.closed=no")
ROW("3gpp", "3GPP-592", '?', "instance.nf=NRF " SBI
    SBI_REFUSAL("no-client-certificate", "") "refusal.closed=yes")
ROW("3gpp", "3GPP-592", '0', "instance.nf=AMF " SBI)

ROW("3gpp", "3GPP-1312", '+', "instance.nf=SEPP | target.probe=tls " TLS13
    "| target.probe=tls-refusal refusal.refused=[" CLIENTS "] refusal.accepted=[] "
    "refusal.closed=yes")
ROW("3gpp", "3GPP-1312", '-', "instance.nf=SEPP | target.probe=tls tls.version=TLSv1.1")
ROW("3gpp", "3GPP-1312", '-', "instance.nf=SEPP | target.probe=tls " TLS13
    "| target.probe=tls-refusal refusal.refused=[] refusal.accepted=[plaintext] refusal.closed=no")
ROW("3gpp", "3GPP-1312", '-', "instance.nf=SEPP " SBI "sbi.n32c=no "
    SBI_REFUSAL(CLIENTS, "") "refusal.closed=yes")
ROW("3gpp", "3GPP-1312", '?', "instance.nf=SEPP | target.probe=tls " TLS13)

ROW("3gpp", "3GPP-92", '+', "instance.nf=AMF " VICI)
ROW("3gpp", "3GPP-92", '-', "instance.nf=AMF | target.probe=vici sa.count=1 sa.missing.count=1")
ROW("3gpp", "3GPP-92", '-', "instance.nf=AMF | target.probe=vici sa.count=1 sa.no_pfs.count=1")
ROW("3gpp", "3GPP-92", '?', "instance.nf=AMF | target.probe=vici sa.count=1 sa.weak.count=0 "
    "sa.no_pfs.count=0 sa.overdue.count=0")
ROW("3gpp", "3GPP-92", '?', "instance.nf=AMF | target.probe=ike ike.group=CURVE25519")

ROW("3gpp", "3GPP-93", '+', "instance.nf=UPF " VICI "| target.probe=gtpu")
ROW("3gpp", "3GPP-93", '+', "instance.nf=UPF @n3.physical_exception=yes")
ROW("3gpp", "3GPP-93", '-', "instance.nf=UPF @n3.physical_exception=no " VICI
    "| target.probe=gtpu gtpu.ipsec.clear=yes")
ROW("3gpp", "3GPP-93", '?', "instance.nf=UPF @n3.physical_exception=no | target.probe=gtpu")
ROW("3gpp", "3GPP-93", '?', "instance.nf=UPF " VICI "| target.probe=gtpu gtpu.ipsec.clear=yes")

ROW("3gpp", "3GPP-99", '+', "| target.probe=diameter diameter.transport=TLS tls.version=TLSv1.2")
ROW("3gpp", "3GPP-99", '+', "| target.probe=diameter diameter.transport=TCP " VICI)
ROW("3gpp", "3GPP-99", '+', "| target.probe=pfcp " VICI)
ROW("3gpp", "3GPP-99", '-', "| target.probe=pfcp pfcp.ipsec.clear=yes " VICI)
ROW("3gpp", "3GPP-99", '-', "| target.probe=gtpc gtpc.stranger.answered=yes")
ROW("3gpp", "3GPP-99", '-', "| target.probe=gtpu | target.probe=vici sa.count=0")
ROW("3gpp", "3GPP-99", '?', "| target.probe=diameter diameter.transport=TCP")
ROW("3gpp", "3GPP-99", '?', "| target.probe=pfcp pfcp.answer=heartbeat")

#define CHAIN "tls.chain.key_strength=128 tls.chain.signature_strength=128 "
ROW("3gpp", "3GPP-912", '+', "target.probe=tls " TLS13 CHAIN)
ROW("3gpp", "3GPP-912", '-', "target.probe=tls " TLS13 CHAIN "tls.revoked=yes")
ROW("3gpp", "3GPP-912", '-', "target.probe=tls " TLS13 "tls.chain.key_strength=128 "
    "tls.chain.signature_strength=63")
ROW("3gpp", "3GPP-912", '?', "target.probe=tls " TLS13)
ROW("3gpp", "3GPP-912", '+', DEEP "tls.accepted.weak.count=0")
ROW("3gpp", "3GPP-912", '-', "target.probe=tls-deep tls.accepted.versions=[TLSv1.2,TLSv1.1]")
ROW("3gpp", "3GPP-912", '?', "target.probe=tls-deep tls.accepted.versions=[TLSv1.3]")
ROW("3gpp", "3GPP-912", '+', "target.probe=ike-deep ike.weak.count=0 ike.v1=refused")
ROW("3gpp", "3GPP-912", '-', "target.probe=ike-deep ike.weak.count=0 ike.v1=accepted")
ROW("3gpp", "3GPP-912", '?', "target.probe=ike-deep ike.v1=refused")
ROW("3gpp", "3GPP-912", '+', "target.probe=vici " SA_GOOD)
ROW("3gpp", "3GPP-912", '-', "target.probe=vici sa.count=2 sa.no_pfs.count=1")
ROW("3gpp", "3GPP-912", '?', "target.probe=vici")

ROW("3gpp", "3GPP-SCAS-T", '+', "target.probe=ssh ssh.weak=0 ssh.terrapin=no")
ROW("3gpp", "3GPP-SCAS-T", '-', "target.probe=ssh ssh.weak=0 ssh.terrapin=yes")
ROW("3gpp", "3GPP-SCAS-T", '-', "target.probe=snmp snmp.security=authNoPriv")
ROW("3gpp", "3GPP-SCAS-T", '-', "target.probe=snmp-deep snmp.weak.count=1")
ROW("3gpp", "3GPP-SCAS-T", '?', "target.probe=snmp-refusal")
ROW("3gpp", "3GPP-SCAS-A", '+', "target.probe=radius radius.authentic=yes "
    "radius.message_authenticator=yes")
ROW("3gpp", "3GPP-SCAS-A", '-', "target.probe=ssh ssh.auth.none=yes")
ROW("3gpp", "3GPP-SCAS-A", '?', "target.probe=ssh ssh.weak=0")

ROW("3gpp", "3GPP-33328", '+', "target.probe=sip-refusal refusal.refused=[rtp-avp]")
ROW("3gpp", "3GPP-33328", '-', "target.probe=sip-refusal refusal.refused=[] "
    "refusal.accepted=[rtp-avp] refusal.closed=no")
ROW("3gpp", "3GPP-33328", '?', "target.probe=sip-refusal refusal.refused=[plaintext]")
ROW("3gpp", "3GPP-33328", '0', "target.probe=sip-refusal refusal.refused=[plaintext] "
    "refusal.accepted=[] refusal.closed=yes")

ROW("cryptrec", "CRY-TLS1", '+', "target.probe=tls-deep tls.accepted.versions=[TLSv1.3]")
ROW("cryptrec", "CRY-TLS1", '-', "target.probe=tls-deep tls.accepted.versions=[TLSv1.3,SSLv3]")
ROW("cryptrec", "CRY-TLS1", '-', "target.probe=tls-deep tls.accepted.versions=[]")
ROW("cryptrec", "CRY-TLS1", '?', "target.probe=tls-deep tls.deep.complete=no")
ROW("cryptrec", "CRY-TLS1", '+', "target.probe=diameter diameter.transport=inband "
    "diameter.protected=yes tls.version=TLSv1.3")
ROW("cryptrec", "CRY-TLS1", '-', "target.probe=diameter diameter.transport=TCP")

ROW("cryptrec", "CRY-TLS2", '+', DEEP "tls.accepted.weak.count=0")
ROW("cryptrec", "CRY-TLS2", '-', "target.probe=tls-deep tls.accepted.versions=[TLSv1.2] "
    "tls.accepted.suites.tls12=[TLS_RSA_WITH_AES_128_CBC_SHA]")
ROW("cryptrec", "CRY-TLS2", '-', DEEP "tls.accepted.weak.count=1")
ROW("cryptrec", "CRY-TLS2", '?', DEEP)
ROW("cryptrec", "CRY-TLS2", '-', "target.probe=tls tls.key=Ed25519 tls.chain.key_strength=80")

ROW("cryptrec", "CRY-LIST-D", '+', DEEP "tls.accepted.groups=[x25519,secp256r1]")
ROW("cryptrec", "CRY-LIST-D", '-', DEEP "tls.accepted.groups=[x25519,secp192r1]")
ROW("cryptrec", "CRY-LIST-D", '?', DEEP)
ROW("cryptrec", "CRY-LIST-D", '+', "target.probe=ike-deep ike.weak.count=0 "
    "ike.accepted.encryption=[AES_GCM_16_256] ike.accepted.groups=[ECP384]")
ROW("cryptrec", "CRY-LIST-D", '-', "target.probe=ike-deep ike.accepted.encryption=[3DES]")
ROW("cryptrec", "CRY-LIST-D", '+', "target.probe=ssh ssh.weak=0 ssh.ciphers=[aes256-ctr]")
ROW("cryptrec", "CRY-LIST-D", '-', "target.probe=ssh ssh.ciphers=[aes256-ctr,3des-cbc]")

ROW("cryptrec", "CRY-PQC1", '+', "@cbom=-3 @cbom.coverage_pct=96 "
    "| target.probe=ssh ssh.kex=[curve25519-sha256] ssh.hostkey.kind=[Ed25519]")
ROW("cryptrec", "CRY-PQC1", '-', "@cbom=-3 @cbom.coverage_pct=96 "
    "| target.probe=ike")
ROW("cryptrec", "CRY-PQC1", '-', "@cbom=-40")
ROW("cryptrec", "CRY-PQC1", '?', "@cbom=-3 @cbom.coverage_pct=96")

ROW("cryptrec", "CRY-PQC2", '+', "@pqc.plan=-3 @pqc.links_planned=2 "
    "| target.probe=tls tls.group=X25519MLKEM768 | target.probe=ike ike.pq=MLKEM768")
ROW("cryptrec", "CRY-PQC2", '-', "@pqc.plan=-3 @pqc.links_planned=2 "
    "| target.probe=tls tls.group=X25519MLKEM768 | target.probe=ike ike.pq=none")
ROW("cryptrec", "CRY-PQC2", '?', "@pqc.plan=-3 @pqc.links_planned=2 "
    "| target.probe=tls tls.group=X25519MLKEM768 | target.probe=ssh")
ROW("cryptrec", "CRY-PQC2", '?', "@pqc.plan=-3 | target.probe=ssh ssh.post_quantum=yes")

ROW("cryptrec", "CRY-PQC2-L", '+', "target.probe=tls-deep tls.pq=yes")
ROW("cryptrec", "CRY-PQC2-L", '+', "target.probe=ike-deep ike.accepted.additional=[MLKEM768]")
ROW("cryptrec", "CRY-PQC2-L", '-', "target.probe=tls-deep tls.pq=no")
ROW("cryptrec", "CRY-PQC2-L", '-', "target.probe=sbi tls.group=x25519")
ROW("cryptrec", "CRY-PQC2-L", '?', "target.probe=ssh")
