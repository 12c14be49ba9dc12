#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# House rules a compiler cannot enforce: who may include whom, which file owns which library, how
# long things may be, which calls are banned, and that each header compiles alone.  Prints every
# breach, then fails.  usage: tests/check.sh FOLDER...
set -u
bad=0
headers=$(pkg-config --cflags p11-kit-1 pangocairo cairo 2>/dev/null)	# those outside the usual folder
breach() { echo "$1: $2"; bad=1; }

folder_of() { case $1 in monitor/*/*|probes/wire/*|reports/press/*) echo "$1" | cut -d/ -f1-2 ;; monitor/*) echo monitor/main ;; *) echo "${1%%/*}" ;; esac; }

for f in $(find $(ls -d "$@" 2>/dev/null) -maxdepth 1 -name '*.[ch]' | sort -u); do
	home=$(folder_of "$f")
	allowed="$home $(sed -n "s|^$home  *||p" tests/layers.txt)"

	for inc in $(sed -n 's/^#include "\(.*\)"/\1/p' "$f"); do
		ok=no
		for a in $allowed; do
			case $inc in "$a"|"$a"/*) [ "$(folder_of "$inc")" = "$a" ] || [ "$inc" = "$a" ] && ok=yes ;; esac
		done
		[ $ok = yes ] || breach "$f" "may not include \"$inc\""
	done

	for inc in $(sed -n 's/^#include <\(.*\)>/\1/p' "$f"); do
		while read -r header owners; do
			case $header in \#*|monitor/*|attest|probes*|reports|tui|'') continue ;; esac
			case $inc in "$header"*) ;; *) continue ;; esac
			ok=no
			set -f; for o in $owners; do case $f in $o) ok=yes ;; esac; done; set +f
			[ $ok = yes ] || breach "$f" "may not include <$inc>; that library lives in: $owners"
		done < tests/layers.txt
	done

	case $f in *_list.h) ;; *.h)
		${CC:-cc} -std=c17 -D_GNU_SOURCE -I. $headers -fsyntax-only -x c "$f" 2>/dev/null ||
			breach "$f" "does not compile alone" ;;
	esac
	case $f in *_list.h) most=1000 ;; *) most=500 ;; esac	# a table grows by rows
	[ "$(wc -l < "$f")" -le $most ] || breach "$f" "$(wc -l < "$f") lines; the limit is $most"
	head -n 1 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || breach "$f" "no SPDX line"
	case $f in *_list.h) width=200 ;; *) width=100 ;; esac	# a table row is one line
	expand -t8 "$f" | awk -v f="$f" -v width=$width 'length > width { print f ":" NR ": " length " columns"; bad = 1 }
	    /^{/ { start = NR }
	    /^}/ && start { if (NR - start > 71) { print f ":" start ": " NR - start - 1 " line function"; bad = 1 } start = 0 }
	    END { exit bad }' || bad=1
	grep -nE '\b(strcpy|strcat|sprintf|gets|strtok|atoi|alloca|system)\(|FIXME|TODO|XXX' "$f" | sed "s|^|$f:|" | grep . && bad=1
	case $f in monitor/inventory/main.c|monitor/inventory/confine.c|monitor/inventory/transport.c) home=program ;; esac
	case $home in
	program|monitor/base|monitor/daemon|monitor/fetch|monitor/token|monitor/intake|monitor/witness|monitor/replay|probes|tui|reports*) ;;
	monitor/ledger) ;;
	*) grep -nE '\b(time|clock_gettime|gettimeofday|getenv|rand|random|open|fopen|socket)\(' "$f" |
	       sed "s|^|$f: pure folder: |" | grep . && bad=1 ;;
	esac
done
exit $bad
