#!/bin/bash
# Two screens on one run: a change of the thresholds that the other has not seen is never overwritten,
# and each says what the other did.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 4 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
printf '\n[train]\nmodel = resnet18\nsize = 32\nepochs = 1\n' >>hpa.conf
"$HPA" -q train --name both >/dev/null 2>&1 || fail "no run to look at"

line() { tui_keys : && tui_type "$1" && tui_keys Enter; }
first_screen() { tui_socket=$work/tmux-1; }
second_screen() { tui_socket=$work/tmux-2; }
tui_stop() {
    tmux -S "$work/tmux-1" kill-server 2>/dev/null
    tmux -S "$work/tmux-2" kill-server 2>/dev/null
}
stored() { # CLASS
    "$HPA" -q thresholds both export current - 2>/dev/null | sed -n "s/^ *\"$1\": \([0-9.]*\),*\$/\1/p"
}
is_stored() { [ "$(stored "$1")" = "$2" ]; }
wait_stored() { tui_until 20 is_stored "$1" "$2" || fail "the stored threshold of $1 is $(stored "$1"), not $2"; }
third='Nucleoli fibrillar center'
fourth='Nuclear speckles'

tui_start 120x36 "$HPA"
tui_wait "macro F1"
tui_keys 4
tui_wait "[4 Tune]"
tui_start 120x36 "$HPA"
tui_wait "macro F1"
tui_keys 4
tui_wait "[4 Tune]"

first_screen
line "class 3"
line "cut .125"
wait_stored "$third" 0.125
second_screen
tui_wait "another process changed the thresholds"
tui_wait_match "Nucleoli fibrilla.* \.125 "
line "class 4"
line "cut .25"
wait_stored "$fourth" 0.25
wait_stored "$third" 0.125
first_screen
tui_wait "another process changed the thresholds"
tui_wait_match "Nuclear speckles .*\.250 "
pass "each screen shows what the other stored, and stores its own change beside it"

second_screen
second=$(tui_pid)
kill -STOP "$second"
first_screen
line "class 3"
line "cut .375"
wait_stored "$third" 0.375
second_screen
line "class 4"
line "cut .4375"
kill -CONT "$second"
told_or_stored() { tui_holds "not stored" || is_stored "$fourth" 0.4375; }
tui_until 20 told_or_stored || fail "the change is neither stored nor refused"
wait_stored "$third" 0.375
tui_wait_match "Nucleoli fibrilla.* \.375 "
pass "a change made without having seen the other's does not overwrite it"

for screen in first second; do
    ${screen}_screen
    tui_keys q
    tui_wait_exit 0
done
