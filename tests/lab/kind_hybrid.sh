# SPDX-License-Identifier: Apache-2.0
# A TLS server with post-quantum key exchange: OpenSSL 3.5, which openssl35.sh fetches.  Sourced by lab.
#
#   lab groups DIR NAME LIST   it takes these key exchanges alone: X25519MLKEM768:X25519

hybrid_missing() { ! "$here/openssl35.sh" >/dev/null 2>&1; }

hybrid_conf() {	# NAME ADDRESS
	server_cert "$1" "$2" "90 days"
	"$here/openssl35.sh" > "$dir/run/$1/program"
	echo X25519MLKEM768:X25519:P-256 > "$dir/run/$1/groups"
}

hybrid_start() {	# NAME ADDRESS SITE
	run=$dir/run/$1
	ip netns exec "$(space "$3")" setsid "$(cat "$run/program")" s_server -quiet -www -accept "$2:443" -cert "$dir/pki/$1.crt" \
		-key "$dir/pki/$1.key" -cert_chain "$dir/pki/issuing.pem" -groups "$(cat "$run/groups")" \
		>"$run/error.log" 2>&1 </dev/null &
	echo $! > "$run/pid"
}

hybrid_ready() {	# NAME ADDRESS SITE
	inside "$3" ss -Hltn | grep -q " $2:443 "
}

lab_groups() {	# NAME LIST
	[ "$(field "$1" 3)" = hybrid ] || fail "\"$1\" is no server of kind hybrid"
	stop "$1"
	echo "$2" > "$dir/run/$1/groups"
	start "$1"
	tries=600
	while ! hybrid_ready "$1" "$(field "$1" 4)" "$(field "$1" 2)" && [ $tries -gt 0 ]; do sleep 0.05; tries=$((tries - 1)); done
}
