/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE, continued: evidence of hardware, and keys in tokens or named by it. */
#define EVIDENCE(probe, kind, verdict) "target.probe=" probe " attest.kind=" kind              \
    " attest.verdict=" verdict " "
#define ACCEPTED(probe, kind) EVIDENCE(probe, kind, "accept")                                  \
    "attest.fresh=yes attest.went_back=no "
#define OF_KEY(kind) "attest.kind=" kind " attest.verdict=accept attest.key.generated=yes "    \
    "attest.key.exportable=no "
#define TOKEN "key.signed=yes key.sensitive=yes key.extractable=no key.local=yes "             \
    "key.always_sensitive=yes key.never_extractable=yes "

ROW("sekimori-core", "SK-HW-ACCEPTED", '+', ACCEPTED("witness", "sev-snp"))
ROW("sekimori-core", "SK-HW-ACCEPTED", '+', EVIDENCE("drop", "yubihsm", "accept")
    "attest.fresh=no")
ROW("sekimori-core", "SK-HW-ACCEPTED", '-', EVIDENCE("witness", "sev-snp", "reject"))
ROW("sekimori-core", "SK-HW-ACCEPTED", '?', EVIDENCE("witness", "sev-snp", "indeterminate"))
ROW("sekimori-core", "SK-HW-ACCEPTED", '?', "target.probe=witness")
ROW("sekimori-core", "SK-HW-ACCEPTED", '0', "target.probe=tls")
ROW("sekimori-core", "SK-HW-FRESH", '+', ACCEPTED("witness", "tpm-quote"))
ROW("sekimori-core", "SK-HW-FRESH", '-', EVIDENCE("witness", "tpm-quote", "accept")
    "attest.fresh=no")
ROW("sekimori-core", "SK-HW-FRESH", '?', EVIDENCE("witness", "tpm-quote", "reject"))
ROW("sekimori-core", "SK-HW-FRESH", '0', EVIDENCE("drop", "yubihsm", "accept") "attest.fresh=no")
ROW("sekimori-core", "SK-HW-FRESH", '0', EVIDENCE("witness", "ec2-identity", "accept")
    "attest.fresh=no")
ROW("sekimori-core", "SK-HW-FRESH", '-', EVIDENCE("drop", "yubihsm", "accept")
    "attest.fresh=no attest.challenge=11")
ROW("sekimori-core", "SK-HW-FRESH", '+', EVIDENCE("drop", "yubihsm", "accept")
    "attest.fresh=yes attest.challenge=11")
ROW("sekimori-core", "SK-HW-FRESH", '?', "target.probe=witness")
ROW("sekimori-core", "SK-HW-BACK", '-', EVIDENCE("drop", "yubihsm", "accept")
    "attest.fresh=no attest.went_back=yes")
ROW("sekimori-core", "SK-HW-BACK", '+', EVIDENCE("drop", "yubihsm", "accept")
    "attest.fresh=no attest.went_back=no")
ROW("sekimori-core", "SK-HW-BACK", '+', ACCEPTED("witness", "tpm-quote"))
ROW("sekimori-core", "SK-HW-BACK", '-', EVIDENCE("witness", "tpm-quote", "accept")
    "attest.fresh=yes attest.went_back=yes")
ROW("sekimori-core", "SK-HW-BACK", '-', ACCEPTED("witness", "tpm-quote")
    "downgrade.aspects=attest.counters")
ROW("sekimori-core", "SK-HW-BACK", '-', EVIDENCE("drop", "yubihsm", "accept")
    "attest.fresh=no attest.went_back=no downgrade.aspects=attest.delivered")
ROW("sekimori-core", "SK-HW-BACK", '+', ACCEPTED("witness", "tpm-quote")
    "downgrade.aspects=attest.debug")
ROW("sekimori-core", "SK-HW-BACK", '?', EVIDENCE("witness", "tpm-quote", "reject"))
ROW("sekimori-core", "SK-HW-BACK", '?', "target.probe=witness")
ROW("sekimori-core", "SK-HW-BACK", '0', ACCEPTED("witness", "sev-snp"))
ROW("sekimori-core", "SK-HW-DEBUG", '+', ACCEPTED("witness", "intel-tdx") "attest.debug=no")
ROW("sekimori-core", "SK-HW-DEBUG", '-', EVIDENCE("witness", "intel-tdx", "reject")
    "attest.rule=intel-tdx/debug")
