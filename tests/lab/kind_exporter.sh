# SPDX-License-Identifier: Apache-2.0
# What a network function counts of itself: Prometheus' node exporter, which reads the figures from
# a text file as it would those of a function beside it.  Sourced by lab.
#
#   lab count DIR USERS   so many registered users, and as many sessions, from now on

exporter_conf() {	# NAME ADDRESS
	mkdir -p "$dir/run/$1/text"
	lab_count 118000
}

exporter_start() {	# NAME ADDRESS SITE
	ip netns exec "$(space "$3")" setsid prometheus-node-exporter --web.listen-address="$2:9100" \
		--collector.disable-defaults --collector.textfile --collector.textfile.directory="$dir/run/$1/text" \
		>"$dir/run/$1/error.log" 2>&1 </dev/null &
	echo $! > "$dir/run/$1/pid"
}

exporter_ready() {	# NAME ADDRESS SITE
	inside "$3" ss -Hltn | grep -q " $2:9100 "
}

lab_count() {	# USERS
	text=$dir/run/metrics-tokyo-1/text
	printf '# HELP amf_registered_users Users registered at the AMF.\n# TYPE amf_registered_users gauge\namf_registered_users{plmn="44099"} %s\n' "$1" > "$text/amf.new"
	printf '# HELP amf_sessions Sessions of these users.\n# TYPE amf_sessions gauge\namf_sessions{plmn="44099"} %s\n' "$1" >> "$text/amf.new"
	mv "$text/amf.new" "$text/amf.prom"
}
