# SPDX-License-Identifier: Apache-2.0
# nginx whose protection is changed while it is watched.  Sourced by lab.
#
#   lab posture DIR NAME "TLSv1.2 TLSv1.3" on|off   the versions it speaks, and whether it requires a client certificate
#   lab permit DIR UNTIL                            attempts at nef-tokyo-1 are allowed until then, as date(1) understands it

posture_file() {	# NAME VERSIONS on|off
	run=$dir/run/$1
	{
		echo "ssl_protocols $2; ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384;"
		echo "ssl_client_certificate $dir/pki/root.pem; ssl_verify_depth 3; ssl_verify_client $3;"
	} > "$run/posture.new"
	mv "$run/posture.new" "$run/posture"
}

posture_conf() {	# NAME ADDRESS
	run=$dir/run/$1
	server_cert "$1" "$2" "90 days"
	case $1 in
	nef-*) posture_file "$1" "TLSv1.2 TLSv1.3" on; lab_permit "1 hour" ;;
	*) posture_file "$1" "TLSv1.2 TLSv1.3" off ;;
	esac
	{
		echo "pid $run/pid; error_log $run/error.log; worker_processes 1; user root;"
		echo "events { worker_connections 512; }"
		echo "http { access_log $run/access.log; client_body_temp_path $run/body; proxy_temp_path $run/proxy;"
		echo "fastcgi_temp_path $run/fastcgi; uwsgi_temp_path $run/uwsgi; scgi_temp_path $run/scgi;"
		echo "server { listen $2:443 ssl; server_name $1.lab; include $run/posture;"
		echo "ssl_certificate $dir/pki/$1.pem; ssl_certificate_key $dir/pki/$1.key;"
		echo "location / { return 200 \"$1\\n\"; }"
		echo "} }"
	} > "$run/nginx.conf"
}

posture_start() {	# NAME ADDRESS SITE
	inside "$3" nginx -p "$dir/run/$1" -c "$dir/run/$1/nginx.conf"
}

posture_ready() {	# NAME ADDRESS SITE
	inside "$3" ss -Hltn | grep -q " $2:443 "
}

lab_posture() {	# NAME VERSIONS on|off
	[ "$(field "$1" 3)" = posture ] || fail "\"$1\" is no server of kind posture"
	posture_file "$1" "$2" "$3"
	kill -HUP "$(cat "$dir/run/$1/pid")"
}

lab_permit() {	# UNTIL
	cat > "$dir/permission.new" <<-END
	permissions = (
	  { who = "network security"; why = "CHG-9001"; until = "$(TZ=Asia/Tokyo date -d "$1" '+%Y-%m-%d %H:%M:%S')";
	    hosts = [ "192.0.2.52" ]; attempts = [ "all" ]; }
	);
	END
	mv "$dir/permission.new" "$dir/permission"
}
