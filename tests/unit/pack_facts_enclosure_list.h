/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE, continued: whether data are closed to the provider, at rest and in use. */
ROW("sekimori-core", "SK-REST-DECLARED", '+', "site.third_party=yes store.encrypted.declared=yes")
ROW("sekimori-core", "SK-REST-DECLARED", '+', "site.third_party=yes store.encrypted.declared=no")
ROW("sekimori-core", "SK-REST-DECLARED", '-', "site.third_party=yes store.name=x")
ROW("sekimori-core", "SK-REST-DECLARED", '0', "site.third_party=no store.name=x")
ROW("sekimori-core", "SK-REST-SEEN", '+', "store.encrypted.declared=yes store.rest=holds")
ROW("sekimori-core", "SK-REST-SEEN", '+', "store.encrypted=yes store.rest=holds")
ROW("sekimori-core", "SK-REST-SEEN", '-', "store.encrypted.declared=yes store.rest=contradicted")
ROW("sekimori-core", "SK-REST-SEEN", '-', "store.encrypted=no store.rest=open")
ROW("sekimori-core", "SK-REST-SEEN", '?', "store.encrypted.declared=yes")
ROW("sekimori-core", "SK-REST-SEEN", '0', "store.name=x")
ROW("sekimori-core", "SK-REST-KEY", '+', "store.encrypted=yes store.key.holder=customer")
ROW("sekimori-core", "SK-REST-KEY", '+', "store.encrypted=yes store.key.holder=carrier")
ROW("sekimori-core", "SK-REST-KEY", '-', "store.encrypted=yes store.key.holder=provider")
ROW("sekimori-core", "SK-REST-KEY", '?', "store.encrypted=yes")
ROW("sekimori-core", "SK-REST-KEY", '0', "store.encrypted=no")
ROW("sekimori-core", "SK-REST-KEY", '0', "store.name=x")
ROW("sekimori-core", "SK-USE-DECLARED", '+', "site.third_party=yes use.declared=none")
ROW("sekimori-core", "SK-USE-DECLARED", '-', "site.third_party=yes instance.name=x")
ROW("sekimori-core", "SK-USE-DECLARED", '0', "site.third_party=no instance.name=x")
ROW("sekimori-core", "SK-USE-PROVEN", '+', "use.declared=confidential-vm use.verdict=holds")
ROW("sekimori-core", "SK-USE-PROVEN", '-', "use.declared=confidential-vm use.verdict=contradicted")
ROW("sekimori-core", "SK-USE-PROVEN", '-', "use.declared=measured-boot use.verdict=open")
ROW("sekimori-core", "SK-USE-PROVEN", '?', "use.declared=enclave use.proven=measured-boot")
ROW("sekimori-core", "SK-USE-PROVEN", '0', "use.declared=none use.verdict=open")
ROW("sekimori-core", "SK-USE-PROVEN", '0', "use.verdict=holds")
#define CLASSED "site.third_party=yes instance.data=[subscriber] "
ROW("sekimori-core", "SK-USE-CLOSED", '+', CLASSED "use.proven=confidential-vm")
ROW("sekimori-core", "SK-USE-CLOSED", '+', CLASSED "use.proven=enclave")
ROW("sekimori-core", "SK-USE-CLOSED", '-', CLASSED "use.proven=measured-boot")
ROW("sekimori-core", "SK-USE-CLOSED", '?', CLASSED "use.declared=confidential-vm use.observed=confidential-vm")
ROW("sekimori-core", "SK-USE-CLOSED", '0', "site.third_party=yes use.proven=measured-boot")
#undef CLASSED
/* rows of standards: what is seen otherwise fails what was met before, and silence still meets nothing */
#define OUTSIDE "inventory.encrypted=yes inventory.key.holder=outside"
ROW("ipa-autonomy", "IPA-D03", '+', "store.rest=holds | target.probe=inventory " OUTSIDE)
ROW("ipa-autonomy", "IPA-D03", '-', "store.rest=contradicted | target.probe=inventory " OUTSIDE)
ROW("ipa-autonomy", "IPA-D03", '-', "store.rest=open | target.probe=inventory " OUTSIDE)
ROW("ipa-autonomy", "IPA-D03", '?', "store.rest=holds | target.probe=inventory inventory.encrypted=yes")
ROW("ipa-autonomy", "IPA-D04", '+', "use.verdict=holds instance.function=control " CLOSED("sev-snp", "B1"))
ROW("ipa-autonomy", "IPA-D04", '-', "use.verdict=contradicted instance.function=control " CLOSED("sev-snp", "B1"))
ROW("ipa-autonomy", "IPA-D04", '-', "use.verdict=open instance.function=control " CLOSED("sev-snp", "B1"))
#define C1 "site.third_party=yes @assurance.at_rest=-9 "
ROW("mic-pcwg", "PCWG-C1", '+', C1 "use.verdict=holds " CLOSED("sev-snp", "B1") " store.rest=holds store.key.holder=carrier")
ROW("mic-pcwg", "PCWG-C1", '-', C1 "use.verdict=contradicted " CLOSED("sev-snp", "B1"))
ROW("mic-pcwg", "PCWG-C1", '-', C1 "use.verdict=holds " CLOSED("sev-snp", "B1") " store.rest=contradicted")
ROW("mic-pcwg", "PCWG-C1", '-', C1 "use.verdict=holds " CLOSED("sev-snp", "B1") " store.rest=open")
ROW("mic-pcwg", "PCWG-C1", '-', C1 "use.verdict=holds " CLOSED("sev-snp", "B1") " store.rest=holds store.key.holder=provider")
#define I3 "| key.signed=yes key.bound=proven target.probe=tls " TLS13
ROW("mic-pcwg", "PCWG-I3", '+', I3 " store.rest=holds use.verdict=holds")
ROW("mic-pcwg", "PCWG-I3", '-', I3 " store.rest=contradicted")
ROW("mic-pcwg", "PCWG-I3", '-', I3 " use.verdict=contradicted")
#define TS18 "@store.communications=yes @store.at_rest=-9 " SBI SBI_REFUSAL(CLIENTS ",no-token", "") "refusal.closed=yes"
ROW("ts-rule", "TS-18", '+', TS18 " store.rest=holds")
ROW("ts-rule", "TS-18", '-', TS18 " store.rest=open")
ROW("ts-rule", "TS-18", '-', TS18 " store.rest=contradicted")
#undef TS18
#undef OUTSIDE
#undef C1
#undef I3
