#!/bin/bash
# The workbench beside a training of another process: it names the process, pauses it, lets it go on,
# changes its rate, asks for a checkpoint and stops it.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 120 --test 4 --size 64 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
hold step-8 # of six an epoch
"$HPA" -q -s train.model=resnet18 -s train.size=64 -s train.epochs=3 -s run.threads=1 \
    train --name far >train.out 2>train.err </dev/null &
trainer=$!

tui_ex() {
    tui_keys :
    tui_type "$1"
    tui_keys Enter
}
run_status() { "$HPA" -q runs list | awk '$1 == "far" { print $2 }'; }
status_is() { [ "$(run_status)" = "$1" ]; }
held step-8

tui_start 120x30 "$HPA"
tui_wait_match "ep 2/3 running +pid $trainer" 60
pass "the status line names the process that trains"

tui_keys p
tui_wait_match "run far: paused after step 8"
tui_wait_match "ep 2/3 paused +pid $trainer"
tui_until 20 status_is paused || fail "the run is $(run_status)"
pass "p pauses it, and the screen says after which step"

tui_ex "lr .0004"
tui_wait "run far: peak 0.0004 instead of 0.001"
tui_ex "lr x.5"
tui_wait "run far: peak 0.0002 instead of 0.0004"
tui_ex checkpoint
tui_wait "run far: written at step"
pass ":lr and :checkpoint are carried out there"

tui_keys p
tui_wait "run far: goes on"
tui_wait_match "ep 2/3 running +pid $trainer"
pass "p lets it go on"

tui_keys S
tui_wait "Stop the training?"
tui_keys c
tui_wait_match "run far: the training ended .stopped. after epoch"
tui_wait_match "ep 1/3 stopped"
tui_until 20 tui_lacks "pid $trainer" || fail "the process is still named"
wait $trainer
[ $? = 130 ] || fail "the trainer did not end as stopped"
pass "S stops it"
tui_keys q
tui_wait_exit 0
tui_stop

# the queue: what waits is trained here, one after another, and after a training of one's own
short="-s train.model=resnet18 -s train.size=64 -s train.epochs=1 -s run.threads=1"
run_status() { "$HPA" -q runs list | awk -v run="$1" '$1 == run { print $2 }'; }
is() { [ "$(run_status "$1")" = "$2" ]; }
# shellcheck disable=SC2086
for name in first second; do
    "$HPA" -q $short train --queue --name $name >/dev/null || fail "$name cannot wait"
done
# shellcheck disable=SC2086
tui_start 120x30 "$HPA" $short
tui_wait "Label distribution"
tui_ex queue
tui_until 60 is second done || fail "second is $(run_status second)"
is first done || fail "first is $(run_status first)"
tui_wait_match "ep 1/1 done"
pass ":queue trains what waits"
tui_ex queue
tui_wait "nothing waits in the queue"
pass "and says when nothing does"
# shellcheck disable=SC2086
"$HPA" -q $short train --queue --name third >/dev/null
tui_keys t
tui_until 60 is third done || fail "third is $(run_status third)"
is run-1 done || fail "run-1 is $(run_status run-1)"
pass "a training that is done goes on with the queue"
tui_keys q
tui_wait_exit 0
