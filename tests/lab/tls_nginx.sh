# SPDX-License-Identifier: Apache-2.0
# Sourced: nginx at 127.0.0.1:3443 as a function that speaks TLS, with its key in a file, or in the TPM that tpm2-openssl
# finds by TPM2OPENSSL_TCTI.
# tpm_key_file PUBLIC PRIVATE PARENT OUT: the parts of a key under a persistent PARENT as a file that the provider tpm2 reads.
tpm_key_file() {
	tpm2_encodeobject -C "$3" -u "$1" -r "$2" -o "$4" || return 1
	# TPMKey of draft-bottomley-tpm2-keys: tpm2-tools says emptyAuth FALSE of every key, and a server would wait for a person to type.
	python3 - "$4" <<-'P'
		import base64, sys, textwrap
		first, *body, last = open(sys.argv[1]).read().splitlines()
		body = bytearray(base64.b64decode("".join(body)))
		assert body[11:16] == bytes.fromhex("a003010100"), body.hex()
		body[15] = 0xFF
		open(sys.argv[1], "w").write("\n".join([first, *textwrap.wrap(base64.b64encode(body).decode(), 64), last, ""]))
	P
}
# tls_nginx FOLDER CERTIFICATE KEY: its process is in $tls; end it by tls_nginx_end.
tls_nginx() {
	mkdir -p "$1"
	cat > "$1/openssl.cnf" <<-CONF
		openssl_conf = all
		[all]
		providers = providers
		alg_section = algorithms
		[providers]
		default = on
		tpm2 = on
		[on]
		activate = 1
		[algorithms]
		default_properties = ?provider=tpm2,tpm2.digest!=yes,tpm2.cipher!=yes
	CONF
	cat > "$1/nginx.conf" <<-CONF
		daemon off; master_process off; pid $1/nginx.pid; error_log $1/nginx.log;
		env TPM2OPENSSL_TCTI; env TSS2_LOG; env OPENSSL_CONF;
		events { worker_connections 64; }
		http { access_log off; server { listen 127.0.0.1:3443 ssl; ssl_protocols TLSv1.3; ssl_certificate $2; ssl_certificate_key $3; } }
	CONF
	local settings=/dev/null
	grep -q 'BEGIN TSS2' "$3" && settings=$1/openssl.cnf
	OPENSSL_CONF=$settings nginx -e "$1/nginx.log" -p "$1" -c "$1/nginx.conf" > "$1/out" 2>&1 &
	tls=$!
	until_true 10 listens 127.0.0.1:3443 || { cat "$1/nginx.log"; return 1; }
}
tls_nginx_end() { kill "$tls" 2>/dev/null; wait "$tls" 2>/dev/null; tls=; }
