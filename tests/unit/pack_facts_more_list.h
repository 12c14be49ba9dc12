/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE, continued: the Japanese rules and guides, the promises, management. */
#define REFUSED(kind) "target.probe=" kind "-refusal refusal.refused=[plaintext,no-token] "    \
    "refusal.accepted=[] refusal.closed=yes "
#define ENCRYPTION(pack, control, rest)                                                        \
	ROW(pack, control, '+', rest "target.probe=tls " TLS13)                               \
	ROW(pack, control, '-', rest "target.probe=tls tls.version=TLSv1")                    \
	ROW(pack, control, '?', rest "target.probe=tls tls.trusted=yes tls.name_match=yes")   \
	ROW(pack, control, '-', rest "target.probe=sbi sbi.scheme=https " TLS13               \
	    "sbi.plaintext.accepted=yes")                                                     \
	ROW(pack, control, '+', rest "target.probe=ssh ssh.weak=0")                           \
	ROW(pack, control, '-', rest "target.probe=ssh ssh.weak=2")                           \
	ROW(pack, control, '?', rest "target.probe=ssh")                                      \
	ROW(pack, control, '+', rest "target.probe=vici " SA_GOOD)                            \
	ROW(pack, control, '-', rest "target.probe=tls-deep tls.accepted.weak.count=1")       \
	ROW(pack, control, '?', rest "target.probe=tls-deep tls.accepted.versions=[TLSv1.3]") \
	ROW(pack, control, '+', rest REFUSED("tls"))                                          \
	ROW(pack, control, '-', rest "target.probe=sip-refusal refusal.refused=[] "           \
	    "refusal.accepted=[plaintext] refusal.closed=no")                                 \
	ROW(pack, control, '?', rest "target.probe=sip-refusal refusal.refused=[tls-1.1] "    \
	    "refusal.accepted=[]")                                                            \
	ROW(pack, control, '0', rest "target.probe=sip-refusal refusal.refused=[tls-1.1] "    \
	    "refusal.accepted=[] refusal.closed=yes")                                         \
	ROW(pack, control, '0', rest "target.probe=tcp")
ENCRYPTION("fisc-cloud", "FISC-01", "")
ENCRYPTION("ipa-autonomy", "IPA-D05", "")
ENCRYPTION("ipa-autonomy", "IPA-D06", "site.third_party=yes ")
ENCRYPTION("mic-pcwg", "PCWG-C2", "@assurance.at_rest=-9 @assurance.in_use=-9 ")
ROW("ipa-autonomy", "IPA-D06", '0', "site.third_party=no target.probe=tls " TLS13)
ROW("ipa-autonomy", "IPA-D06", '-', "site.third_party=yes target.probe=tls "
    "tls.version=TLSv1.3 tls.trusted=no")
ROW("mic-pcwg", "PCWG-C2", '?', "@assurance.at_rest=-9 target.probe=tls " TLS13)

ROW("fisc-cloud", "FISC-02", '+', SBI "| " REFUSED("sbi")
    SBI_REFUSAL("no-client-certificate,wrong-ca", "") "refusal.closed=yes")
ROW("fisc-cloud", "FISC-02", '-', "| target.probe=tls tls.version=TLSv1.3 tls.trusted=no")
ROW("fisc-cloud", "FISC-02", '-', SBI SBI_REFUSAL("wrong-ca", "no-client-certificate")
    "refusal.closed=no")
ROW("fisc-cloud", "FISC-02", '?', SBI)
ROW("fisc-cloud", "FISC-03", '+', "target.probe=ssh ssh.hostkey.proven=yes "
    "ssh.hostkey.expected=yes ssh.auth.none=no")
ROW("fisc-cloud", "FISC-03", '+', "target.probe=ntp ntp.nts=yes")
ROW("fisc-cloud", "FISC-03", '-', "target.probe=radius radius.authentic=no")
ROW("fisc-cloud", "FISC-03", '-', "target.probe=diameter tls.trusted=yes tls.name_match=yes "
    "diameter.origin.certified=no")
ROW("fisc-cloud", "FISC-03", '?', "target.probe=ssh ssh.hostkey.proven=yes ssh.auth.none=no")
ROW("fisc-cloud", "FISC-03", '?', "target.probe=sbi-refusal refusal.accepted=[]")


