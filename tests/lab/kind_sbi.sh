# SPDX-License-Identifier: Apache-2.0
# Service-based interfaces: nginx with HTTP/2, TLS 1.3 and client certificates.  A server named
# nrf-* answers as an NRF from tests/data/sbi, udm-* refuses with a ProblemDetails (403), others
# know no such resource (404).  Sourced by lab.
#
#   lab plain DIR NAME on|off   the server also takes HTTP/2 without TLS, on port 80
#   lab http DIR NAME on|off    the SMF an NRF lists is registered with scheme http

sbi_data=$here/../data/sbi
smf_id=0d6a3f58-2c41-4f57-b6a7-91e8a0c4d933

sbi_profile() {	# FILE INTO
	sed 's/"SUSPENDED"/"REGISTERED"/' "$sbi_data/$1" > "$2.new"
	mv "$2.new" "$2"
}

sbi_smf() {	# NAME on|off
	profile=$dir/run/$1/www/$smf_id
	sbi_profile nfprofile-smf-http.json "$profile"
	[ "$2" = on ] || sed -i 's/"scheme": "http"/"scheme": "https"/; s/"port": 80/"port": 443/' "$profile"
}

sbi_documents() {	# NAME
	www=$dir/run/$1/www
	mkdir -p "$www"
	cp "$sbi_data/nrf-nf-instances.json" "$www/list"
	for what in amf udm upf; do
		id=$(sed -n 's/.*"nfInstanceId": "\(.*\)".*/\1/p' "$sbi_data/nfprofile-$what.json")
		sbi_profile "nfprofile-$what.json" "$www/$id"
	done
	sbi_smf "$1" off
}

sbi_locations() {	# NAME
	missing='{"title":"Not Found","status":404,"cause":"RESOURCE_URI_STRUCTURE_NOT_FOUND"}'
	echo "types { } default_type application/json; error_page 404 = @missing;"
	echo "location @missing { default_type application/problem+json; return 404 '$missing'; }"
	case $1 in
	nrf-*)
		echo "location = /nnrf-nfm/v1/nf-instances { default_type application/3gppHal+json; alias $dir/run/$1/www/list; }"
		echo "location ~ ^/nnrf-nfm/v1/nf-instances/([0-9a-f-]+)\$ { alias $dir/run/$1/www/\$1; }"
		echo "location / { return 404; }" ;;
	udm-*)
		echo "location / { default_type application/problem+json; return 403 '$(tr -d '\n' < "$sbi_data/problem-details-403.json")'; }" ;;
	*)	echo "location / { return 404; }" ;;
	esac
}

sbi_conf() {	# NAME ADDRESS
	run=$dir/run/$1
	server_cert "$1" "$2" "90 days"
	: > "$run/plain.conf"
	case $1 in nrf-*) sbi_documents "$1" ;; esac
	{
		echo "pid $run/pid; error_log $run/error.log; worker_processes 1; user root;"
		echo "events { worker_connections 512; }"
		echo "http { access_log $run/access.log; client_body_temp_path $run/body; proxy_temp_path $run/proxy;"
		echo "fastcgi_temp_path $run/fastcgi; uwsgi_temp_path $run/uwsgi; scgi_temp_path $run/scgi;"
		echo "server { listen $2:443 ssl http2; include $run/plain.conf; server_name $1.lab;"
		echo "ssl_certificate $dir/pki/$1.pem; ssl_certificate_key $dir/pki/$1.key; ssl_protocols TLSv1.3;"
		echo "ssl_client_certificate $dir/pki/root.pem; ssl_verify_client on; ssl_verify_depth 3;"
		sbi_locations "$1"
		echo "} }"
	} > "$run/nginx.conf"
}

sbi_start() {	# NAME ADDRESS SITE
	inside "$3" nginx -p "$dir/run/$1" -c "$dir/run/$1/nginx.conf"
}

sbi_ready() {	# NAME ADDRESS SITE
	inside "$3" ss -Hltn | grep -q " $2:443 "
}

sbi_named() {	# NAME on|off
	[ "$(field "$1" 3)" = sbi ] || fail "\"$1\" is no server of kind sbi"
	case $2 in on|off) ;; *) fail "\"$2\" is neither on nor off" ;; esac
}

lab_plain() {	# NAME on|off
	sbi_named "$1" "${2:-}"
	plain=$dir/run/$1/plain.conf
	if [ "$2" = on ]; then echo "listen $(field "$1" 4):80 http2;" > "$plain"; else : > "$plain"; fi
	kill -HUP "$(cat "$dir/run/$1/pid")"
}

lab_http() {	# NAME on|off
	sbi_named "$1" "${2:-}"
	[ -d "$dir/run/$1/www" ] || fail "\"$1\" is no NRF"
	sbi_smf "$1" "$2"
}
