#!/bin/bash
# The terminal is lost while a training works: it goes on, its screen costs nothing more, and the next
# workbench shows and commands it. Detached on purpose it goes on too, to the bits of one never touched,
# and after it what waits in the queue.
. "$(dirname "$0")/lib.sh"

settings="-s train.model=resnet18 -s train.size=64 -s train.batch=8 -s run.threads=1"
export MALLOC_PERTURB_=165 # memory that was given back is never read again, least of all when leaving
"$HPA" -q synth "$work/demo" --samples 120 --test 4 --size 64 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1

run_status() { "$HPA" -q runs list | awk -v run="$1" '$1 == run { print $2 }'; }
is() { [ "$(run_status "$1")" = "$2" ]; }
epochs() { "$HPA" -q runs list | awk -v run="$1" '$1 == run { sub("/.*", "", $3); print $3 }'; }
epochs_above() { [ "$(epochs "$1")" -gt "$2" ]; }
ticks() { # FILE: processor time in hundredths of a second, of a thread or a process
    awk '{ print $14 + $15 }' "$1"
}

# shellcheck disable=SC2086
tui_start 120x36 "$HPA" $settings -s train.epochs=4 # of twelve steps each
tui_wait "Label distribution"
hold step-3
hold step-20
tui_keys t
held step-3
pid=$(tui_pid)
tui_hang_up
release step-3
before=$(ticks "/proc/$pid/task/$pid/stat")
held step-20
sleep 3
kill -0 "$pid" 2>/dev/null || fail "the training died with its terminal"
tui_until 60 epochs_above run-1 0 || fail "no epoch after the hang-up"
used=$(($(ticks "/proc/$pid/task/$pid/stat") - before))
[ $used -le 10 ] || fail "the thread of the screen used $used hundredths of a second"
pass "a training whose terminal is lost goes on; its screen's thread used $used hundredths of a second"

tui_start 120x36 "$HPA"
tui_wait_match "ep 2/4 running +pid $pid" 60
tui_keys p
tui_wait_match "ep 2/4 paused +pid $pid" 60
before=$(ticks "/proc/$pid/stat")
sleep 3
used=$(($(ticks "/proc/$pid/stat") - before))
[ $used -le 30 ] || fail "the paused process used $used hundredths of a second in 3 s"
tui_keys p
tui_wait_match "ep 2/4 running +pid $pid" 60
tui_keys S
tui_wait "Stop the training?"
tui_keys c
tui_wait_match 'ep 1/4 stopped' 60
ended "$pid"
release step-20
tui_keys q
tui_wait_exit 0
tui_stop
pass "the next workbench shows it, pauses it (then it used $used hundredths of a second in 3 s) and stops it"

tui_detach() { # KEY...: what starts it; in its second epoch of six
    hold step-20
    tui_keys "$@"
    held step-20
    tui_wait 'ep 2/6 train'
    tui_keys q
    tui_wait "A training is at work."
    tui_keys d
    tui_wait_exit 0 60
    tui_stop
    release step-20
}
bits() { # RUN: its last weights and scores
    "$HPA" -q export "$1" --checkpoint last --safetensors "$work/$1.st" --force 2>/dev/null && cksum <"$work/$1.st"
    cksum <"hpa-work/runs/$1/val_scores.npy"
}
threads() { # RUN: of the process that wrote its last checkpoint
    head -c 500000 "hpa-work/runs/$1/last.safetensors" | grep -aoE 'run\.threads[\": ]+[0-9]+' | grep -oE '[0-9]+$'
}
# shellcheck disable=SC2086
"$HPA" -q $settings -s train.epochs=6 train --name whole >/dev/null || fail "no run to compare with"
# shellcheck disable=SC2086
tui_start 120x36 "$HPA" $settings -s train.epochs=6
tui_wait "Label distribution"
tui_detach t
tui_until 240 is run-2 done || fail "the detached run is $(run_status run-2)"
[ "$("$HPA" runs show run-2 --json | grep -c '"kind": "hand-over"')" = 1 ] || fail "no hand-over is noted"
[ "$(bits whole)" = "$(bits run-2)" ] || fail "the detached run ended in other bits"
[ "$(threads run-2)" = 1 ] || fail "the detached process had $(threads run-2) threads, not 1"
pass "a training that was detached ends in the bits of one that never was"
wait_in_queue() { # RUN EPOCHS
    # shellcheck disable=SC2086
    "$HPA" -q $settings -s train.epochs=$2 train --queue --name "$1" >/dev/null || fail "$1 cannot wait"
}
none_waits() { [ "$("$HPA" queue list --json)" = "[]" ]; }

# a workbench that works the queue off: another process goes on with the run and with what waits
wait_in_queue first 6
wait_in_queue second 6
# shellcheck disable=SC2086
tui_start 120x36 "$HPA" $settings
tui_wait "Label distribution"
tui_keys :
tui_type queue
tui_detach Enter
tui_until 240 none_waits || fail "the queue stands: $("$HPA" queue list)"
is first done || fail "first is $(run_status first)"
tui_until 30 is second done || fail "second is $(run_status second)"
[ "$(bits whole)" = "$(bits first)" ] || fail "the run of the detached queue ended in other bits"
[ "$(bits whole)" = "$(bits second)" ] || fail "the one behind it ended in other bits"
[ "$(threads second)" = 1 ] || fail "the detached queue had $(threads second) threads, not 1"
pass "a queue that was detached is worked off to its end, in the same bits"

# a training of one's own with a run behind it
wait_in_queue third 1
# shellcheck disable=SC2086
tui_start 120x36 "$HPA" $settings -s train.epochs=6
tui_wait "Label distribution"
tui_detach t
tui_until 240 none_waits || fail "the queue stands: $("$HPA" queue list)"
is run-3 done || fail "run-3 is $(run_status run-3)"
tui_until 30 is third done || fail "third is $(run_status third)"
pass "a detached training goes on with the queue when it is done"
