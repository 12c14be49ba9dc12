/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the rules Azure's HCL report is judged by, in the order they are asked; the hardware's
 * report and the quote of the vTPM are judged inside, by rules of their own:
 * RULE(NAME, "name", answer if it is broken, "clause", "what is wrong", "what to do").
 */
RULE(FORM, "form", REJECT, "Microsoft, Azure confidential VM guest attestation: HCL report",
    N_("it is not a whole HCL report"),
    N_("read the vTPM's NV index 0x01400001 again, whole (tpm2_nvread -C o 0x01400001)"))
RULE(VERSION, "version", INDETERMINATE, "Microsoft, HCL report: header",
    N_("the HCL report has a version that is not known here"),
    N_("have it judged by a newer edition of this program"))
RULE(KIND, "kind", INDETERMINATE, "Microsoft, HCL report: report type",
    N_("the hardware behind it is neither SEV-SNP nor TDX, or cannot be judged here"),
    N_("have it judged by a newer edition of this program"))
RULE(HASH, "hash", INDETERMINATE, "Microsoft, HCL report: report data hash type",
    N_("the runtime data is bound by a hash that is not known here"),
    N_("have it judged by a newer edition of this program"))
RULE(BINDING, "binding", REJECT, "Microsoft, HCL report: report_data is SHA-256 of the runtime data",
    N_("the runtime data is not what the hardware's report speaks of"),
    N_("read the index again; if it stays, the keys and settings in it are forged: trust nothing this machine says, and start another"))
RULE(RUNTIME, "runtime", REJECT, "Microsoft, HCL report: runtime claims; RFC 8259",
    N_("the runtime data does not name one RSA attestation key HCLAkPub"),
    N_("read the index again, whole; the JSON in it must be kept octet by octet"))
RULE(PARAVISOR, "paravisor", REJECT, "AMD 56860, ATTESTATION_REPORT.VMPL",
    N_("the report was not asked for by the paravisor, so its keys may be anybody's in the guest"),
    N_("take the report from the vTPM's NV index, where the paravisor at VMPL 0 puts it"))
RULE(HARDWARE, "hardware", INDETERMINATE, "Intel, TDX DCAP: a TDREPORT is verified by its quote",
    N_("the hardware's own signed statement is missing"),
    N_("have Azure's instance metadata turn the TDREPORT into a quote (POST /acc/tdquote) and give it as td-quote"))
RULE(QUOTE, "quote", INDETERMINATE, "TCG TPM 2.0 Library, Part 3, TPM2_Quote",
    N_("no quote of the vTPM shows that it is of now"),
    N_("quote the vTPM with the key at 0x81000003 over our nonce, and give TPMS_ATTEST and signature"))
RULE(KEY, "key", REJECT, "RFC 9334, 7.4",
    N_("the machine's attestation key is not the key it must speak of"),
    N_("give the certification of that key by the vTPM (statement, statement-signature, object)"))
RULE(POLICY, "policy", INDETERMINATE, "RFC 9334, 8.5",
    N_("no policy says what is accepted of Azure's confidential VMs"),
    N_("add a section azure-hcl to the policy"))
RULE(SECURE_BOOT, "secure_boot", REJECT, "Microsoft, HCL report: vm-configuration",
    N_("the machine was started without secure boot"),
    N_("turn secure boot on in the VM's security profile and start it again"))
RULE(CONSOLE, "console", REJECT, "Microsoft, HCL report: vm-configuration",
    N_("the serial console is open to the subscription's administrators, or it is not said"),
    N_("turn the console off, or leave no_console out of the policy"))
RULE(MACHINE, "vm_id", REJECT, "Microsoft, HCL report: vm-configuration",
    N_("the machine is not one of those the policy names"),
    N_("compare with the VM's identifier in the subscription; add it to vm_id if it is yours"))
#undef RULE
