#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The screen as people get it: dumps in both languages against golden text, then the program on a
# real terminal (tmux): keys, mouse, resize, colours, leaving.  The fixed ledger comes from
# tests/unit/test_tui_screens --make.  usage: PROGRAM=build/asan/sekimori tests/screens.sh
# SCREENS_UPDATE=1 writes the Japanese golden files anew (the English ones: test_tui_screens).
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=$(realpath "${PROGRAM:-build/asan/sekimori}")
maker=$(dirname "$program")/tests/unit/test_tui_screens
dir=$(mktemp -d)
session=0
socket=sekimori-screens-$$-0
terminal() { tmux -L "$socket" -f /dev/null "$@" 2>/dev/null; }
trap 'terminal kill-server; rm -rf "$dir"' EXIT
unset NO_COLOR LANG LC_ALL LC_MESSAGES LANGUAGE
export TZ=UTC

"$maker" --make "$dir/ledger.db" >"$dir/incident" &&
    "$maker" --make "$dir/network.db" network >"$dir/outage" &&
    "$maker" --make "$dir/drill.db" drill >/dev/null &&
    "$maker" --make "$dir/keys.db" keys >/dev/null &&
    "$maker" --make "$dir/location.db" location >/dev/null || { fail "the fixed ledgers cannot be made"; exit 1; }
ledger_of() { case $1 in network*) echo "$dir/network.db" ;; drill*) echo "$dir/drill.db" ;;
	keys*) echo "$dir/keys.db" ;; location*) echo "$dir/location.db" ;; *) echo "$dir/ledger.db" ;; esac; }

# The size on disk belongs to SQLite's version: it is blanked, cell by cell.
blur() {
	perl -CSD -pe 's/(ディスク上 )(\S+)/$1 . "-" x length($2)/e; s/(   )([0-9.]+\S*)( on disk)/$1 . "-" x length($2) . $3/e'
}

