/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE, continued: custody of declared keys. */
#define LIVE "custody.destroyed=no "
#define GONE(pack, control, rest) ROW(pack, control, '0', "custody.destroyed=yes " rest)

#define AGREES "custody.agrees="
ROW("sekimori-core", "SK-CUSTODY-AGREES", '+', LIVE AGREES "proven")
ROW("sekimori-core", "SK-CUSTODY-AGREES", '+', LIVE AGREES "observed")
ROW("sekimori-core", "SK-CUSTODY-AGREES", '-', LIVE AGREES "contradicted")
ROW("sekimori-core", "SK-CUSTODY-AGREES", '?', LIVE)
GONE("sekimori-core", "SK-CUSTODY-AGREES", AGREES "contradicted")
ROW("sekimori-core", "SK-CUSTODY-APART", '+', LIVE "custody.apart=yes")
ROW("sekimori-core", "SK-CUSTODY-APART", '-', LIVE "custody.apart=no")
ROW("sekimori-core", "SK-CUSTODY-APART", '?', LIVE)

#define MODULE LIVE "custody.kind=hsm custody.module=M custody.validation=V "
ROW("sekimori-core", "SK-CUSTODY-MODULE", '+', MODULE "custody.document=-9")
ROW("sekimori-core", "SK-CUSTODY-MODULE", '+', MODULE "custody.document=-9 "
    "custody.document.until=1")
ROW("sekimori-core", "SK-CUSTODY-MODULE", '-', MODULE "custody.document=-9 "
    "custody.document.until=-1")
ROW("sekimori-core", "SK-CUSTODY-MODULE", '-', MODULE)
ROW("sekimori-core", "SK-CUSTODY-MODULE", '-', LIVE "custody.kind=kms custody.document=-9")
ROW("sekimori-core", "SK-CUSTODY-MODULE", '0', LIVE "custody.kind=file")

#define ROTATES LIVE "custody.rotation_s=31536000 "
ROW("sekimori-core", "SK-CUSTODY-ROTATION", '+', ROTATES "custody.rotation_due=1")
ROW("sekimori-core", "SK-CUSTODY-ROTATION", '-', ROTATES "custody.rotation_due=-1")
ROW("sekimori-core", "SK-CUSTODY-ROTATION", '-', ROTATES "custody.rotation_due=-1 "
    "custody.rotates=no")
ROW("sekimori-core", "SK-CUSTODY-ROTATION", '+', ROTATES "custody.rotation_due=-1 "
    "custody.rotates=yes")
ROW("sekimori-core", "SK-CUSTODY-ROTATION", '+', ROTATES "custody.rotates=yes")
ROW("sekimori-core", "SK-CUSTODY-ROTATION", '?', ROTATES)
ROW("sekimori-core", "SK-CUSTODY-ROTATION", '?', ROTATES "custody.rotates=no")
ROW("sekimori-core", "SK-CUSTODY-ROTATION", '0', LIVE "custody.rotation_due=-1")
GONE("sekimori-core", "SK-CUSTODY-ROTATION", "custody.rotation_s=1 custody.rotation_due=-1")

ROW("sekimori-core", "SK-CUSTODY-CEREMONY", '+', LIVE "custody.ceremony_due=yes "
    "custody.ceremony=-900")
ROW("sekimori-core", "SK-CUSTODY-CEREMONY", '-', LIVE "custody.ceremony_due=yes")
ROW("sekimori-core", "SK-CUSTODY-CEREMONY", '?', "custody.ceremony_due=yes")
ROW("sekimori-core", "SK-CUSTODY-CEREMONY", '0', LIVE "custody.ceremony_due=no")

ROW("ipa-autonomy", "IPA-D07-C", '+', LIVE "custody.apart=yes " AGREES "proven")
ROW("ipa-autonomy", "IPA-D07-C", '-', LIVE "custody.apart=no " AGREES "proven")
ROW("ipa-autonomy", "IPA-D07-C", '-', LIVE "custody.apart=yes " AGREES "contradicted")
ROW("ipa-autonomy", "IPA-D07-C", '?', LIVE "custody.apart=yes")
ROW("ipa-autonomy", "IPA-D08-C", '+', MODULE "custody.document=-9 custody.module.proven=M "
    AGREES "observed")
ROW("ipa-autonomy", "IPA-D08-C", '-', MODULE "custody.document=-9 custody.module.proven=N "
    AGREES "contradicted")
ROW("ipa-autonomy", "IPA-D08-C", '?', MODULE "custody.document=-9 " AGREES "observed")
ROW("ipa-autonomy", "IPA-D08-C", '-', MODULE "custody.module.proven=M " AGREES "proven")
ROW("ipa-autonomy", "IPA-D08-C", '0', LIVE "custody.kind=file")

#define SEPARATE "@key_management.organisation=-9 @key_admins.separate=yes "
ROW("ipa-autonomy", "IPA-D09", '+', SEPARATE)
ROW("ipa-autonomy", "IPA-D09", '+', SEPARATE "| " LIVE "custody.apart=yes")
ROW("ipa-autonomy", "IPA-D09", '-', SEPARATE "| " LIVE "custody.apart=no")
ROW("ipa-autonomy", "IPA-D09", '+', SEPARATE "| custody.destroyed=yes custody.apart=no")
ROW("ipa-autonomy", "IPA-D09", '?', SEPARATE "| " LIVE)
ROW("ipa-autonomy", "IPA-D09", '?', "@key_management.organisation=-9 | " LIVE
    "custody.apart=yes")
ROW("ipa-autonomy", "IPA-D09", '-', "@key_management.organisation=-400 "
    "@key_admins.separate=yes")

#define CLOUD LIVE "custody.host=aws custody.apart=yes "
ROW("mic-pcwg", "PCWG-C1-K", '+', CLOUD AGREES "proven")
ROW("mic-pcwg", "PCWG-C1-K", '+', CLOUD AGREES "observed custody.holder.seen=outside")
ROW("mic-pcwg", "PCWG-C1-K", '-', CLOUD AGREES "observed custody.holder.seen=customer")
ROW("mic-pcwg", "PCWG-C1-K", '-', CLOUD AGREES "contradicted custody.holder.seen=provider")
ROW("mic-pcwg", "PCWG-C1-K", '-', LIVE "custody.host=aws custody.apart=no " AGREES "proven")
ROW("mic-pcwg", "PCWG-C1-K", '?', CLOUD)
ROW("mic-pcwg", "PCWG-C1-K", '0', LIVE "custody.host=carrier custody.apart=no")
