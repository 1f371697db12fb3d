#!/bin/bash
# `make demo` on a terminal: the data set is drawn and the Board opens with a training at work.
demo=$(cd "$(dirname "$0")/../.." && pwd)/tools/demo.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

hold step-3
tui_start 100x30 "$demo" "$HPA"
tui_wait "Label distribution" 60
held step-3
tui_wait_match 'ep +1/10 train +step 3/' 60
[ -f demo/train.csv ] && [ -f demo/hpa-work/hpa.db ] || fail "no data set or no database"
pass "the demo opens the Board with a training at work"

tui_keys q
tui_wait "A training is at work."
tui_keys c
tui_wait_exit 0 60
pass "it can be left, and the run stops with a checkpoint"
tui_stop

tui_start 100x30 "$demo" "$HPA"
tui_wait_match 'ep +1/10 train +step 3/' 60
pass "a second demo uses the data set that is there"
