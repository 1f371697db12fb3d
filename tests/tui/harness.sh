#!/bin/bash
# The harness itself, against programs whose behaviour is known.
. "$(dirname "$0")/lib.sh"

tui_start 60x10 sh -c 'echo TERM=$TERM; stty size; read line; echo "got <$line>"; stty size; read -r more; exit 7'
tui_wait "TERM=${TUI_TERM:-tmux-256color}"
tui_wait "10 60"
pass "a program starts in a terminal of the wanted type and size"

tui_resize 50x8
tui_type "two words"
tui_keys Enter
tui_wait "got <two words>"
tui_wait "8 50"
[ "$(tui_value 'got <[a-z ]*>')" = "got <two words>" ] || fail "tui_value"
pass "keys, text and a new size arrive"

(patience=1 && tui_wait "never shown" 1) >/dev/null && fail "a missing text was found"
tui_keys Enter
tui_wait_exit 7
pass "a missing text is noticed, and the exit code is seen"
tui_stop

tui_start 60x10 sh -c "trap 'echo hung up >$work/note; exit 0' HUP; echo ready; while :; do sleep 0.1; done"
tui_wait ready
tui_hang_up
tui_until 20 test -s "$work/note" || fail "no hang-up arrived"
pass "closing the terminal hangs up"