for script in tests/screens/*.keys; do
	name=$(basename "$script" .keys)
	for lang in en ja; do
		want=tests/screens/$name.80x24.txt
		[ $lang = en ] || want=tests/screens/$name.80x24.ja.txt
		"$program" tui --ledger "$(ledger_of "$name")" --lang $lang --dump 80x24 \
		    --keys "$(cat "$script")" 2>&1 | blur >"$dir/got"
		[ $lang = en ] || [ -z "${SCREENS_UPDATE:-}" ] || cp "$dir/got" "$want"
		check "screen $name, $lang" diff -u "$want" "$dir/got"
	done
done

# Tabs in a window of any width: each number is there, each title whole or not at all, the open tab's
# and what is wrong always.
tabs() { "$program" tui --ledger "$dir/network.db" --lang "$2" --dump "$1x24" --keys "$3" 2>&1 | sed -n 2p; }
tabs_whole() {	# LANGUAGE COLUMNS
	local tab
	for tab in 1 2 3 4 5 6 7 8 9; do tabs 200 "$1" $tab; tabs "$2" "$1" $tab; done | python3 -c '
import re, sys, unicodedata
lines = [line.rstrip("\n") for line in sys.stdin]
split = lambda line: re.match(r"(.*?(?:\s|\[)9(?: [^\s\]]+)?\]?)\s+(.*)", line).groups()
for tab, (wide, line) in enumerate(zip(lines[::2], lines[1::2]), 1):
    titles = dict(re.findall(r"([1-9]) ([^\s\]]+)", split(wide)[0]))
    shown, rest = split(line)
    words = re.sub(r"[\[\]]", " ", shown).split()
    assert [word for word in words if word in titles] == sorted(titles) and len(titles) == 9, line
    assert all(word in titles or titles[words[i - 1]] == word for i, word in enumerate(words)), line
    assert "[%d %s]" % (tab, titles[str(tab)]) in line, line
    assert rest == split(wide)[1], line
    assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) <= int(sys.argv[1]), line
' "$2"
}
for columns in 80 90 100; do for lang in en ja; do check "tabs are whole in $columns columns, $lang" tabs_whole $lang $columns; done; done

# Each terminal has a server of its own: one that is just ending may not take a new session.
another() {
	terminal kill-server
	session=$((session + 1))
	socket=sekimori-screens-$$-$session
}

# On a terminal.  begin COLUMNS ROWS ENVIRONMENT... -- OPTIONS...
# Leaks are looked for where the program is asked to leave: the leak checker stops its own process
# to look, and when the terminal goes away at that moment the kernel wakes it again and both wait
# for ever.
begin() {
	local columns=$1 rows=$2 environment=()
	shift 2
	while [ "$1" != -- ]; do environment+=("$1"); shift; done
	shift
	another
	terminal new-session -d -x "$columns" -y "$rows" \
	    "env ASAN_OPTIONS=detect_leaks=${LEAKS:-0} ${environment[*]} $program tui --ledger $dir/ledger.db $* 2>$dir/err; echo \"left \$?\"; sleep 60"
}
shown() { terminal capture-pane -p; }
# Waits until the terminal shows that text; says what it shows if it does not.
shows() {
	local i
	for i in $(seq $((100 * PATIENCE))); do
		shown | grep -qF -e "$1" && return 0
		sleep 0.1
	done
	echo "\"$1\" is not there:"; shown; cat "$dir/err"
	return 1
}
keys() { terminal send-keys "$@"; }
lacks() {
	local i
	for i in $(seq $((50 * PATIENCE))); do
		shown | grep -qF -e "$1" || return 0
		sleep 0.1
	done
	return 1
}
columns() { [ "$(shown | sed -n 1p | wc -m)" -gt "$1" ]; }

LEAKS=1 begin 80 24 TERM=screen-256color --
check "terminal: starts" shows "[1 Overview]"
check "terminal: says that it is not live" shows "REPLAY (copy)  2026-11-20 09:24:18 JST"
keys 2
check "terminal: a key" shows "[2 Targets]"
keys /
keys hss
keys Enter
check "terminal: filter" shows "hss-2-sbi"
check "terminal: filter hides the rest" lacks "smf-1-sbi"
keys Escape
check "terminal: escape shows all again" shows "smf-1-sbi"
terminal resize-window -x 120 -y 40
check "terminal: resize shows another column" shows "INSTANCE"
check "terminal: resize uses the width" columns 100
terminal resize-window -x 60 -y 20
check "terminal: a small window is told" shows "needs 80 x 24"
terminal resize-window -x 80 -y 24
check "terminal: and grows again" shows "[2 Targets]"
# A press of button 1 on the fourth tab, row 2 column 40 (X10 encoding: each plus 32).
keys -H 1b 5b 4d 20 48 22
check "terminal: a click on a tab" shows "[4 Timeline]"
keys -H 1b 5b 4d 61 49 2a
keys j
check "terminal: the wheel scrolls" shows "5/43"
keys [
check "terminal: a step back in time" shows "before end"
keys :
keys "target udm-1-sbi"
keys Enter
check "terminal: a command" shows "> Target"
check "terminal: colours are sent" sh -c "tmux -L $socket capture-pane -p -e | grep -q '38;5;'"
keys 6
check "terminal: controls" shows "PR-LOC-SEEN"
keys Enter
check "terminal: one control, with what its verdict rests on" shows "Kumo Cloud/us-west"
keys Enter
check "terminal: its subject" shows "> Target"
keys q
check "terminal: leaves" shows "left 0"
check "terminal: gives the screen back" lacks "Overview"

begin 80 24 TERM=screen-256color NO_COLOR=1 --
shows "[1 Overview]" >/dev/null
keys 2
check "NO_COLOR: works" shows "[2 Targets]"
check "NO_COLOR: sends no colour" sh -c \
    "! tmux -L $socket capture-pane -p -e | grep -qE '$(printf '\033')\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])(;|m)'"
check "NO_COLOR: but reverse video" sh -c \
    "tmux -L $socket capture-pane -p -e | grep -qE '$(printf '\033')\[([0-9]*;)*7(;[0-9]*)*m'"
keys C-c
check "NO_COLOR: control and c leaves" shows "left 0"

begin 80 24 TERM=screen-256color -- --palette colourblind --lang ja
check "colour-blind palette and Japanese" shows "確認済 42.9 %"
check "colour-blind palette: up is blue" sh -c "tmux -L $socket capture-pane -p -e | grep -q '38;5;74m'"
check "colour-blind palette: down is vermilion" sh -c "tmux -L $socket capture-pane -p -e | grep -q '38;5;202m'"
keys q
check "colour-blind palette: leaves" shows "left 0"

for kind in vt100 linux xterm; do
	begin 80 24 TERM=$kind --
	shows "[1 Overview]" >/dev/null
	keys 5
	check "terminal $kind" shows "last anchor"
	keys q
	check "terminal $kind: leaves" shows "left 0"
done

# Stopped by the job control key, and going on, the screen is drawn again.
another
terminal new-session -d -x 80 -y 24 "env ASAN_OPTIONS=detect_leaks=0 TERM=screen-256color PS1=ready bash --norc --noprofile -i"
shows "ready" >/dev/null
keys "$program tui --ledger $dir/ledger.db" Enter
shows "[1 Overview]" >/dev/null
keys C-z
check "terminal: stops" shows "Stopped"
keys fg Enter
check "terminal: goes on" shows "[1 Overview]"
keys 3
check "terminal: and answers" shows "[3 Incidents]"
keys q

# The terminal goes away: so does the program.
begin 80 24 TERM=screen-256color --
shows "[1 Overview]" >/dev/null
pane=$(terminal list-panes -F '#{pane_pid}')
watched=$(pgrep -P "$pane" | head -n 1)
terminal kill-server
gone() { local i; for i in $(seq $((100 * PATIENCE))); do kill -0 "$watched" 2>/dev/null || return 0; sleep 0.1; done; return 1; }
check "terminal: goes away, and the program with it" gone

no_terminal() { "$program" tui --ledger "$dir/ledger.db" </dev/null >"$dir/out" 2>&1; [ $? -eq 2 ] && grep -q "sekimori status" "$dir/out"; }
check "without a terminal: says what to use" no_terminal
begin 80 24 TERM=no-such-terminal --
unknown_terminal() { shows "left" >/dev/null; grep -q "set TERM" "$dir/err"; }
check "an unknown terminal: says so" unknown_terminal
no_ledger() { "$program" tui --ledger "$dir/none.db" --dump 80x24 >"$dir/out" 2>&1; [ $? -ne 0 ] && grep -q "none.db" "$dir/out"; }
check "no ledger: says which" no_ledger
dump_shows() { "$program" tui --ledger "$dir/ledger.db" --dump 100x30 "${@:2}" >"$dir/out" 2>&1; grep -qF -e "$1" "$dir/out" || { cat "$dir/out"; return 1; }; }
check "--incident stands where it was opened" dump_shows "REPLAY (copy)  2026-11-20 09:10:07 JST" --incident "$(cat "$dir/incident")"
check "--incident opens it" dump_shows "instance amf-1, site tokyo-1" --incident "$(cat "$dir/incident")"
check "--incident that never was" dump_shows "no incident 3 at this time" --incident 3
check "--at stands there" dump_shows "2026-11-20 09:20:00 JST" --at "2026-11-20 09:20"
check "--play plays" dump_shows "playing x20" --at "2026-11-20 09:05" --play 20
for wrong in "--dump 80" "--dump 0x0" "--at never" "--palette pink" "--incident x" "--play 0" "--keys x operand"; do
	wrong_option() { "$program" tui --ledger "$dir/ledger.db" --dump 80x24 $wrong >"$dir/out" 2>&1; [ $? -eq 2 ] && [ -s "$dir/out" ]; }
	check "wrong option: $wrong" wrong_option
done
[ $FAILS = 0 ]