ROW("sekimori-core", "SK-HW-DEBUG", '?', EVIDENCE("witness", "intel-tdx", "reject")
    "attest.rule=intel-tdx/nonce")
ROW("sekimori-core", "SK-HW-DEBUG", '?', "target.probe=witness")
ROW("sekimori-core", "SK-HW-DEBUG", '0', ACCEPTED("witness", "tpm-quote"))
#define UNTIL(kind, days) ACCEPTED("witness", kind) "attest.collateral.until=" days
ROW("sekimori-core", "SK-HW-COLLATERAL", '+', UNTIL("sev-snp", "7"))
ROW("sekimori-core", "SK-HW-COLLATERAL", '-', UNTIL("sev-snp", "6"))
ROW("sekimori-core", "SK-HW-COLLATERAL", '-', UNTIL("sev-snp", "-1"))
ROW("sekimori-core", "SK-HW-COLLATERAL", '0', UNTIL("nitro-tpm", "0"))
ROW("sekimori-core", "SK-HW-COLLATERAL", '0', ACCEPTED("witness", "sev-snp"))
#define SITE(kind) ACCEPTED("witness", kind) "attest.site=tokyo-1 "
ROW("sekimori-core", "SK-HW-REGISTER", '+', SITE("sev-snp"))
ROW("sekimori-core", "SK-HW-REGISTER", '+', SITE("intel-tdx"))
ROW("sekimori-core", "SK-HW-REGISTER", '+', EVIDENCE("drop", "yubihsm", "accept")
    "attest.fresh=no attest.site=tokyo-1")
ROW("sekimori-core", "SK-HW-REGISTER", '-', EVIDENCE("drop", "yubihsm", "reject")
    "attest.rule=site-register/site")
ROW("sekimori-core", "SK-HW-REGISTER", '-', EVIDENCE("witness", "tpm-quote", "reject")
    "attest.rule=site-register/entry")
ROW("sekimori-core", "SK-HW-REGISTER", '?', EVIDENCE("witness", "tpm-quote", "indeterminate")
    "attest.rule=site-register/once")
ROW("sekimori-core", "SK-HW-REGISTER", '?', EVIDENCE("witness", "tpm-quote", "reject")
    "attest.rule=tpm-quote/measurement")
ROW("sekimori-core", "SK-HW-REGISTER", '?', ACCEPTED("witness", "sev-snp"))
ROW("sekimori-core", "SK-HW-REGISTER", '0', ACCEPTED("witness", "sev-snp")
    "attest.region=ap-northeast-1")
ROW("sekimori-core", "SK-HW-REGISTER", '0', ACCEPTED("witness", "nitro-tpm"))
ROW("sekimori-core", "SK-HW-TICKET", '+', "attest.ticket.announced=yes")
ROW("sekimori-core", "SK-HW-TICKET", '-', "attest.ticket.announced=no")
ROW("sekimori-core", "SK-HW-TICKET", '0', ACCEPTED("witness", "sev-snp"))