ROW("mic-pcwg", "PCWG-I3", '?', "| target.probe=tls " TLS13 "refusal.accepted.count=0 ")
ROW("mic-pcwg", "PCWG-I3", '+', "| key.signed=yes key.bound=proven target.probe=tls " TLS13)
ROW("mic-pcwg", "PCWG-I3", '-', "| key.signed=yes key.bound=proven target.probe=tls " TLS13
    "| target.probe=tls-refusal refusal.accepted.count=1")
ROW("mic-pcwg", "PCWG-I3", '-', "| key.signed=yes key.bound=proven target.probe=tls " TLS13
    "downgrade.open=1")

#define SWITCHING "function.name=switching function.instances=2 @user_separation.test=-20 "    \
    "@user_separation.passed=yes "
ROW("ts-rule", "TS-17", '+', SWITCHING VICI "| target.probe=gtpu")
ROW("ts-rule", "TS-17", '-', SWITCHING VICI "| target.probe=gtpu gtpu.ipsec.clear=yes")
ROW("ts-rule", "TS-17", '-', SWITCHING "| target.probe=vici sa.count=1 sa.missing.count=1")
ROW("ts-rule", "TS-17", '?', SWITCHING "| target.probe=gtpu")
ROW("ts-rule", "TS-17", '?', "function.name=switching function.instances=2 " VICI)
ROW("ts-rule", "TS-17", '0', "function.name=oam function.instances=2")
ROW("ts-rule", "TS-18", '+', "@store.communications=yes @store.at_rest=-9 " SBI
    SBI_REFUSAL(CLIENTS ",no-token", "") "refusal.closed=yes")
ROW("ts-rule", "TS-18", '-', "@store.communications=yes @store.at_rest=-9 " SBI
    SBI_REFUSAL(CLIENTS, "no-token") "refusal.closed=no")
ROW("ts-rule", "TS-18", '?', "@store.communications=yes @store.at_rest=-9 " SBI)
ROW("ts-rule", "TS-18", '0', "@store.communications=no " SBI)

ROW("gsma-itu-5g", "GSMA-FS31", '+', "@fs31=-9 | target.probe=tls")
ROW("gsma-itu-5g", "GSMA-FS31", '-', "@fs31=-9 | target.probe=tls-deep tls.accepted.weak.count=1")
ROW("gsma-itu-5g", "GSMA-FS31", '?', "| target.probe=tls-deep tls.accepted.weak.count=0")
ROW("gsma-itu-5g", "ITU-X1818", '+', "@x1818=-9 | target.probe=ssh ssh.weak=0")
ROW("gsma-itu-5g", "ITU-X1818", '-', "@x1818=-9 | target.probe=snmp snmp.security=noAuthNoPriv")
ROW("gsma-itu-5g", "ITU-X1818", '?', "| target.probe=ssh ssh.weak=0")

ROW("netsec", "NOTICE-1", '+', "| target.probe=ssh ssh.weak=0 ssh.auth.none=no "
    "ssh.auth.password=no | target.probe=snmp-refusal refusal.closed=yes")
ROW("netsec", "NOTICE-1", '-', "| target.probe=snmp-refusal refusal.closed=no")
ROW("netsec", "NOTICE-1", '-', "| target.probe=ssh ssh.weak=0 ssh.auth.password=yes")
ROW("netsec", "NOTICE-1", '?', "| target.probe=ssh ssh.weak=0 ssh.auth.none=no "
    "ssh.auth.password=no | target.probe=snmp-refusal")

#define ROUTES "| target.probe=rpki rpki.valid.count=4 rpki.invalid.count=0 "
ROW("netsec", "RPKI-1", '+', "@rov.enabled=yes " ROUTES "rpki.not_found.count=0")
ROW("netsec", "RPKI-1", '-', "@rov.enabled=yes " ROUTES "rpki.not_found.count=1")
ROW("netsec", "RPKI-1", '?', "@rov.enabled=yes | target.probe=rpki rpki.vrps=9")
ROW("netsec", "RPKI-1", '?', ROUTES "rpki.not_found.count=0")
#define SIGNED "| target.probe=dns dns.rcode=NOERROR dns.signed=yes dns.algorithms.weak=no "
ROW("netsec", "DNSSEC-1", '+', SIGNED "dns.signature.expiry=9 dns.authoritative=yes "
    SIGNED "dns.signature.expiry=9 dns.authoritative=no dns.ad=yes")
