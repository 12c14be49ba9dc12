/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of messages on links: MESSAGE(number, NAME, "direction: body").  Not recorded. */
MESSAGE(1,  RECORD,  "any to ledger: bytes of one record, recorded time zero; after its BLOBs and "
    "VALUEs")
MESSAGE(2,  BLOB,    "any to ledger: octets to keep by their hash")
MESSAGE(3,  VALUE,   "any to ledger: 32 octets of salt, then the value behind a commitment")
MESSAGE(4,  GROWN,   "ledger to engine: CBOR uint, size that is durable")
MESSAGE(5,  SIGN,    "ledger to signer: text to sign")
MESSAGE(6,  SIGNED,  "signer to ledger: 64 octets of signature")
MESSAGE(7,  START,   "supervisor to any: CBOR map of texts: state, config, libexec, newest_note, log, "
    "sandbox; key for the signer; then the role begins")
MESSAGE(8,  PLAN,    "supervisor to any, ledger to supervisor: the plan blob")
MESSAGE(9,  FILES,   "supervisor to any: CBOR map of path to octets, files and secrets the plan "
    "refers to")
MESSAGE(10, LINK,    "supervisor to any: CBOR array role, index; the descriptor is a link to that "
    "role")
MESSAGE(11, READY,   "any to supervisor: the role is working; repeated as a watchdog; empty, or "
    "CBOR uint: milliseconds of silence to expect")
MESSAGE(12, STOP,    "supervisor to any: finish what is begun, then exit")
MESSAGE(13, CONFIG,  "supervisor to ledger: CBOR array: cause, source octets, plan without ids, "
    "origin of the ledger")
MESSAGE(14, FETCH,   "any to fetch: CBOR array: id, method, url, content type, body, trust path, "
    "secret path, octets at most, milliseconds")
MESSAGE(15, FETCHED, "fetch to asker: CBOR array: id, enum err, HTTP status, body or sentence")
MESSAGE(16, ACT,     "engine to ledger: CBOR array: id, enum act, author, argument text")
MESSAGE(17, ACTED,   "ledger to engine: CBOR array: id, enum err, sentence")
MESSAGE(18, KEY,     "ledger to signer, signer to ledger: key rotation; see signer.c")
MESSAGE(19, DIED,    "supervisor to ledger: CBOR array role, index, sentence: how a role ended; "
    "ledger to supervisor: why it cut that role off")
MESSAGE(20, STATUS,  "ledger to supervisor: one line for the service manager, empty when all is "
    "well")
MESSAGE(21, AGAIN,   "ledger to worker and intake: a GAP of the ledger was recorded; say SELF, begin every "
    "run anew")
MESSAGE(22, FILE,    "supervisor to worker, behind FILES: the path; the descriptor is a sealed memfd of a "
    "feed, which all workers share")
MESSAGE(23, RELOAD,  "fetch to supervisor: a file of the configuration was exchanged; read it again")
MESSAGE(24, LOCATE,  "engine to ledger: CBOR array: id, form, claims of a location token; ACTED answers with "
    "the signature in hex and the name of the key")
#undef MESSAGE