ROW("sekimori-core", "SK-KEY-BOUND", '+', TOKEN "key.bound=proven")
ROW("sekimori-core", "SK-KEY-BOUND", '+', OF_KEY("tpm-certify") "key.bound=proven")
ROW("sekimori-core", "SK-KEY-BOUND", '-', OF_KEY("sev-snp") "key.bound=contradicted")
ROW("sekimori-core", "SK-KEY-BOUND", '?', OF_KEY("sev-snp"))
ROW("sekimori-core", "SK-KEY-BOUND", '?', "key.signed=yes")
ROW("sekimori-core", "SK-KEY-BOUND", '0', "attest.kind=ec2-identity attest.verdict=accept")
#define NAMED(binding) "attest.kind=tpm-quote attest.verdict=accept attest.binding=" binding " "
ROW("sekimori-core", "SK-KEY-BOUND", '0', NAMED("B1") "key.bound=proven")
ROW("sekimori-core", "SK-KEY-BOUND", '0', NAMED("B1~B3") "attest.confidential=no key.bound=proven")
ROW("sekimori-core", "SK-KEY-BOUND", '0', NAMED("B1"))
ROW("sekimori-core", "SK-KEY-BOUND", '-', NAMED("B1") "key.bound=contradicted")
ROW("sekimori-core", "SK-KEY-BOUND", '+', NAMED("B1") "attest.confidential=yes key.bound=proven")
ROW("sekimori-core", "SK-KEY-BOUND", '+', NAMED("B2") "key.bound=proven")
ROW("sekimori-core", "SK-KEY-BOUND", '?', NAMED("B2"))
ROW("sekimori-core", "SK-KEY-HELD", '+', TOKEN)
ROW("sekimori-core", "SK-KEY-HELD", '+', OF_KEY("yubihsm"))
ROW("sekimori-core", "SK-KEY-HELD", '-', TOKEN "attest.kind=yubihsm attest.verdict=reject")
ROW("sekimori-core", "SK-KEY-HELD", '-', "key.signed=yes key.extractable=yes")
ROW("sekimori-core", "SK-KEY-HELD", '-', "attest.kind=yubihsm attest.verdict=accept "
    "attest.key.exportable=yes")
ROW("sekimori-core", "SK-KEY-HELD", '?', "attest.kind=yubihsm attest.verdict=indeterminate")
ROW("sekimori-core", "SK-KEY-HELD", '?', "attest.kind=luna-pkc attest.verdict=accept")
ROW("sekimori-core", "SK-KEY-HELD", '?', "key.signed=yes")
ROW("sekimori-core", "SK-KEY-HELD", '0', "attest.kind=sev-snp attest.verdict=accept")
#define AUDITED "token.audited=yes token.extractable.count=0 token.readable.count=0 "           \
    "token.unsaid.count=0 token.imported.count=0 token.overpowered.count=0 "                   \
    "token.unused.count=0 token.keyless.count=0 "
ROW("sekimori-core", "SK-TOKEN-CLOSED", '+', AUDITED)
ROW("sekimori-core", "SK-TOKEN-CLOSED", '?', "token.audited=yes")
ROW("sekimori-core", "SK-TOKEN-CLOSED", '0', TOKEN)
ROW("sekimori-core", "SK-TOKEN-ORIGIN", '+', AUDITED)
ROW("sekimori-core", "SK-TOKEN-ORIGIN", '?', "token.audited=yes")
ROW("sekimori-core", "SK-TOKEN-ORIGIN", '0', TOKEN)
ROW("sekimori-core", "SK-TOKEN-POWERS", '+', AUDITED)
ROW("sekimori-core", "SK-TOKEN-POWERS", '?', "token.audited=yes")
ROW("sekimori-core", "SK-TOKEN-POWERS", '0', TOKEN)
ROW("sekimori-core", "SK-TOKEN-USED", '+', AUDITED)
ROW("sekimori-core", "SK-TOKEN-USED", '?', "token.audited=yes")
ROW("sekimori-core", "SK-TOKEN-USED", '0', TOKEN)
ROW("sekimori-core", "SK-TOKEN-CLOSED", '-', "token.extractable.count=1 " AUDITED)
ROW("sekimori-core", "SK-TOKEN-CLOSED", '-', "token.readable.count=1 " AUDITED)
ROW("sekimori-core", "SK-TOKEN-CLOSED", '-', "token.unsaid.count=1 " AUDITED)
ROW("sekimori-core", "SK-TOKEN-ORIGIN", '-', "token.imported.count=1 " AUDITED)
ROW("sekimori-core", "SK-TOKEN-POWERS", '-', "token.overpowered.count=1 " AUDITED)
ROW("sekimori-core", "SK-TOKEN-USED", '-', "token.unused.count=1 " AUDITED)
ROW("sekimori-core", "SK-TOKEN-USED", '-', "token.keyless.count=1 " AUDITED)
ROW("sekimori-core", "SK-TOKEN-CLOSED", '-', "token.audited=no " AUDITED)
ROW("sekimori-core", "SK-OWN-KEY", '+', "monitor.key.place=token monitor.key.held=yes "
    "monitor.key.signed=yes")