ROW("netsec", "DNSSEC-1", '-', SIGNED "dns.signature.expiry=2 dns.authoritative=no dns.ad=yes")
ROW("netsec", "DNSSEC-1", '-', SIGNED "dns.signature.expiry=9 dns.authoritative=no dns.ad=no")
ROW("netsec", "DNSSEC-1", '+', SIGNED "dns.signature.expiry=9 dns.authoritative=no dns.ad=yes dns.validated=yes")
ROW("netsec", "DNSSEC-1", '-', SIGNED "dns.signature.expiry=9 dns.authoritative=no dns.ad=yes dns.validated=no")
ROW("netsec", "DNSSEC-1", '-', "| target.probe=dns dns.signed=no")
ROW("netsec", "DNSSEC-1", '?', "| target.probe=dns dns.rcode=NOERROR")
#define MAILED "@dmarc.reports=-9 | target.probe=mail mail.spf.all=fail "
ROW("netsec", "DMARC-1", '+', MAILED "mail.dmarc.policy=reject")
ROW("netsec", "DMARC-1", '-', MAILED "mail.dmarc.policy=none")
ROW("netsec", "DMARC-1", '-', "@dmarc.reports=-40 | target.probe=mail")
ROW("netsec", "DMARC-1", '?', MAILED)
ROW("ipa-autonomy", "IPA-F04", '+', ROUTES "| target.probe=icmp target.health=up")
ROW("ipa-autonomy", "IPA-F04", '-', ROUTES "| target.probe=icmp target.health=degraded")
ROW("ipa-autonomy", "IPA-F04", '?', ROUTES "| target.probe=icmp")
ROW("ipa-autonomy", "IPA-F04", '?', "| target.probe=icmp target.health=up")

ROW("pack-eu", "EU-NIS2-21H", '+', "@carrier.eu=yes | target.probe=tls " TLS13)
ROW("pack-eu", "EU-NIS2-21H", '-', "@carrier.eu=yes | target.probe=tls " TLS13
    "| target.probe=ike-deep ike.weak.count=3")
ROW("pack-eu", "EU-NIS2-21H", '?', "@carrier.eu=yes | target.probe=tcp")
ROW("pack-ukus", "UK-TSA-M", '+', "@carrier.uk=yes | target.probe=ssh ssh.weak=0 "
    "ssh.auth.none=no | target.probe=snmp-refusal refusal.closed=yes")
ROW("pack-ukus", "UK-TSA-M", '-', "@carrier.uk=yes | target.probe=netconf ssh.weak=1")
ROW("pack-ukus", "UK-TSA-M", '?', "@carrier.uk=yes | target.probe=ssh ssh.weak=0 ssh.auth.none=no")

ROW("sekimori-core", "SK-ENC-WEAK", '+', "target.probe=snmp-deep snmp.weak.count=0")
ROW("sekimori-core", "SK-ENC-WEAK", '-', "target.probe=ike-deep ike.weak.count=1")
ROW("sekimori-core", "SK-ENC-WEAK", '?', "target.probe=tls-deep tls.deep.complete=no")
ROW("sekimori-core", "SK-ENC-CLOSED", '+', REFUSED("diameter"))
ROW("sekimori-core", "SK-ENC-CLOSED", '-', "target.probe=sbi-refusal refusal.closed=no")
ROW("sekimori-core", "SK-ENC-CLOSED", '?', "target.probe=sbi-refusal refusal.unclear.count=1")
ROW("sekimori-core", "SK-ENC-SA", '+', "target.probe=vici " SA_GOOD)
ROW("sekimori-core", "SK-ENC-SA", '-', "target.probe=vici sa.count=0")
ROW("sekimori-core", "SK-ENC-SA", '?', "target.probe=vici sa.count=1 sa.weak.count=0")
ROW("sekimori-core", "SK-ENC-FALL", '+', "downgrade.open=0")
ROW("sekimori-core", "SK-ENC-FALL", '-', "downgrade.open=1")
ROW("sekimori-core", "SK-ENC-FALL", '0', "target.probe=tls")
ROW("sekimori-core", "SK-ENC-CHANGE", '+', "change.unannounced=0")
ROW("sekimori-core", "SK-ENC-CHANGE", '-', "change.unannounced=2")
ROW("sekimori-core", "SK-ENC-CHANGE", '0', "target.probe=tls")

