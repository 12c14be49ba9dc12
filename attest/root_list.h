/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of roots that vendors publish: ROOT("verifier", "policy's key", "name in a policy", "pin",
 * "what it is").  They count where a policy is silent, or names them.  Taken from the vendors'
 * published certificates; a policy of one's own should name what was checked by the carrier.
 */
ROOT("nitro-enclave", "roots", "aws-nitro-g1", "sha256:641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b", "AWS Nitro Enclaves Root G1, until 2049-10-28")
ROOT("nitro-tpm",     "roots", "aws-nitro-g1", "sha256:641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b", "AWS Nitro Enclaves Root G1, until 2049-10-28")
ROOT("sev-snp",       "roots", "amd-ark-milan", "sha256:69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd", "AMD Root Key of Milan")
ROOT("sev-snp",       "roots", "amd-ark-genoa", "sha256:4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1", "AMD Root Key of Genoa")
ROOT("sev-snp",       "roots", "amd-ark-turin", "sha256:1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a", "AMD Root Key of Turin")
ROOT("intel-tdx",     "roots", "intel-sgx-root", "spki:a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e", "Intel SGX Root CA, until 2049-12-31")
ROOT("intel-sgx",     "roots", "intel-sgx-root", "spki:a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e", "Intel SGX Root CA, until 2049-12-31")
ROOT("gcp-vtpm",      "roots", "google-ek-ak-root", "sha256:594759594b9b61524f6c8ef668f7177f7b9066bc0674f2f49fe9e052be78beb2", "Google EK/AK CA Root")
ROOT("marvell-hsm",   "roots", "marvell-liquidsecurity", "spki:78adcba1f38bee304bc44d6a086503f2940037d4b3d58a1bf66a3282ef58cd41", "LiquidSecurity Root, one key in the certificates of 2015 and 2024")
ROOT("marvell-hsm",   "roots", "marvell-liquidsecurity-2", "spki:f84b0610f2ca68f1f936c12c37a22794b59a2afa54f55f8d3c977232c5b97d7c", "LiquidSecurity 2 Root, until 2034-07-20")
ROOT("marvell-hsm",   "owner_roots", "google-cloud-hsm-owner", "sha256:46b5fd351d56a0721ca0afcd1731c0f7b74e3941eb818bfd0ec36e29df0de095", "Google's owner root of Cloud HSM, until 2030-01-01")
ROOT("yubihsm",       "roots", "yubihsm-root", "sha256:094a3ac493c2bdcd65a54bdf40190f52bb03f7156397a3fc69d8aa9a392fb724", "Yubico YubiHSM Root CA")
ROOT("yubikey-piv",   "roots", "yubico-piv-263751", "sha256:63ece914e54dd87915f34033c85af4c0696ba1512f8add66ced738331207b546", "Yubico PIV Root CA, before firmware 5.7")
ROOT("yubikey-piv",   "roots", "yubico-u2f-457200631", "sha256:0fa1386f80eb8713263ae5c1d84deb455bdf08aea50ab05503cefee82b092d42", "Yubico U2F Root CA, firmware 4.3")
ROOT("yubikey-piv",   "roots", "yubico-attestation-1", "sha256:62760c6a6ef91679f454c8902b80fd009825b3f25da90f1fbace2ec6586cd5a8", "Yubico Attestation Root 1, from firmware 5.7")
ROOT("luna-pkc",      "roots", "luna-ecc", "spki:9ce6c272050d813428e7b7a6754143690128b823151671efc5e29ca1321c6804", "SafeNet ECC Manufacturer Integrity")
#undef ROOT