ROW("sekimori-core", "SK-OWN-KEY", '-', "monitor.key.place=file monitor.key.held=no "
    "monitor.key.signed=yes")
ROW("sekimori-core", "SK-OWN-KEY", '-', "monitor.key.place=token monitor.key.held=no "
    "monitor.key.signed=yes")
ROW("sekimori-core", "SK-OWN-KEY", '?', "monitor.key.place=token monitor.key.signed=yes")
ROW("sekimori-core", "SK-OWN-KEY", '0', "watcher.heard=yes")
ROW("sekimori-core", "SK-KEY-FRESH", '+', "key.bound.as_of=0")
ROW("sekimori-core", "SK-KEY-FRESH", '-', OF_KEY("tpm-certify") "key.bound.as_of=-2")
ROW("sekimori-core", "SK-KEY-FRESH", '?', OF_KEY("tpm-certify"))

#define CLOSED(kind, binding) "| " ACCEPTED("witness", kind) "attest.confidential=yes "        \
    "attest.debug=no attest.binding=" binding " "
#define IN_USE(pack, control, rest)                                                            \
	ROW(pack, control, '+', rest CLOSED("sev-snp", "B1"))                                 \
	ROW(pack, control, '+', rest CLOSED("sev-snp", "B1") "key.bound=proven")              \
	ROW(pack, control, '-', rest CLOSED("sev-snp", "B1") "key.bound=contradicted")        \
	ROW(pack, control, '+', rest CLOSED("sev-snp", "B1") "| attest.kind=yubihsm "         \
	    "key.bound=contradicted")                                                         \
	ROW(pack, control, '+', rest CLOSED("sev-snp", "B1") "| target.probe=token "          \
	    "key.bound=contradicted")                                                         \
	ROW(pack, control, '-', rest CLOSED("sev-snp", "none"))                               \
	ROW(pack, control, '-', rest CLOSED("sev-snp", "B3"))                                 \
	ROW(pack, control, '-', rest CLOSED("sev-snp", "B1") "| "                             \
	    EVIDENCE("witness", "intel-tdx", "reject"))                                       \
	ROW(pack, control, '?', rest CLOSED("sev-snp", "B1") "| "                             \
	    EVIDENCE("witness", "intel-tdx", "indeterminate"))                                \
	ROW(pack, control, '?', rest CLOSED("sev-snp", "B1") "| target.probe=witness")        \
	ROW(pack, control, '?', rest "| " ACCEPTED("witness", "tpm-quote"))                   \
	ROW(pack, control, '?', rest "| target.probe=tls")
IN_USE("ipa-autonomy", "IPA-D04", "instance.function=control ")
ROW("ipa-autonomy", "IPA-D04", '0', "instance.function=oam " CLOSED("sev-snp", "B1"))
IN_USE("mic-pcwg", "PCWG-C1", "site.third_party=yes @assurance.at_rest=-9 ")
ROW("mic-pcwg", "PCWG-C1", '-', "site.third_party=yes @assurance.at_rest=-400 "
    CLOSED("sev-snp", "B1"))
ROW("mic-pcwg", "PCWG-C1", '?', "site.third_party=yes " CLOSED("sev-snp", "B1"))
ROW("mic-pcwg", "PCWG-C1", '0', "site.third_party=no " CLOSED("sev-snp", "B1"))
ROW("mic-pcwg", "PCWG-I3", '+', "| key.bound=proven target.probe=tls " OF_KEY("tpm-certify")
    TLS13)
ROW("mic-pcwg", "PCWG-I3", '+', "| key.bound=proven target.probe=tls " OF_KEY("tpm-certify")
    TLS13 "attest.binding=B2 | target.probe=witness " NAMED("B1"))
ROW("mic-pcwg", "PCWG-I3", '?', "| key.bound=proven target.probe=tls " NAMED("B1") TLS13)
ROW("mic-pcwg", "PCWG-I3", '+', "| key.bound=proven target.probe=tls " NAMED("B1") TLS13
    "attest.confidential=yes")
