# SPDX-License-Identifier: Apache-2.0
# The chapter of the three promises, sourced by tests/story.sh: a key leaves its token, an endpoint
# accepts plaintext, a profile says http, data move where they may not be, a waiver takes two
# people and ends, and the filing that tells all of it is written and verified by a stranger.
# verdict CONTROL SUBJECT LETTER: succeeds if the control says so of the subject.
# Its exit code says how all of them stand; here only the lines count.
controls() { "$program" controls --ledger "$db" "$@" 2>/dev/null || true; }
verdict() { controls "$1" | grep -F -- "    $3 $2 "; }
# reads CONTROL PATTERN: what its conditions read.
reads() { controls "$1" | grep -E -- "$2" | tail -n 1 | grep .; }
waiver() { controls --waivers | sed -nE 's/^waiver ([0-9]+) .*/\1/p' | tail -n 1; }

step "Three promises, kept: every control is judged"
see "the key in the token is the key on the wire" "SK-KEY-BOUND met" 60 verdict SK-KEY-BOUND key:ausf-tokyo-1-key .
see "its own word is labelled as what it is" "key.never_extractable = true (observed" 5 reads SK-KEY-HELD 'key\.never_extractable = true \(observed'
see "subscriber data are where they may be" "SK-LOC-APPROVED met" 30 verdict SK-LOC-APPROVED target:udm-tokyo-2-sbi .
see "plaintext is refused" "SK-ENC-PLAIN met" 30 verdict SK-ENC-PLAIN target:amf-tokyo-1-sbi .
see "no profile says http" "SK-ENC-NRF met" 30 verdict SK-ENC-NRF target:nrf-tokyo-1-sbi .
see "the P-CSCF answers OPTIONS over TLS" "SK-ENC-TLS met" 30 verdict SK-ENC-TLS target:pcscf-tokyo-1-sip .
see "the HSS exchanges capabilities over TLS" "SK-ENC-TLS met" 30 verdict SK-ENC-TLS target:hss-osaka-1-diameter .
see "what cannot be decided is listed with what it lacks" "N of M controls cannot be decided yet" 10 \
	with 'controls cannot be decided yet' "$program" controls --ledger "$db" --lacking

step "An HSM-held key is replaced by a software key with a valid certificate of the same authority"
mark
lab rekey ausf-tokyo-1 soft
see "key to wire is contradicted" "SK-KEY-BOUND not met" 30 verdict SK-KEY-BOUND key:ausf-tokyo-1-key X
see "while the chain is trusted as before" "SK-ENC-TLS met" 10 verdict SK-ENC-TLS target:ausf-tokyo-1-tls .
see "it is on the timeline" "SK-KEY-BOUND ... not met" 10 since 'SK-KEY-BOUND.*not met'
lab rekey ausf-tokyo-1 hsm
see "the key is back in its token" "SK-KEY-BOUND met" 40 verdict SK-KEY-BOUND key:ausf-tokyo-1-key .

step "An endpoint accepts plaintext"
mark
lab plain amf-tokyo-1 on
see "it is found" "SK-ENC-PLAIN not met" 40 verdict SK-ENC-PLAIN target:amf-tokyo-1-sbi X
lab plain amf-tokyo-1 off
see "and closed again" "SK-ENC-PLAIN met" 40 verdict SK-ENC-PLAIN target:amf-tokyo-1-sbi .

step "An NRF profile says http"
lab http nrf-tokyo-1 on
see "it is found" "SK-ENC-NRF not met" 30 verdict SK-ENC-NRF target:nrf-tokyo-1-sbi X
lab http nrf-tokyo-1 off
see "and mended" "SK-ENC-NRF met" 30 verdict SK-ENC-NRF target:nrf-tokyo-1-sbi .

step "An address moves into a region that is not approved"
mark
lab move udm-tokyo-2 198.51.100.150
see "declared and observed contradict each other" "SK-LOC-CONTRADICTED not met" 40 verdict SK-LOC-CONTRADICTED target:udm-tokyo-2-sbi X
see "the place is not approved for its data" "SK-LOC-APPROVED not met" 20 verdict SK-LOC-APPROVED target:udm-tokyo-2-sbi X
see "and the place is named" "loc.observed = example/singapore" 5 reads SK-LOC-APPROVED 'loc\.observed = example/singapore'
see "status does not call this well" "exit 1: a contradiction stands" 10 exits 1 "$program" status --ledger "$db"

