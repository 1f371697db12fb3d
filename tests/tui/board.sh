#!/bin/bash
# The workbench in a real terminal: a run is started, a slider moves macro F1, the terminal changes
# its size, the run is stopped, kept, shown again, resumed, and outlives a lost terminal.
. "$(dirname "$0")/lib.sh"

settings="-s train.model=resnet18 -s train.size=64 -s train.epochs=4 -s run.threads=1" # of six steps each
"$HPA" -q synth "$work/demo" --samples 120 --test 4 --size 64 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1

macro() { tui_value 'Thresholds .* macro F1 [0-9.]+' | grep -oE '[0-9.]+$'; }
macro_is() { [ "$(macro)" = "$1" ]; }
macro_is_not() { [ "$(macro)" != "$1" ]; }
tui_ex() { # a command line
    tui_keys :
    tui_type "$1"
    tui_keys Enter
}
run_status() { "$HPA" runs list | awk -v run="$1" '$1 == run { print $2 }'; }

# shellcheck disable=SC2086
tui_start 80x24 "$HPA" $settings -s work.dir=other
tui_wait "no run yet"
# shellcheck disable=SC2086
"$HPA" $settings -s work.dir=other -s train.epochs=2 train >/dev/null 2>&1 &
tui_wait "run run-1" 60
tui_wait_match 'macro F1 \.[0-9]+' 90
tui_keys l
tui_wait "undo 1"
wait
pid=$(tui_pid)
tui_stop
ended "$pid"
# shellcheck disable=SC2086
tui_start 80x24 "$HPA" $settings -s work.dir=other
tui_wait "undo 1"
tui_keys q
tui_wait_exit 0
tui_stop
pass "a training that another process starts appears by itself, and its cuts can be edited"

# shellcheck disable=SC2086
tui_start 120x36 "$HPA" $settings
tui_wait "120 samples"
tui_wait "t starts a training."
for title in "Label distribution" "Training curves" "Per-class F1" "Thresholds"; do
    tui_wait "$title"
done
[ ! -e hpa-work/hpa.db ] || fail "looking made a database"
pass "an unused folder opens on the four panes and stays as it was"

hold step-8
tui_keys t
held step-8
tui_wait_match 'macro F1 \.[0-9]+' 90
tui_wait "img/s"
pass "t starts a training; sliders appear after its first epoch"

tui_keys p # no new scores meanwhile
tui_wait "PAUSED"
tui_ex "class 0"
best=$(macro)
tui_ex "cut 1" # nothing is predicted: its F1 is 0
tui_wait "undo 1"
tui_until 20 macro_is_not "$best" || fail "macro F1 stands still: $best"
tui_keys u
tui_wait_gone "undo 1"
tui_until 20 macro_is "$best" || fail "macro F1 is $(macro), not $best again"
tui_keys p
tui_wait "TRAIN"
pass "a slider moves macro F1, and u takes it back"

for size in 80x24 160x48 60x16 20x5 100x30 120x36; do
    tui_resize $size
done
tui_wait "Per-class F1"
tui_resize 20x5
tui_wait "needs 40x10"
tui_resize 60x16
tui_wait_gone "needs 40x10" # a key before that is not obeyed
tui_wait_gone "Label distribution"
tui_keys Tab
tui_wait "Label distribution"
tui_resize 80x24
tui_wait "Training curves"
pass "the frame follows the size of the terminal"

tui_keys '?'
tui_wait "Esc closes"
tui_keys Escape
tui_keys 7
tui_wait "[7 Log]"
tui_keys 1
tui_ex "class 5"
tui_ex "cut .77"
tui_wait ".770"
tui_keys q
tui_wait "A training is at work."
tui_keys s
tui_wait_gone "A training is at work."
tui_keys q
tui_keys c
tui_wait_exit 0 60
[ "$(run_status run-1)" = stopped ] || fail "the run is recorded as $(run_status run-1)"
release step-8
pass "q asks; checkpoint and stop ends the screen with the run recorded"
tui_stop

# shellcheck disable=SC2086
tui_start 120x36 "$HPA" $settings
tui_wait "STOPPED"
tui_ex "class 5"
tui_wait ".770"
tui_wait "undo 1"
tui_keys u
tui_wait_gone "undo 1"
pass "run, cuts and undo come back from the store"

hold step-10
hold step-14
tui_keys t
tui_wait "This run has epochs left."
tui_keys r
held step-10
tui_wait_match 'ep 2/4 train'
pid=$(tui_pid)
tui_hang_up
release step-10
held step-14
kill -0 "$pid" 2>/dev/null || fail "the training died with its terminal"
[ "$(run_status run-1)" = running ] || fail "after the hang-up the run is $(run_status run-1)"
kill -TERM "$pid"
ended "$pid"
[ "$(run_status run-1)" = stopped ] || fail "after SIGTERM the run is $(run_status run-1)"
pass "a lost terminal ends the screen, not the training; SIGTERM checkpoints and ends it"

# shellcheck disable=SC2086
tui_start 100x30 sh -c "$HPA $settings; echo code \$?; stty -a | grep -o ' -*echo ' ; sleep 100"
tui_wait "STOPPED"
kill -SEGV "$(tui_child)"
tui_wait "code 139"
tui_wait " echo"
tui_lacks "Label distribution" || fail "the screen stayed after a crash"
tui_stop
pass "a crash gives the terminal back"

for term in xterm-256color screen-256color linux vt100; do
    # shellcheck disable=SC2086
    TUI_TERM=$term tui_start 80x24 "$HPA" $settings
    tui_wait "Label distribution"
    tui_wait "STOPPED"
    tui_keys Down
    tui_wait " 2/28"
    tui_keys q
    tui_wait_exit 0
    tui_stop
done
pass "xterm, screen, linux and vt100 show the Board"

"$HPA" </dev/null >"$work/out" 2>"$work/err"
[ $? = 64 ] || fail "without a terminal the exit code is not 64"
grep -q "hpa train" "$work/err" || fail "without a terminal no command is named"
"$HPA" screen board --size 80x24 | grep -q "Per-class F1" || fail "hpa screen board"
pass "without a terminal: exit 64, and hpa screen prints a frame"
