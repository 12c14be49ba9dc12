/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the rules that quotes of TDX and SGX share, in the order they are asked:
 * RULE(NAME, "name", verdict if it is broken, "clause", "what is wrong", "what to do").
 */
RULE(VERSION, "version", INDETERMINATE, "Intel TDX DCAP Quoting Library API, appendix A: quote header; SGX ECDSA QuoteLibReference (version 3)",
    N_("it is a quote of a version, or with a kind of key, that is not read here"),
    N_("ask for a quote of version 3, 4 or 5 with an ECDSA P-256 key, or for a newer sekimori"))
RULE(BODY, "body", REJECT, "Intel TDX DCAP Quoting Library API, appendix A: quote body",
    N_("type, size and TEE of the quote's body do not fit each other"),
    N_("fetch the quote again, whole, as octets; if it stays so, it was changed on the way"))
RULE(LENGTHS, "lengths", REJECT, "Intel TDX DCAP Quoting Library API, appendix A: quote signature data",
    N_("a length inside the quote does not fit the octets that are there"),
    N_("fetch the quote again, whole, as octets; if it stays so, it was changed on the way"))
RULE(CERTIFICATION, "certification", INDETERMINATE, "Intel TDX DCAP Quoting Library API, appendix A: certification data",
    N_("the quote does not bring the certificates of its platform"),
    N_("let the host's quoting service fetch PCK certificates (PCCS), so that certification data is of type 5"))
RULE(TEE, "tee", REJECT, "Intel TDX DCAP Quoting Library API, appendix A: quote header",
    N_("it is a quote of the other kind: enclave instead of domain, or the reverse"),
    N_("judge a trust domain by intel-tdx and an enclave by intel-sgx; ask the host which it is meant to be"))
RULE(VENDOR, "vendor", REJECT, "Intel TDX DCAP Quoting Library API, appendix A: quote header",
    N_("the quoting enclave is not Intel's"),
    N_("have the host use Intel's quoting enclave; nothing is known here of another"))
RULE(TRAILING, "trailing", REJECT, "sekimori: strict_trailing",
    N_("behind the end of the quote stand octets that nobody signed"),
    N_("cut the quote where its lengths end, or set strict_trailing = false if such padding is known"))
RULE(PCK, "pck", REJECT, "Intel SGX PCK Certificate and CRL Specification: SGX Extensions",
    N_("the certificate in the quote is no readable PCK certificate of Intel's"),
    N_("have the host fetch its PCK certificate anew; a certificate without the SGX extension names no platform"))
RULE(CHAIN, "chain", REJECT, "RFC 5280, 6.1",
    N_("the platform's certificate does not lead to a pinned root"),
    N_("compare \"roots\" of the policy with Intel SGX Root CA; if they agree, the quote is forged"))
RULE(TIME, "time", REJECT, "RFC 5280, 6.1.3 (a)(2)",
    N_("a certificate of the platform is not valid at that second"),
    N_("judge it at the time it was received; if it was expired then, have the host fetch a new PCK certificate"))
RULE(CRL, "crl", REJECT, "RFC 5280, 6.3; Intel SGX PCK Certificate and CRL Specification: CRLs",
    N_("the list of revoked PCK certificates is missing, old, or of another issuer"),
    N_("fetch the list of the very issuer (pckcrl?ca=platform or ca=processor) of that time as \"pck-crl\""))
RULE(REVOKED, "revoked", REJECT, "RFC 5280, 6.3",
    N_("Intel revoked the certificate of this platform"),
    N_("treat the machine as compromised: move the workload and ask the provider for another host"))
RULE(ROOT_CRL, "root-crl", REJECT, "RFC 5280, 6.3; Intel SGX PCK Certificate and CRL Specification: CRLs",
    N_("the root's list of revoked certificates is missing, old, or of another issuer"),
    N_("fetch rootcacrl of that time from Intel's service as \"root-crl\""))
