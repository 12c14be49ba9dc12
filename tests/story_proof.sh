# SPDX-License-Identifier: Apache-2.0
# The last chapter, sourced by tests/story.sh: replay tells all of it, and a stranger verifies it without network.

step "Replay tells all of it, in order, with both times"
sleep 5
"$program" replay --text --both --ledger "$db" > "$dir/replay.txt"
in_order() {
	awk -v first="$first" -v region="$region" -v expired="$expired" '
		$0 ~ "incident " first " opened" && n == 0 { n = 1 } $0 ~ "incident " first " resolved" && n == 1 { n = 2 }
		$0 ~ "incident " region " opened" && n == 2 { n = 3 } $0 ~ "incident " region " resolved" && n == 3 { n = 4 }
		$0 ~ "incident " expired " opened" && n == 4 { n = 5 } /worker 1: not watching/ && n == 5 { n = 6 }
		/worker 1: watching again/ && n == 6 { n = 7 } $0 ~ "incident " expired " acknowledged" && n == 7 { n = 8 }
		$0 ~ "incident " expired " noted" && n == 8 { n = 9 } $0 ~ "incident " expired " resolved" && n == 9 { n = 10 }
		/wall clock is 3[56]/ && n == 10 { n = 11 }
		END { print n " of 11 in order"; exit n != 11 }' "$dir/replay.txt"
}
see "replay as text" "11 of 11 in order" 1 in_order
see "every belief is reproduced" "beliefs reproduced, none not" 1 with 'BELIEF.*reproduced' cat "$dir/replay.txt"

step "The proof"
see "ledger audit finds no hole" "exit 0" 20 "$program" ledger audit --ledger "$db" --roots "$dir/lab/pki/root.pem"
kill "$(daemon)"; wait "$pid"; code=$?; pid=
see "the monitor stops cleanly" "exit 0" 1 test $code = 0
see "audit after the stop finds no hole" "exit 0" 20 "$program" ledger audit --ledger "$db" --roots "$dir/lab/pki/root.pem"
size=$("$program" status --ledger "$db" --json | sed -nE 's/.*"records": ?([0-9]+).*/\1/p' | head -n 1)
rm -rf "$dir/bundle"
see "a range is exported" "exit 0" 20 "$program" ledger export --ledger "$db" --from 0 --to "$((size / 2))" "$dir/bundle"
cp -r "$dir/bundle" "$dir/copy"
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier": ?"([^"]+)".*/\1/p' | tail -n 1)
see "the copy verifies without network" "PROVED, exit 0" 20 with PROVED unshare -n "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$dir/copy"
see "and exits 0" "exit 0" 20 exits 0 unshare -n "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$dir/copy"
victim=$(find "$dir/copy" -name 'records*' | head -n 1)
at=$(($(stat -c %s "$victim") / 2))
old=$(od -An -tu1 -j "$at" -N 1 "$victim" | tr -d ' ')
printf "\\$(printf %o $(((old + 1) % 256)))" | dd of="$victim" bs=1 seek="$at" conv=notrunc 2>/dev/null
see "one byte of the copy is changed: refused" "exit 1" 20 exits 1 "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$dir/copy"
see "with a sentence that says where" "records, and the place" 5 with 'record' "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$dir/copy"
