#!/bin/bash
# What the screen writes: a file that exists is overwritten only after a yes, or by a command with an
# exclamation mark; what is no regular file is written into.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 4 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
printf '\n[train]\nmodel = resnet18\nsize = 32\nepochs = 1\n' >>hpa.conf
"$HPA" -q train --name looked >/dev/null 2>&1 || fail "no run to look at"
line() { tui_keys : && tui_type "$1" && tui_keys Enter; }
asks() { # FILE: the dialog is there, and the file as it was
    tui_wait "Overwrite it?"
    tui_holds "$1 exists" || fail "the dialog does not say what exists"
    [ "$(cat "$1")" = mine ] || fail "$1 is overwritten before the answer"
}

umask 022
tui_start 120x36 "$HPA"
tui_wait "macro F1"
for command in "screen frame.txt" "yank list.txt" "export cuts.json" "marks marks.csv" "predict out.csv"; do
    file=${command#* }
    [ "${command% *}" = marks ] && tui_keys 5 && tui_wait "[5 Errors]"
    line "$command"
    tui_until 60 test -s "$file" || fail "$file is not written"
    tui_until 60 tui_matches "$file (is written|$)|(to|written:) $file" || true
    cp "$file" new
    [ "$(stat -c %a "$file")" = 644 ] || fail "$file has the mode $(stat -c %a "$file")"
    echo mine >"$file"
    line "$command"
    asks "$file"
    tui_keys Enter # the first answer is no
    tui_wait_gone "Overwrite it?"
    line "$command"
    asks "$file"
    tui_keys n
    tui_wait_gone "Overwrite it?"
    [ "$(cat "$file")" = mine ] || fail "$file is overwritten after a no"
    line "$command"
    asks "$file"
    tui_keys y
    is_new() { [ "$(cat "$file")" != mine ]; }
    tui_until 60 is_new || fail "$file is not overwritten after a yes"
    tui_wait_gone "Overwrite it?"
    if [ "${command% *}" = predict ]; then
        tui_until 60 cmp -s new "$file" || fail "another submission"
        tui_wait "written: out.csv" 60
    fi
    echo mine >"$file"
    line "${command% *}! $file"
    tui_until 60 is_new || fail "$file is not overwritten by ${command% *}!"
    pass "$command"
done

stored() { "$HPA" -q thresholds looked export "$1" - 2>/dev/null | sed -n 's/^ *"Nucleoplasm": \([0-9.]*\),$/\1/p'; }
is_stored() { [ "$(stored mine)" = "$1" ]; }
saves() { # CUT COMMAND
    tui_wait_gone "Replace it?"
    line "class 0"
    line "cut $1"
    line "$2"
}
replaces() {
    tui_wait "Replace it?"
    tui_holds "mine exists" || fail "the dialog does not say which set exists"
}
tui_keys 4
tui_wait "[4 Tune]"
saves .25 "save mine"
tui_until 30 is_stored 0.25 || fail "the set is $(stored mine)"
saves .75 "save mine"
replaces
tui_keys Enter # the first answer is no
saves .75 "save mine"
replaces
tui_keys n
tui_wait_gone "Replace it?"
is_stored 0.25 || fail "the set is replaced after a no: $(stored mine)"
saves .75 "save mine"
replaces
tui_keys y
tui_until 30 is_stored 0.75 || fail "the set is $(stored mine) after a yes"
saves .5 "save! mine"
tui_until 30 is_stored 0.5 || fail "save! asks, or does nothing: $(stored mine)"
saves .125 "save current"
tui_wait "take another name"
pass "a set of thresholds that exists"

line "screen nowhere/frame.txt"
tui_wait "cannot be written"
line "screen -"
tui_wait "the screen has this terminal"
mkfifo fifo
timeout 60 cat fifo >piped.txt &
line "screen fifo"
wait $!
grep -q "Errors" piped.txt || fail "nothing came through the FIFO"
[ -p fifo ] || fail "the FIFO was replaced"
ln -s made.txt link
line "screen link"
tui_until 20 test -s made.txt || fail "the link's target is not made"
[ -L link ] || fail "the link was replaced"
pass "a FIFO and a link"

printf 'screen frame.txt\nwait 1\nscreen! frame.txt\nwait 1\nquit\n' >script
tui_keys q
tui_wait_exit 0
tui_stop
echo mine >frame.txt
HPA_SCRIPT=script tui_start 80x24 env HPA_SCRIPT=script "$HPA"
tui_wait_exit 0 30
"$HPA" -q tune looked --method fixed --save mine --force >/dev/null 2>&1 || fail "no set to keep"
printf 'wait 2\nclass 0\ncut .25\nsave mine\nquit\n' >script
tui_stop
HPA_SCRIPT=script tui_start 80x24 env HPA_SCRIPT=script "$HPA"
tui_wait_exit 0 30
is_stored 0.5 || fail "a script that ends at once replaces the set: $(stored mine)"
grep -q "Label distribution" frame.txt || fail "a script with screen! writes nothing"
pass "a script overwrites with an exclamation mark"
