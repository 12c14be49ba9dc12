/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the rules a SEV-SNP report is judged by, in the order they are asked:
 * RULE(NAME, "name", answer if it is broken, "clause", "what is wrong", "what to do").
 */
RULE(LENGTH, "length", REJECT, "AMD 56860, 7.3 ATTESTATION_REPORT",
    N_("the report has not the 1184 octets of an attestation report"),
    N_("store the report alone, without the header of the guest's request and without the certificates behind it"))
RULE(VERSION, "version", INDETERMINATE, "AMD 56860, ATTESTATION_REPORT.VERSION",
    N_("the report has a version that is not known here"),
    N_("have the report judged by a newer edition of this program"))
RULE(ALGORITHM, "algorithm", REJECT, "AMD 56860, ATTESTATION_REPORT.SIGNATURE_ALGO",
    N_("the report is not signed with ECDSA on P-384 and SHA-384"),
    N_("fetch the report anew: all processors sign with this one"))
RULE(SIGNATURE_FORM, "signature_form", REJECT, "AMD 56860, SIGNATURE of ECDSA P-384 with SHA-384",
    N_("octets of the signature that must be zero are not"),
    N_("fetch the report anew and keep it as it came"))
RULE(CERTIFICATES, "certificates", REJECT, "RFC 5280, 4.1 and 5.1",
    N_("a certificate or a revocation list cannot be read"),
    N_("fetch the file again from AMD's key distribution service, as DER or PEM"))
RULE(LEAF, "leaf", REJECT, "AMD 57230, VCEK certificate; AMD 58369, VLEK certificate",
    N_("the certificate of the key that signed is not one of a VCEK or VLEK"),
    N_("give the VCEK for this chip and level from AMD's key distribution service, or the VLEK that the provider gives to the guest"))
RULE(PRODUCT_KNOWN, "product_known", INDETERMINATE, "AMD 57230, productName",
    N_("the processor is of a family whose levels are not known here"),
    N_("have the report judged by a newer edition of this program"))
RULE(CHAIN, "chain", REJECT, "AMD 57230, certificate chain; RFC 5280, 6.1",
    N_("the certificate does not lead through an AMD signing key to a pinned AMD root key"),
    N_("give the chain of the right product and kind (vcek or vlek, cert_chain) from AMD's key distribution service"))
RULE(TIME, "time", REJECT, "RFC 5280, 6.1.3 (a)(2)",
    N_("a certificate of the chain was not valid at that time"),
    N_("fetch the present certificate and a new report; a VLEK lives one year"))
RULE(PRODUCT, "product", REJECT, "AMD 57230, productName",
    N_("product, kind of key and AMD's certificates do not belong together"),
    N_("give the chain of the product that the certificate names"))
RULE(CRL, "crl", REJECT, "RFC 5280, 6.3.3",
    N_("the revocation list is not one of this root key that is in force"),
    N_("fetch the list of that product from AMD's key distribution service; it is renewed about every six weeks"))
RULE(REVOKED, "revoked", REJECT, "RFC 5280, 6.3.3",
    N_("a certificate of the chain is revoked"),
    N_("stop trusting this machine; fetch new certificates, and ask the provider if they are the same"))
RULE(SIGNER, "signer", REJECT, "AMD 56860, ATTESTATION_REPORT.SIGNING_KEY",
    N_("the report says that another kind of key signed it"),
    N_("give the VLEK for a report that a VLEK signed, otherwise the VCEK"))
RULE(SIGNATURE, "signature", REJECT, "AMD 56860, ATTESTATION_REPORT.SIGNATURE",
    N_("the report is not signed by the key of that certificate"),
    N_("give the certificate of this chip at the level the report states; if it is that, the report is forged or damaged: refuse it, and ask the guest for a new one"))
RULE(LEVEL, "level", REJECT, "AMD 57230, SPL extensions; AMD 56860, 2.2 TCB_VERSION",
    N_("the level that the report states is not the level of the key that signed it"),
    N_("fetch the certificate for the reported level, not for the current one"))
RULE(HWID, "hwid", REJECT, "AMD 57230, hwID",
    N_("the report names another chip than the certificate"),
    N_("fetch the certificate of this chip; if the chip is masked (all zero), the host must be set to show it"))
RULE(NONCE, "nonce", REJECT, "AMD 56860, ATTESTATION_REPORT.REPORT_DATA; RFC 9334, 10.2",
    N_("the report was not made for our nonce"),
    N_("ask for a new report over the nonce; one that is reused proves nothing of now"))
RULE(KEY, "key", REJECT, "AMD 56860, ATTESTATION_REPORT.REPORT_DATA; RFC 9334, 12",
    N_("the report does not speak of the key that was seen"),
    N_("have the guest put the hash of its own key into the report; if it does, somebody stands between"))
RULE(GUEST_POLICY, "guest_policy", REJECT, "AMD 56860, GUEST_POLICY bit 17",
    N_("the guest's policy lacks a bit that is always one"),
    N_("fetch the report anew; no firmware starts a guest with such a policy"))
RULE(MIGRATION, "migration", REJECT, "AMD 56860, GUEST_POLICY.MIGRATE_MA",
    N_("a migration agent may take the guest's memory with it"),
    N_("start the guest with a policy without migration agent"))
RULE(DEBUG, "debug", REJECT, "AMD 56860, GUEST_POLICY.DEBUG",
    N_("the guest was started so that the host may read its memory"),
    N_("start the guest with a policy that forbids debugging; nothing else can make it confidential"))
RULE(POLICY, "policy", INDETERMINATE, "RFC 9334, 8.5",
    N_("no policy says what is accepted of SEV-SNP reports"),
    N_("add a section sev-snp to the policy"))
RULE(VMPL, "vmpl", REJECT, "AMD 56860, ATTESTATION_REPORT.VMPL",
    N_("the report was asked for at a privilege level that may not speak for the machine"),
    N_("ask from the level of the paravisor or kernel, or set max_vmpl if a lower one may speak"))
RULE(FLOOR, "floor", REJECT, "AMD 56860, 2.2 TCB_VERSION",
    N_("firmware or microcode is older than the policy accepts"),
    N_("have the provider update the host's firmware and commit it, then fetch a new report"))
RULE(REQUIRED, "required", REJECT, "AMD 56860, GUEST_POLICY and PLATFORM_INFO",
    N_("a protection that the policy requires is not in force"),
    N_("start the guest with a policy that demands it, on a host that has it"))
RULE(IMAGE, "image", REJECT, "AMD 56860, ATTESTATION_REPORT.MEASUREMENT, ID_KEY_DIGEST, AUTHOR_KEY_DIGEST",
    N_("neither what was started nor who vouches for it is on the policy's list"),
    N_("compare with the digest of the released image; add it to measurement, or the signer's key to id_key_digest, with its ticket"))
RULE(HOST_DATA, "host_data", REJECT, "AMD 56860, ATTESTATION_REPORT.HOST_DATA",
    N_("the host started it with other data than the policy names"),
    N_("compare with the deployment: host_data is often the digest of a container policy"))
RULE(CHIP, "chip", REJECT, "AMD 56860, ATTESTATION_REPORT.CHIP_ID",
    N_("the chip is not on the register of our sites"),
    N_("find out where that machine stands before it is added to chip"))
RULE(REGION, "region", REJECT, "AMD 58369, CSP_ID",
    N_("the report does not prove a region that the policy accepts"),
    N_("move the function back, or change regions; a VCEK names no region, so its chip must be listed"))
#undef RULE
