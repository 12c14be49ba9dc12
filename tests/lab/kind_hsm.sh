# SPDX-License-Identifier: Apache-2.0
# A TLS server whose key lives in a PKCS#11 token: nginx through OpenSSL's engine, the token in
# SoftHSM2 (which is software, and says of itself what an HSM would say).  Sourced by lab.
#
#   lab rekey DIR NAME soft|hsm   serves with a software key and a certificate of the same CA, as
#                                 valid as the other one; back to the key in the token

hsm_module=/usr/lib/softhsm/libsofthsm2.so
hsm_nobody=65534	# whom the monitor's worker becomes when it is started as root

hsm_tool() {	# NAME ARGUMENTS of pkcs11-tool
	hsm_run=$dir/run/$1
	shift
	SOFTHSM2_CONF=$hsm_run/softhsm2.conf pkcs11-tool --module "$hsm_module" --token-label lab-hsm \
		--login --pin "$(cat "$dir/secret/hsm-pin")" "$@"
}

# The worker is not root: it has to get as far as the token's folder.
hsm_reachable() {	# FOLDER
	hsm_at=$1
	while [ "$hsm_at" != / ]; do
		case $(stat -c %A "$hsm_at") in
		*x|*t) ;;
		*)	case $hsm_at in
			/tmp/*) chmod o+x "$hsm_at" ;;
			*) fail "others cannot enter $hsm_at, and the monitor's worker of tokens is not root; chmod o+x it" ;;
			esac ;;
		esac
		hsm_at=$(dirname "$hsm_at")
	done
}

hsm_certify() {	# NAME ADDRESS; the request is signed by the key in the token
	server_ext="basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:$1.lab,IP:$2"
	to=$dir/pki
	cat > "$dir/run/$1/openssl.cnf" <<-END
	openssl_conf = start
	[start]
	engines = engines
	[engines]
	pkcs11 = pkcs11
	[pkcs11]
	engine_id = pkcs11
	MODULE_PATH = $hsm_module
	init = 1
	[req]
	distinguished_name = name
	[name]
	END
	SOFTHSM2_CONF=$dir/run/$1/softhsm2.conf OPENSSL_CONF=$dir/run/$1/openssl.cnf openssl req -new \
		-engine pkcs11 -keyform engine -key "$(hsm_uri "$1")" -subj "/O=sekimori lab/CN=$1" \
		-out "$to/$1.csr" 2>"$dir/run/$1/csr.log" || fail "the token did not sign a request; see $dir/run/$1/csr.log"
	printf '%b\n' "$server_ext" > "$to/$1.ext"
	openssl ca -batch -notext -config "$to/ca.conf" -in "$to/$1.csr" -extfile "$to/$1.ext" \
		-startdate "$(date -u -d '1 hour ago' +%Y%m%d%H%M%SZ)" \
		-enddate "$(date -u -d '90 days' +%Y%m%d%H%M%SZ)" -out "$to/$1.crt" 2>/dev/null ||
		fail "openssl ca refused the certificate of $1"
	cat "$to/$1.crt" "$to/issuing.pem" > "$dir/run/$1/hsm.pem"
}

hsm_uri() { echo "pkcs11:token=lab-hsm;object=$1;type=private;pin-value=$(cat "$dir/secret/hsm-pin")"; }

hsm_serve() {	# NAME ADDRESS soft|hsm
	run=$dir/run/$1
	key="engine:pkcs11:$(hsm_uri "$1")" pem=$run/hsm.pem
	[ "$3" = hsm ] || { key=$dir/pki/$1-soft.key pem=$run/soft.pem; }
	{
		echo "pid $run/pid; error_log $run/error.log; worker_processes 1; user root;"
		echo "env SOFTHSM2_CONF; env OPENSSL_CONF;"
		echo "events { worker_connections 512; }"
		echo "http { access_log $run/access.log; client_body_temp_path $run/body; proxy_temp_path $run/proxy;"
		echo "fastcgi_temp_path $run/fastcgi; uwsgi_temp_path $run/uwsgi; scgi_temp_path $run/scgi;"
		echo "server { listen $2:443 ssl; server_name $1.lab; ssl_protocols TLSv1.2 TLSv1.3;"
		echo "ssl_certificate $pem; ssl_certificate_key \"$key\";"
		echo "location / { return 200 \"$1\\n\"; }"
		echo "} }"
	} > "$run/nginx.conf"
}

hsm_conf() {	# NAME ADDRESS
	run=$dir/run/$1
	mkdir -p "$run/tokens"
	head -c 8 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$dir/secret/hsm-pin"
	chmod 600 "$dir/secret/hsm-pin"
	printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n' \
		"$run/tokens" > "$run/softhsm2.conf"
	SOFTHSM2_CONF=$run/softhsm2.conf softhsm2-util --init-token --free --label lab-hsm \
		--so-pin "$(cat "$dir/secret/notice-token")" --pin "$(cat "$dir/secret/hsm-pin")" >"$run/token.log" 2>&1 ||
		fail "SoftHSM made no token; see $run/token.log"
	hsm_tool "$1" --keypairgen --key-type EC:prime256v1 --id 01 --label "$1" >>"$run/token.log" 2>&1 ||
		fail "the token made no key; see $run/token.log"
	hsm_certify "$1" "$2"
	chown -R $hsm_nobody "$run/tokens"
	hsm_reachable "$run"
	hsm_serve "$1" "$2" hsm
}

hsm_start() {	# NAME ADDRESS SITE
	run=$dir/run/$1
	SOFTHSM2_CONF=$run/softhsm2.conf OPENSSL_CONF=$run/openssl.cnf inside "$3" \
		nginx -p "$run" -c "$run/nginx.conf"
}

hsm_ready() {	# NAME ADDRESS SITE
	inside "$3" ss -Hltn | grep -q "$2:443 "
}

lab_rekey() {	# NAME soft|hsm
	address=$(field "$1" 4)
	[ "$(field "$1" 3)" = hsm ] || fail "\"$1\" has no key in a token"
	case ${2:-} in soft|hsm) ;; *) fail "lab rekey DIR NAME soft|hsm" ;; esac
	if [ "$2" = soft ]; then
		rm -f "$dir/pki/$1-soft.key"
		certify "$1-soft" "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:$1.lab,IP:$address" "90 days"
		cp "$dir/pki/$1-soft.pem" "$dir/run/$1/soft.pem"
	fi
	hsm_serve "$1" "$address" "$2"
	# Not a reload: an nginx that forks again over a loaded module is a way to find its bugs.
	stop "$1"
	start "$1"
	tries=600
	while ! hsm_ready "$1" "$address" "$(field "$1" 2)" && [ $tries -gt 0 ]; do sleep 0.05; tries=$((tries - 1)); done
}
