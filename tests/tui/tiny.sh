#!/bin/bash
# On a terminal that is too small for a frame nobody sees what a key does: none starts a training or moves a
# threshold; q ends the workbench, and asks where it has to.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 4 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 -s run.threads=1)
"$HPA" -q "${recipe[@]}" train --name one >/dev/null || fail "no run"
listed() { "$HPA" -q runs list | wc -l; }

tui_start 120x36 "$HPA" "${recipe[@]}"
tui_wait "macro F1"
tui_keys 4
tui_wait "[4 Tune]"
frame() { tui_screen | head -n 34; } # without the estimates below, which come when they come
tui_wait "held-out"
before=$(frame)
tui_resize 20x5
tui_wait "needs 40x10"
tui_wait "this is 20x5"
tui_keys O l l j 3 t Enter P y w Escape
tui_bytes 1b 5b 3c 30 3b 35 3b 33 4d # a click
tui_resize 21x5
tui_wait "this is 21x5" # all of them have been read before this was drawn
tui_resize 120x36
tui_wait "[4 Tune]"
same_frame() { [ "$(frame)" = "$before" ]; }
tui_until 20 same_frame || fail "something moved: before it was
$before"
[ "$(listed)" = 2 ] || fail "a training began"
pass "keys that nobody sees the effect of do nothing"

hold step-1
tui_keys t
held step-1
tui_resize 20x5
tui_wait "this is 20x5"
tui_keys q
tui_wait "s stay"
tui_keys Escape
tui_wait "this is 20x5"
tui_resize 120x36
tui_wait_gone "A training is at work."
release step-1
tui_wait_match "ep 1/1 done" 60
tui_resize 20x5
tui_wait "this is 20x5"
tui_keys q
tui_wait_exit 0
pass "q ends it, or asks"