ROW("oam", "OAM-SSH-ALG", '+', "target.probe=ssh ssh.weak=0 ssh.terrapin=no")
ROW("oam", "OAM-SSH-ALG", '-', "target.probe=netconf ssh.weak=1 ssh.terrapin=no")
ROW("oam", "OAM-SSH-ALG", '?', "target.probe=ssh ssh.weak=0")
ROW("oam", "OAM-SSH-KEY", '+', "target.probe=ssh ssh.hostkey.proven=yes ssh.hostkey.expected=yes")
ROW("oam", "OAM-SSH-KEY", '-', "target.probe=ssh ssh.hostkey.proven=yes ssh.hostkey.expected=no")
ROW("oam", "OAM-SSH-KEY", '?', "target.probe=ssh ssh.hostkey.proven=yes")
ROW("oam", "OAM-SSH-LOGIN", '+', "target.probe=ssh ssh.auth.none=no ssh.auth.password=no")
ROW("oam", "OAM-SSH-LOGIN", '-', "target.probe=ssh ssh.auth.none=no ssh.auth.password=yes")
ROW("oam", "OAM-SSH-LOGIN", '?', "target.probe=ssh")
ROW("oam", "OAM-SNMP-ALG", '+', "target.probe=snmp-deep snmp.weak.count=0 "
    "snmp.privacy.accepted=[AES]")
ROW("oam", "OAM-SNMP-ALG", '-', "target.probe=snmp-deep snmp.weak.count=1")
ROW("oam", "OAM-SNMP-ALG", '?', "target.probe=snmp-deep snmp.weak.count=0")
ROW("oam", "OAM-SNMP-OLD", '+', "target.probe=snmp-refusal refusal.closed=yes")
ROW("oam", "OAM-SNMP-OLD", '-', "target.probe=snmp-refusal refusal.closed=no")
ROW("oam", "OAM-SNMP-OLD", '?', "target.probe=snmp-refusal")
ROW("oam", "OAM-SNMP-ENGINE", '+', "target.probe=snmp snmp.engine.sane=yes")
ROW("oam", "OAM-SNMP-ENGINE", '-', "target.probe=snmp snmp.engine.sane=yes "
    "snmp.engine.boots.back=yes")
ROW("oam", "OAM-SNMP-ENGINE", '0', "target.probe=snmp")
ROW("oam", "OAM-NTP-TIME", '+', "target.probe=ntp ntp.synchronised=yes ntp.offset.within=yes")
ROW("oam", "OAM-NTP-TIME", '-', "target.probe=ntp ntp.synchronised=yes ntp.offset.within=no")
ROW("oam", "OAM-NTP-TIME", '?', "target.probe=ntp ntp.synchronised=yes")
ROW("oam", "OAM-NTP-AUTH", '+', "target.probe=ntp ntp.nts=yes")
ROW("oam", "OAM-NTP-AUTH", '-', "target.probe=ntp ntp.nts=no")
ROW("oam", "OAM-NTP-AUTH", '?', "target.probe=ntp ntp.stratum=2")
ROW("oam", "OAM-NTP-AMP", '+', "target.probe=ntp ntp.control.answered=no ntp.private.answered=no")
ROW("oam", "OAM-NTP-AMP", '-', "target.probe=ntp ntp.control.answered=yes")
ROW("oam", "OAM-NTP-AMP", '?', "target.probe=ntp ntp.control.answered=no")
ROW("oam", "OAM-RADIUS", '+', "target.probe=radius radius.authentic=yes "
    "radius.message_authenticator=yes")
ROW("oam", "OAM-RADIUS", '-', "target.probe=radius radius.authentic=yes "
    "radius.message_authenticator=no")
ROW("oam", "OAM-RADIUS", '?', "target.probe=radius radius.authentic=yes")
ROW("oam", "OAM-NETCONF", '+', "target.probe=netconf ssh.hostkey.proven=yes "
    "ssh.hostkey.expected=yes netconf.login=yes netconf.closed=yes")
ROW("oam", "OAM-NETCONF", '-', "target.probe=netconf netconf.login=no")
ROW("oam", "OAM-NETCONF", '?', "target.probe=netconf netconf.login=yes")
