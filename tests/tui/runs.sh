#!/bin/bash
# The Runs tab in a real terminal: runs of the store appear, are compared, noted, tagged, opened on
# every tab, deleted and brought back; what stays deleted goes with its files at the end.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
train() { "$HPA" -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s run.threads=1 train "$@" || fail "no run"; }
train --name first --epochs 2
train --name second --epochs 1 -s loss.gamma=0
train --name third --epochs 1
line() { # a command line
    tui_keys :
    tui_type "$1"
    tui_keys Enter
}
note() { "$HPA" --json runs show first | grep -q "\"$1\": \"$2\""; }

printf 'run-open first\nclass 3\ncut .125\nscreen frame.txt\nquit\n' >opening
tui_start 120x36 env HPA_SCRIPT=opening "$HPA"
tui_wait_exit 0
grep -q "run first" frame.txt || fail "the script shows another run: $(head -n 1 frame.txt)"
grep -q "[.]125" frame.txt || fail "the threshold is not moved"
tui_stop
pass "a script opens a run by its name as its first command"

tui_start 120x36 "$HPA"
tui_wait "Label distribution"
tui_keys 6
tui_wait "1 of 3"
tui_wait_match 'A third +done +1/1'
tui_keys Down Space Up
tui_wait_match 'B second'
tui_wait_match 'gamma +2 +0'
pass "runs are listed, and two compared"

tui_keys G n
tui_type "the long one"
tui_keys Enter
tui_until 20 note note "the long one" || fail "the note is not kept"
tui_keys T
tui_type "keep me"
tui_keys Enter
tui_until 20 note tags "keep me" || fail "the tags are not kept"
tui_wait "[keep me] the long one"
pass "notes and tags are kept"

tui_keys /
tui_type gamma-nothing
tui_wait "0 of 3"
tui_keys Escape
tui_wait_gone "0 of 3"
tui_keys G Enter
tui_keys 1
tui_wait "run first"
tui_wait "ep 2/2 done"
pass "a run is opened on every tab"

tui_keys 6
line "run-sort name"
tui_keys g j x
tui_wait_gone "B second"
tui_keys j x
tui_wait "2 deleted at the end"
tui_keys u
tui_wait "1 deleted at the end"
tui_wait "third"
[ -d hpa-work/runs/second ] || fail "files went before the end"
tui_keys q
tui_wait_exit 0
[ "$(ls -A hpa-work/runs | sort | tr '\n' ' ')" = "first third " ] || fail "left are: $(ls -A hpa-work/runs)"
"$HPA" runs show second >/dev/null 2>&1 && fail "the rows stayed"
pass "a deleted run goes at the end, one that was brought back stays"