step "A waiver is asked for, agreed by a second person, and ends"
mark
see "asked for" "exit 0" 10 "$program" waive ask -c "$conf" --until 40s SK-LOC-APPROVED target:udm-tokyo-2-sbi "moved during maintenance, back within the hour"
asked=$(waiver)
see "whoever asked cannot agree" "exit 1 or 2, a sentence" 5 with 'somebody else has to agree' "$program" waive agree -c "$conf" "$asked"
see "still not met" "SK-LOC-APPROVED not met" 5 verdict SK-LOC-APPROVED target:udm-tokyo-2-sbi X
see "a second person agrees" "waiver $asked agreed to by nobody" 10 with 'agreed to by nobody' as_nobody "$program" waive agree --state "$dir/state" "$asked"
see "the verdict reads waived, and shows what is beneath" "beneath: not met" 15 reads SK-LOC-APPROVED "waived by record #$asked; beneath: not met"
see "what was said is kept with both people" "asked for by root, decided by nobody" 5 with 'asked for by root, decided by nobody' "$program" controls --ledger "$db" --waivers
see "it ends by itself" "SK-LOC-APPROVED not met" 40 verdict SK-LOC-APPROVED target:udm-tokyo-2-sbi X

step "The filing is written, in two languages, recorded, with its evidence"
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier": ?"([^"]+)".*/\1/p' | tail -n 1)
filed() { "$program" report self-check -c "$conf" --lang ja,en --format text,json,html --record --out "$dir/filing" --bundle "$dir/filing-bundle"; }
see "self-check as text, JSON and HTML" "exit 1: not everything is met" 5 exits 1 filed
see "the sheet names the place that was seen" "example/singapore" 5 with 'example/singapore' cat "$dir/filing/self-check.ja.txt"
see "what nobody knows says so" "unknown: no source" 5 with 'unknown: no source' cat "$dir/filing/self-check.en.txt"
see "it is in the ledger" "FILING" 5 with FILING "$program" ledger show --ledger "$db" --kind FILING
cp -r "$dir/filing-bundle" "$dir/filing-copy"
see "a stranger verifies a copy without network" "exit 0" 60 exits 0 stranger "$dir/filing-copy"
see "its verdicts follow from the records in it" "PROVED ... SK-LOC-APPROVED" 60 with 'PROVED.*SK-LOC-APPROVED' stranger "$dir/filing-copy"
forge() { altered "$dir/filing-bundle" "$dir/forged" "$@"; }
forge MANIFEST "$(($(stat -c %s "$dir/filing-bundle/MANIFEST") / 2))"
see "one octet of the manifest is changed: refused" "exit 1" 60 exits 1 stranger "$dir/forged"
forge context.cbor "$(($(stat -c %s "$dir/filing-bundle/context.cbor") / 3))"
see "one octet of a record is changed: refused" "exit 1" 60 exits 1 stranger "$dir/forged"
lie() {	# the filing's own text says another place, and is put back under its new hash
	rm -rf "$dir/forged"
	cp -r "$dir/filing-bundle" "$dir/forged"
	local old new
	old=$(sha256sum "$dir/filing/self-check.ja.txt" | cut -d' ' -f1)
	sed 's#example/singapore#example/tokyo#g' "$dir/filing/self-check.ja.txt" > "$dir/lie"
	new=$(sha256sum "$dir/lie" | cut -d' ' -f1)
	rm -f "$dir/forged/blobs/$old"
	cp "$dir/lie" "$dir/forged/blobs/$new"
}
lie
see "a document is exchanged: refused" "exit 1" 60 exits 1 stranger "$dir/forged"
step "The same evidence under another edition of a pack"
sed 's/until(tls.expiry) >= 30d/until(tls.expiry) >= 300d/' monitor/state/packs/sekimori-core.pack > "$dir/strict.pack"
rejudge() { "$program" rejudge --ledger "$db" "$@" 2>&1 || true; }
see "what it would have said is listed" "SK-ENC-CERT ... met -> not-met" 20 with 'SK-ENC-CERT +target:udm-tokyo-1-tls +met -> not-met' rejudge --pack "$dir/strict.pack"
see "and the pack in force says what it said" "0 verdicts differ" 20 with '^0 verdicts differ' rejudge --pack monitor/state/packs/sekimori-core.pack
lab home udm-tokyo-2
see "the data are home again" "SK-LOC-APPROVED met" 40 verdict SK-LOC-APPROVED target:udm-tokyo-2-sbi .
see "all well again" "status exits 0" 30 all_up
