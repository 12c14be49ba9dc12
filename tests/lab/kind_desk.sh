# SPDX-License-Identifier: Apache-2.0
# The carrier's desk: its e-seal, whose key lies in a SoftHSM2 token of its own, and the secrets of
# who may send it alarms.  No server: only functions.  Sourced by lab.

seal_setup() {
	certify seal "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation" "90 days"
	mkdir -p "$dir/seal/tokens"
	printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n' \
		"$dir/seal/tokens" > "$dir/seal/softhsm2.conf"
	head -c 8 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$dir/secret/seal-pin"
	chmod 600 "$dir/secret/seal-pin"
	export SOFTHSM2_CONF="$dir/seal/softhsm2.conf"
	softhsm2-util --init-token --free --label e-seal --so-pin "$(cat "$dir/secret/notice-token")" \
		--pin "$(cat "$dir/secret/seal-pin")" >"$dir/seal/log" 2>&1 &&
	openssl pkcs8 -topk8 -nocrypt -in "$dir/pki/seal.key" -out "$dir/pki/seal.p8" &&
	softhsm2-util --import "$dir/pki/seal.p8" --token e-seal --label seal --id 01 \
		--pin "$(cat "$dir/secret/seal-pin")" >>"$dir/seal/log" 2>&1 || fail "no token for the e-seal; see $dir/seal/log"
	unset SOFTHSM2_CONF
	rm "$dir/pki/seal.key" "$dir/pki/seal.p8"
	cat "$dir/pki/root.pem" > "$dir/seal/trust.pem"
}

intake_setup() {
	server_cert intake 203.0.113.20 "90 days"
	head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$dir/secret/community"
	echo "alertmanager $(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')" > "$dir/secret/alert-tokens"
	chmod 600 "$dir/secret/community" "$dir/secret/alert-tokens"
}
