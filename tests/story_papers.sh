# SPDX-License-Identifier: Apache-2.0
# What follows the day, sourced by tests/story.sh: corrections beside what was believed, the papers in
# both languages with what only people know, frozen, sealed and verified by a stranger, a later
# edition with its differences, and the clock that ends when the paper is on record.
papers=$dir/papers
of_day() { local kind=$1; shift; "$program" report "$kind" -c "$conf" --incident "$day" "$@"; }
confirm() { "$program" report fill "$1" -c "$conf" --incident "$2" < <(yes = 2>/dev/null) | grep -c '^> '; }
enter() { exits 0 "$program" report fill "$1" -c "$conf" --incident "$2" "$3" "${@:4}"; }
sealed() { "$program" seal --verify --trust "$dir/lab/pki/root.pem" "$@"; }
# trusting BUNDLE: verified without network, the roots of seals given too.
trusting() { stranger --trust "$dir/lab/pki/root.pem" "$@"; }
no_header() { ! header "$1"; }
no_clock() { ! "$program" status --ledger "$db" | grep -E -- "$1"; }
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier": ?"([^"]+)".*/\1/p' | tail -n 1)

# A paper with a bundle speaks of what is signed: all that is recorded must be.
signed_all() {
	"$program" status --ledger "$db" | awk '/^ledger/ { n = $(NF - 1) } /^signed/ { s = $4 + 0 } END { print s " of " n " signed"; exit !(s >= n - 1) }'
}

step "What people know better is corrected, and stays beside what was believed"
mark
known_then=@$(date +%s)
sleep 1
earlier=$(TZ=Asia/Tokyo date -d "-200 seconds" '+%Y-%m-%d %H:%M:%S')
correct() { "$program" incident -c "$conf" "$@"; }
see "it began earlier" "exit 0" 5 exits 0 correct occurred "$day" "$earlier" "the switch's own log"
see "fewer users" "exit 0" 5 exits 0 correct stopped "$day" voice 44100 "subscribers registered that day"
see "its cause" "exit 0" 5 exits 0 correct cause "$day" external "the provider's router"
see "with author and reason on the timeline" "time of occurrence corrected by root" 10 \
	since "incident $day: time of occurrence corrected by root"
see "as corrected since: it began then" "$earlier JST" 10 with "$earlier" duties --incident "$day"
known_before() { duties --incident "$day" --at "$known_then" | grep -E 'occurred: ' | grep -v "$earlier"; }
see "as known then: it had not" "another time" 5 known_before

step "The prompt report: what only people know, frozen, sealed, verified by a stranger"
see "a draft says what is missing" "fields are to be entered" 5 with 'fields are to be entered' of_day prompt-report --lang en
see "drafts are confirmed" "one after another" 10 confirm prompt-report "$day"
see "the cause is entered" "exit 0" 5 enter prompt-report "$day" inc.cause "a router of the provider's Osaka region, by its own word"
see "and what users were told" "exit 0" 5 enter prompt-report "$day" inc.user_notice "on the web page, twenty minutes after it began"
see "who receives it at wholesale" "exit 0" 5 enter prompt-report "$day" inc.wholesale "nobody"
see "it says by which edition of legal duties" "jp-telecom, edition story" 5 with 'edition story' of_day prompt-report --lang en
freeze() {
	until_true 15 signed_all
	of_day "$1" --lang ja,en --format text,pdf --out "$2" --bundle "$2-bundle" --freeze --seal "${@:3}"
}
see "the paper is frozen, in two languages, as text and PDF" "exit 0" 0 exits 0 freeze prompt-report "$papers/f3"
see "who entered what stands in it" "entered by root" 5 with 'root' cat "$papers/f3/prompt-report.en.txt"
see "in Japanese too" "重大な事故" 5 with '重大な事故' cat "$papers/f3/prompt-report.ja.txt"
see "its seals are the carrier's, time-stamped" "sealed by CN=seal ... before" 10 with 'sealed by .*CN=seal.* before' \
	sealed "$papers"/f3/prompt-report.*.txt "$papers"/f3/prompt-report.*.pdf
cp -r "$papers/f3-bundle" "$papers/f3-copy"
see "a stranger verifies a copy without network" "PROVED, its seals too" 30 with 'PROVED +seal' trusting "$papers/f3-copy"
altered "$papers/f3-bundle" "$papers/f3-forged" MANIFEST "$(($(stat -c %s "$papers/f3-bundle/MANIFEST") / 2))"
see "one octet of the manifest is changed: refused" "exit 1" 30 exits 1 trusting "$papers/f3-forged"
altered "$papers/f3-bundle" "$papers/f3-forged" context.cbor "$(($(stat -c %s "$papers/f3-bundle/context.cbor") / 3))"
see "one octet of a record is changed: refused" "exit 1" 30 exits 1 trusting "$papers/f3-forged"
pdf=$(sha256sum < "$papers/f3/prompt-report.ja.pdf" | cut -d' ' -f1)
altered "$papers/f3-bundle" "$papers/f3-forged" "blobs/$pdf" 3000
see "one octet of the PDF is changed: refused" "exit 1" 30 exits 1 trusting "$papers/f3-forged"
see "the duty is answered by that record" "F3 ... answered" 10 since "incident $day: legal duty F3 is answered by a paper"

step "The detailed report, and an edition that shows what changed"
confirm detailed-report "$day" >/dev/null
for field in inc.cause inc.provider; do
	enter detailed-report "$day" $field "a router of the provider's Osaka region, by its own word" >/dev/null
done
enter detailed-report "$day" inc.capa "traffic of Osaka is led by way of Tokyo after one minute" >/dev/null
enter detailed-report "$day" persons "general supervisor: Shiken Taro" >/dev/null
see "frozen; no load was measured, which it says" "exit 3: something is unknown" 0 exits 3 freeze detailed-report "$papers/f4"
see "fewer users still, by the final count" "exit 0" 5 exits 0 correct stopped "$day" voice 43950 "final count of the subscriber database"
confirm detailed-report "$day" >/dev/null
see "the next edition is frozen" "exit 3 again" 0 exits 3 freeze detailed-report "$papers/f4-2"
see "it shows its differences" "43,950" 5 with '43,950' cat "$papers/f4-2/detailed-report.en.txt"
see "the first edition is printed again, octet by octet" "the same text" 10 \
	sh -c "'$program' report detailed-report -c '$conf' --incident $day --edition 1 --lang en | cmp - '$papers/f4/detailed-report.en.txt' && echo the same"
see "its bundle verifies as well" "exit 0" 30 with 'PROVED +seal' trusting "$papers/f4-2-bundle"
see "no legal clock of it runs any more, in status" "F3 and F4 of it are gone" 10 no_clock "#$day .*F[34] "
see "nor in the screen's header" "another one, or none" 10 no_header "F[34] .*#$day"

step "The near-accident, the yearly list, the provider, dependence"
see "people say which condition held" "exit 0" 5 exits 0 correct condition "$first" BAD_CONFIG yes "a wrong start script; not taken back within the planned ten minutes"
confirm near-accident "$first" >/dev/null
enter near-accident "$first" inc.cause "a wrong start script" >/dev/null
near() { "$program" report near-accident -c "$conf" --incident "$first" --lang ja,en --format text,pdf --out "$papers/f8" --bundle "$papers/f8-bundle" --freeze --as-known --seal; }
see "the paper of the near-accident is frozen as far as known" "exit 3: blank fields are said" 0 exits 3 near
see "its bundle verifies" "PROVED" 30 with 'PROVED' trusting "$papers/f8-bundle"
"$program" report yearly-list -c "$conf" --year "$(TZ=Asia/Tokyo date -d '-3 months' +%Y)" --lang ja,en --format text,xlsx --out "$papers/f9" --force >/dev/null 2>&1
see "the yearly list has a row for it" "a row of $first" 10 with "$first" cat "$papers/f9/yearly-list.en.txt"
see "as a sheet too" "an XLSX" 5 with 'xl/worksheets' unzip -l "$papers/f9/yearly-list.ja.xlsx"
see "the provider: late, and below its contract" "exit 1" 10 exits 1 "$program" report provider -c "$conf" --lang ja,en --format text,pdf --out "$papers/provider" --from -1h

step "The incident again: as known then, and as corrected since"
again() { "$program" replay --ledger "$db" --incident "$day" --lang en "$@"; }
again --format text > "$dir/since.txt" 2>/dev/null
again --format text --as-known "$known_then" > "$dir/then.txt" 2>/dev/null
see "as corrected since it began earlier" "$earlier" 1 with "$earlier" cat "$dir/since.txt"
see "as known then nobody had said so" "not in it" 1 exits 1 grep -q "$earlier" "$dir/then.txt"
see "two moments side by side: what differs is named" "exit 1" 10 exits 1 again --format text --compare "$known_then"
see "as HTML with a drawn timeline" "exit 0" 20 exits 0 again --format html,svg --out "$dir/again"
see "whose drawing is SVG" "<svg" 1 with '<svg' cat "$dir"/again/*.svg