RULE(CA_REVOKED, "ca-revoked", REJECT, "RFC 5280, 6.3",
    N_("Intel revoked the authority that issued the platform's certificate"),
    N_("trust no machine under that authority; ask Intel and the provider for new certificates"))
RULE(QE_SIGNATURE, "qe-signature", REJECT, "Intel TDX DCAP Quoting Library API, appendix A: QE report certification data",
    N_("the platform did not sign the report of this quoting enclave"),
    N_("fetch the quote again; if it stays so, it is forged or put together from two"))
RULE(QE_BINDING, "qe-binding", REJECT, "Intel TDX DCAP Quoting Library API, appendix A: QE report certification data",
    N_("the quoting enclave vouches for another attestation key"),
    N_("fetch the quote again; if it stays so, somebody put another key into it"))
RULE(SIGNATURE, "signature", REJECT, "Intel TDX DCAP Quoting Library API, appendix A: quote signature data",
    N_("the quote's signature does not hold"),
    N_("fetch the quote again; if it stays so, its contents were changed after they were signed"))
RULE(DEBUG, "debug", REJECT, "Intel TDX Module Base Specification, ATTRIBUTES.TUD; Intel SDM volume 3D, ATTRIBUTES.DEBUG",
    N_("it was started for debugging or profiling: the host can look inside"),
    N_("have it started without debug attributes; no policy can allow this"))
RULE(NONCE, "nonce", REJECT, "RFC 9334, 10.2",
    N_("the report data is not what we asked to have signed: an old quote, or somebody else's"),
    N_("ask again with a fresh nonce; if it comes back so, somebody replays quotes"))
RULE(KEY, "key", REJECT, "sekimori: bound data; RFC 9334, 12",
    N_("the report data does not name the key that we talk to"),
    N_("have the guest put the hash over our nonce and its own key into the report data; if it does, somebody stands between"))
RULE(POLICY, "policy", INDETERMINATE, "RFC 9334, 8.5",
    N_("the policy does not say what of this kind is accepted"),
    N_("write a section for this kind into the policy: measurements, TCB statuses, roots"))
RULE(COLLATERAL, "collateral", INDETERMINATE, "Intel PCS API, version 4",
    N_("what Intel says of this platform's levels was not given"),
    N_("give tcb-info (for the FMSPC found), qe-identity and tcb-chain of the time of the quote, from Intel's service or a PCCS"))
RULE(TCB_CHAIN, "tcb-chain", REJECT, "RFC 5280, 6.1; Intel PCS API, version 4",
    N_("who signed the levels is not Intel SGX TCB Signing under a pinned root"),
    N_("take TCB-Info-Issuer-Chain from the same answer of Intel's service as the TCB info"))
RULE(TCB_TIME, "tcb-time", REJECT, "RFC 5280, 6.1.3 (a)(2)",
    N_("the certificate of who signed the levels is not valid at that second"),
    N_("fetch TCB info, QE identity and their issuer chain anew, and judge as of the quote's time"))
RULE(TCB_CRL, "tcb-crl", REJECT, "RFC 5280, 6.3",
    N_("no list of the root in force says whether who signed the levels was revoked"),
    N_("fetch rootcacrl of that time from Intel's service as \"root-crl\""))
RULE(TCB_REVOKED, "tcb-revoked", REJECT, "RFC 5280, 6.3",
    N_("Intel revoked the certificate of who signed the levels"),
    N_("fetch TCB info, QE identity and their issuer chain anew"))
RULE(INFO_SIGNATURE, "tcb-signature", REJECT, "Intel PCS API, version 4: Get TCB Info",
    N_("the TCB info is not, octet for octet, what Intel signed"),
    N_("keep the answer of Intel's service as it came: no formatting, no JSON tool in between"))
RULE(INFO_FORM, "tcb-form", INDETERMINATE, "Intel PCS API, version 4: TCB Info V3",
    N_("Intel's TCB info is of a form that is not read here"),
    N_("ask the service for version 4 of its interface; if it was, this sekimori is too old"))
