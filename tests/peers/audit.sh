# SPDX-License-Identifier: Apache-2.0
# The audit_log probe on logs in the forms of three clouds (as documented), whole, cut, old and of another form.
cd "$(dirname "$program")/../.." || exit 1
data=tests/data/audit
sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out"; return 1; }; }
lacks() { ! grep -qE "$1" "$dir/out" || { cat "$dir/out"; return 1; }; }
# A window that holds November 20, 2026, whatever day it is.
back=$((($(date +%s) - $(date -d 2026-11-13T00:00:00Z +%s)) / 86400))
# audit FORM FILE OPTION...
audit() {
	local options=() option
	for option in "form=$1" "log=$2" "places=$data/places.csv" "${@:3}"; do options+=(--option "$option"); done
	"$program" probe audit_log "${options[@]}" > "$dir/out" 2>&1
}
if [ $back -lt 1 ] || [ $back -gt 360 ]; then
	skip "audit: the logs of 2026-11-20 are not in the last year"
else
	audit cloudtrail $data/cloudtrail.json "within=${back}d" jurisdictions=JP regions=aws/ap-northeast-1
	check "audit: CloudTrail shows a session from abroad and an act on a region outside" eval \
		'sees "^audit_log  degraded .*1 sessions, 1 acts" && sees "audit.countries  *JP 1, US 1, unknown 1" && sees "PutBucketReplication in aws/us-west-2"'
	audit cloudtrail $data/cloudtrail.json "within=${back}d"
	check "audit: with nothing declared, nothing is outside" eval 'sees "^audit_log  up" && lacks "sessions.outside"'
	audit azure $data/azure.jsonl "within=${back}d" jurisdictions=JP
	check "audit: Azure Activity Log shows a Customer Lockbox request" eval 'sees "^audit_log  up" && sees "audit.staff  *1\$"'
	audit google $data/google.jsonl "within=${back}d" jurisdictions=JP regions=google/asia-northeast1
	check "audit: Access Transparency names the country of the provider's staff" eval 'sees "^audit_log  degraded" && sees "CA: CUSTOMER_INITIATED_SUPPORT"'
	head -c 900 $data/cloudtrail.json > "$dir/cut.json"
	audit cloudtrail "$dir/cut.json" "within=${back}d"
	check "audit: a log that is cut is unknown" eval 'sees "^audit_log  unknown .*ends in the middle" && lacks "audit.sessions"'
	audit google $data/cloudtrail.json "within=${back}d"
	check "audit: a log of another cloud is no empty log" sees '^audit_log  unknown .*no entry of the window'
fi
audit cloudtrail $data/cloudtrail.json within=1h
check "audit: a log that is old is unknown, not quiet" sees '^audit_log  unknown .*see whether logging is on'
echo "10.0.0.0/33,JP" > "$dir/wrong.csv"
"$program" probe audit_log --option form=azure --option log=$data/azure.jsonl --option "places=$dir/wrong.csv" > "$dir/out" 2>&1
check "audit: a file of places that is wrong is named with its line" sees 'line 1'
