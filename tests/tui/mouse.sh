#!/bin/bash
# The mouse in a real terminal: asked for and given back, a press that selects, a wheel that scrolls; off when not wanted.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1

mouse_is() { [ "$(tui_tmux display-message -p -t t '#{mouse_button_flag}')" = "$1" ]; }
send() { tui_tmux send-keys -t t -H "$@"; }
marked() { tui_matches "^.[>▸]$1"; }

# A press, its release and the wheel at once, at column 13 and row 7.
use() {
    send 1b 5b 3c 30 3b 31 33 3b 37 4d 1b 5b 3c 30 3b 31 33 3b 37 6d
    tui_until 10 marked 13 || fail "the press selects nothing"
    send 1b 5b 3c 36 35 3b 31 33 3b 37 4d
    tui_until 10 marked 17 || fail "the wheel moves nothing"
}

for term in xterm-256color screen-256color tmux-256color; do
    TUI_TERM=$term tui_start 80x24 sh -c "$HPA -s ui.mouse=on; echo back; sleep 100"
    tui_wait "Label distribution"
    tui_until 10 mouse_is 1 || fail "the mouse is not asked for"
    tui_keys g
    use
    tui_keys q
    tui_wait back
    mouse_is 0 || fail "the mouse is not given back"
    tui_stop
    pass "$term: press and wheel"
done

tui_start 80x24 "$HPA" # auto, inside tmux
tui_wait "Label distribution"
mouse_is 0 || fail "inside tmux the mouse is taken"
tui_keys :
tui_type "mouse on"
tui_keys Enter
tui_until 10 mouse_is 1 || fail ":mouse on does nothing"
tui_stop
pass "inside tmux only when asked for"