RULE(INFO_CURRENT, "tcb-current", REJECT, "Intel PCS API, version 4: issueDate, nextUpdate",
    N_("the TCB info does not count at that second"),
    N_("fetch it at least every 30 days and keep each; judge a quote by the one of its time"))
RULE(FMSPC, "fmspc", REJECT, "Intel PCS API, version 4: Get TCB Info",
    N_("the TCB info is of another platform or TEE"),
    N_("fetch the TCB info of the FMSPC that was found, for tdx or sgx as the quote is"))
RULE(EVALUATION, "evaluation", REJECT, "Intel PCS API, version 4: tcbEvaluationDataNumber",
    N_("the TCB info or QE identity is of an earlier evaluation than the policy asks for"),
    N_("fetch with update=early, or lower \"evaluation\" in the policy"))
RULE(IDENTITY_SIGNATURE, "qe-identity-signature", REJECT, "Intel PCS API, version 4: Get Enclave Identity",
    N_("the QE identity is not, octet for octet, what Intel signed"),
    N_("keep the answer of Intel's service as it came: no formatting, no JSON tool in between"))
RULE(IDENTITY_FORM, "qe-identity-form", INDETERMINATE, "Intel PCS API, version 4: Enclave Identity V2",
    N_("Intel's QE identity is of a form that is not read here"),
    N_("ask the service for version 4 of its interface; if it was, this sekimori is too old"))
RULE(IDENTITY_CURRENT, "qe-identity-current", REJECT, "Intel PCS API, version 4: issueDate, nextUpdate",
    N_("the QE identity does not count at that second"),
    N_("fetch it at least every 30 days and keep each; judge a quote by the one of its time"))
RULE(IDENTITY, "qe-identity", REJECT, "Intel PCS API, version 4: Enclave Identity V2",
    N_("the quoting enclave is not the one Intel describes"),
    N_("give the identity of the right one (tdx/.../qe/identity or sgx/.../qe/identity); if it is, the enclave is not Intel's"))
RULE(QE_LEVEL, "qe-level", REJECT, "Intel PCS API, version 4: Enclave Identity V2",
    N_("the quoting enclave is older than every level Intel knows"),
    N_("have the host update its DCAP packages"))
RULE(MODULE, "module", REJECT, "Intel PCS API, version 4: tdxModule, tdxModuleIdentities",
    N_("the TDX module is not one that Intel signed and describes"),
    N_("compare the found signer and attributes; a module of the host's own makes every measurement worthless"))
RULE(MODULE_LEVEL, "module-level", REJECT, "Intel PCS API, version 4: tdxModuleIdentities",
    N_("the TDX module is older than every level Intel knows"),
    N_("have the provider load a current TDX module"))
RULE(LEVEL, "tcb-level", REJECT, "Intel PCS API, version 4: Get TCB Info, TCB status evaluation",
    N_("the platform reaches none of the levels Intel lists"),
    N_("have the provider update BIOS, microcode and TDX module, and fetch a new PCK certificate; until then it is no proof"))
RULE(STATUS_REVOKED, "status-revoked", REJECT, "Intel PCS API, version 4: tcbStatus Revoked",
    N_("Intel revoked the level of this platform"),
    N_("treat the machine as compromised: move the workload and ask the provider for another host"))
RULE(STATUS, "status", REJECT, "Intel PCS API, version 4: tcbStatus",
    N_("the level of the platform is not one that the policy admits"),
    N_("have the provider update it, or name the status in \"status\" and its advisories in \"advisories\" if the carrier bears the risk"))
RULE(ADVISORIES, "advisories", REJECT, "Intel PCS API, version 4: advisoryIDs",
    N_("an advisory of Intel's stands against this level and the policy does not accept it"),
    N_("read the advisory at Intel's security center; have the provider update, or list it in \"advisories\" with until and ticket"))
#undef RULE
