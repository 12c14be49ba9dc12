# SPDX-License-Identifier: Apache-2.0
# The provider's status page: nginx on the open network, over TLS, in the form of Statuspage, which
# the story changes as a provider would.  Sourced by lab.
#
#   lab says DIR STAGE WHAT   the provider says so now: investigating, identified, monitoring,
#                             resolved; each adds to what it said before
#   lab silent DIR            the page is empty again

pages_conf() {	# NAME ADDRESS
	run=$dir/run/$1
	server_cert "$1" "$2" "90 days"
	mkdir -p "$run/www"
	echo '{"incidents":[]}' > "$run/www/incidents.json"
	{
		echo "pid $run/pid; error_log $run/error.log; worker_processes 1; user root;"
		echo "events { worker_connections 512; }"
		echo "http { access_log $run/access.log; client_body_temp_path $run/body; proxy_temp_path $run/proxy;"
		echo "fastcgi_temp_path $run/fastcgi; uwsgi_temp_path $run/uwsgi; scgi_temp_path $run/scgi;"
		echo "server { listen $2:443 ssl; server_name $1.lab; root $run/www; default_type application/json;"
		echo "ssl_certificate $dir/pki/$1.pem; ssl_certificate_key $dir/pki/$1.key;"
		echo "} }"
	} > "$run/nginx.conf"
}

pages_start() {	# NAME ADDRESS SITE
	inside "$3" nginx -p "$dir/run/$1" -c "$dir/run/$1/nginx.conf"
}

pages_ready() {	# NAME ADDRESS SITE
	inside "$3" ss -Hltn | grep -q " $2:443 "
}

lab_says() {	# STAGE WHAT
	www=$dir/run/status/www
	now=$(date -u +%FT%TZ)
	resolved=null
	[ "$1" != resolved ] || resolved="\"$now\""
	[ -s "$www/began" ] || echo "$now" > "$www/began"
	{
		echo "{\"status\":\"$1\",\"body\":\"$2\",\"display_at\":\"$now\"}"
		[ ! -s "$www/said" ] || { echo ,; cat "$www/said"; }
	} > "$www/said.new"
	mv "$www/said.new" "$www/said"
	echo "{\"incidents\":[{\"id\":\"lab-osaka\",\"name\":\"Connectivity in the Osaka region\",\"impact\":\"major\",\"started_at\":\"$(cat "$www/began")\",\"resolved_at\":$resolved,\"components\":[{\"name\":\"Osaka\"}],\"incident_updates\":[$(cat "$www/said")]}]}" > "$www/new"
	mv "$www/new" "$www/incidents.json"
}

lab_silent() {
	rm -f "$dir/run/status/www/said" "$dir/run/status/www/began"
	echo '{"incidents":[]}' > "$dir/run/status/www/incidents.json"
}