ROW("mic-pcwg", "PCWG-I3", '-', "| key.bound=proven target.probe=tls " OF_KEY("tpm-certify")
    TLS13 "attest.binding=B2 | target.probe=witness key.bound=contradicted " NAMED("B1"))
ROW("mic-pcwg", "PCWG-I3", '-', "| key.bound=proven target.probe=tls " TLS13
    "attest.kind=tpm-certify attest.verdict=reject")
ROW("mic-pcwg", "PCWG-I3", '-', "| key.signed=no key.bound=proven target.probe=tls " TLS13)
ROW("mic-pcwg", "PCWG-I3", '?', "| target.probe=tls " TLS13
    "attest.kind=ec2-identity attest.verdict=accept")

#define BOOTED "@hardware.tamper=-9 | " ACCEPTED("witness", "tpm-quote")
ROW("fisc-cloud", "FISC-07", '+', BOOTED)
ROW("fisc-cloud", "FISC-07", '-', "@hardware.tamper=-9 | "
    EVIDENCE("witness", "tpm-quote", "reject"))
ROW("fisc-cloud", "FISC-07", '-', "@hardware.tamper=-9 | "
    EVIDENCE("witness", "nitro-tpm", "accept") "attest.fresh=no")
ROW("fisc-cloud", "FISC-07", '?', "@hardware.tamper=-9 | "
    EVIDENCE("witness", "tpm-quote", "indeterminate"))
ROW("fisc-cloud", "FISC-07", '?', "@hardware.tamper=-9 | target.probe=tls")
ROW("fisc-cloud", "FISC-07", '?', BOOTED "| target.probe=witness")
ROW("fisc-cloud", "FISC-07", '?', "| " ACCEPTED("witness", "tpm-quote"))

#define MADE_INSIDE(pack, control, rest)                                                       \
	ROW(pack, control, '+', rest TOKEN)                                                   \
	ROW(pack, control, '+', rest OF_KEY("marvell-hsm"))                                   \
	ROW(pack, control, '-', rest "key.signed=yes key.local=no")                           \
	ROW(pack, control, '-', rest "attest.kind=yubihsm attest.verdict=accept "             \
	    "attest.key.generated=no")                                                        \
	ROW(pack, control, '-', rest TOKEN "attest.kind=yubihsm attest.verdict=reject")       \
	ROW(pack, control, '?', rest "attest.kind=yubihsm attest.verdict=indeterminate")      \
	ROW(pack, control, '?', rest "key.signed=yes key.local=yes")                          \
	ROW(pack, control, '0', rest "attest.kind=nitro-tpm attest.verdict=accept")
MADE_INSIDE("3gpp", "3GPP-581", "instance.nf=UDM ")
ROW("3gpp", "3GPP-581", '0', "instance.nf=AMF " TOKEN)
MADE_INSIDE("ipa-autonomy", "IPA-D08", "key.bound=proven @token.certified=yes ")
ROW("ipa-autonomy", "IPA-D08", '-', "key.bound=contradicted @token.certified=yes "
    OF_KEY("yubihsm"))
ROW("ipa-autonomy", "IPA-D08", '?', "key.bound=proven " OF_KEY("yubihsm"))
ROW("ipa-autonomy", "IPA-D07", '+', "@kms.carrier_held=yes " TOKEN)
ROW("ipa-autonomy", "IPA-D07", '+', "@kms.carrier_held=yes " OF_KEY("yubihsm"))
ROW("ipa-autonomy", "IPA-D07", '-', "@kms.carrier_held=no " OF_KEY("yubihsm"))
ROW("ipa-autonomy", "IPA-D07", '-', "@kms.carrier_held=yes key.extractable=yes")
ROW("ipa-autonomy", "IPA-D07", '?', "@kms.carrier_held=yes attest.kind=luna-pkc "
    "attest.verdict=accept")
ROW("ipa-autonomy", "IPA-D07", '0', "@kms.carrier_held=yes attest.kind=sev-snp")
