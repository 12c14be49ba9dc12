/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of verifiers: one line each, VERIFIER(name). */
VERIFIER(possession)
#undef VERIFIER
