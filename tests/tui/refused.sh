#!/bin/bash
# A terminal that the workbench cannot use is refused in words, and nothing is drawn on it.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

printf 'A\nB\n' >names.txt
printf 'id,A,B\nx,.9,.1\ny,.2,.8\n' >scores.csv
printf 'Id,Target\nx,0\ny,1\n' >truth.csv

refused() { # TYPE WORDS ARGUMENTS...
    local type=$1 words=$2
    shift 2
    tui_start 80x24 sh -c "TERM=$type $HPA $*; echo code \$?; sleep 100"
    tui_wait "code " 30
    tui_holds "code 64" || fail "TERM=$type is not refused"
    tui_holds "\"$type\"" && tui_screen | tr -d '\n' | tr -s ' ' | grep -q "$words" || fail "TERM=$type: other words"
    [ "$(tui_screen | grep -c .)" -lt 6 ] || fail "TERM=$type: something was drawn"
    tui_stop
}

refused dumb "cannot move its cursor"
refused dumb "cannot move its cursor" -s data.classes=names.txt --probs scores.csv --truth truth.csv
pass "TERM=dumb"
refused no-such-type "is unknown on this machine"
refused unknown "is unknown on this machine"
pass "an unknown type"

tui_start 80x24 sh -c "unset TERM; $HPA; echo code \$?; sleep 100"
tui_wait "code 64" 30
tui_wait "TERM is not set"
pass "no type"
