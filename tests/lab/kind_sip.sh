# SPDX-License-Identifier: Apache-2.0
# kamailio as a P-CSCF: SIP over TLS on port 5061, plain TCP on 5060; read by lab.

sip_conf() {	# NAME ADDRESS
	run=$dir/run/$1
	mkdir -p "$run/sock"
	server_cert "$1" "$2" "90 days"
	cat > "$run/tls.cfg" <<-END
	[server:default]
	method = TLSv1.2+
	verify_certificate = no
	require_certificate = no
	private_key = $dir/pki/$1.key
	certificate = $dir/pki/$1.pem
	END
	cat > "$run/kamailio.cfg" <<-END
	#!KAMAILIO
	debug=1
	log_stderror=yes
	children=1
	tcp_children=2
	disable_sctp=yes
	auto_aliases=no
	dns=no
	rev_dns=no
	enable_tls=yes
	alias="$1.lab"
	listen=tls:$2:5061
	listen=tcp:$2:5060
	server_header="Server: lab P-CSCF"
	loadmodule "tls.so"
	loadmodule "sl.so"
	loadmodule "maxfwd.so"
	loadmodule "pv.so"
	loadmodule "textops.so"
	modparam("tls", "config", "$run/tls.cfg")
	request_route {
	    if (!mf_process_maxfwd_header("10")) {
	        sl_send_reply("483", "Too Many Hops");
	        exit;
	    }
	    if (is_method("OPTIONS")) {
	        append_to_reply("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, SUBSCRIBE, NOTIFY\r\n");
	        sl_send_reply("200", "OK");
	        exit;
	    }
	    sl_send_reply("405", "Method Not Allowed");
	}
	END
}

sip_start() {	# NAME ADDRESS SITE
	run=$dir/run/$1
	ip netns exec "$(space "$3")" setsid kamailio -DD -E -Y "$run/sock" -w "$run" -m 32 -M 4 -f "$run/kamailio.cfg" \
		>"$run/error.log" 2>&1 </dev/null &
	echo $! > "$run/pid"
}

sip_ready() {	# NAME ADDRESS SITE
	inside "$3" ss -Hltn | grep -q "$2:5061 "
}
