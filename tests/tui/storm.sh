#!/bin/bash
# Random bytes, mouse events, pastes and sizes through a real terminal, over a note that tries
# to reach it: the program stays alive, and nothing of it is obeyed. Longer with SOAK.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
printf '\n[train]\nmodel = resnet18\nsize = 32\nepochs = 1\n' >>hpa.conf
"$HPA" -q train --name stormy >/dev/null 2>"$work/err" || fail "no run to look at: $(cat "$work/err")"
"$HPA" runs note stormy "$(printf '\xe2\x80\xaeback\033]0;owned\007\xc2\x9b31m\033]52;c;b3duZWQ=\007')" >/dev/null 2>&1 || fail "no note"

# Bytes of one burst, in hexadecimal; a paste, a mouse event or a size now and then. Three are signals
# to a program that is just leaving, whose terminal is no longer raw, and Ctrl-S stops such a terminal:
# they are left out. So is U+009B, which that terminal echoes by itself; what the program makes of it
# is test_key_decoder's.
burst() { od -An -v -tx1 -N 48 /dev/urandom | tr -s ' \n' ' ' | sed 's/ 03/ 20/g; s/ 13/ 20/g; s/ 1a/ 20/g; s/ 1c/ 20/g; s/ c2 9b/ c2 20/g'; }
begin() {
    tui_start 80x24 "$HPA" -s ui.mouse=on
    tui_tmux pipe-pane -O -t t "cat >>$work/raw"
    tui_wait "hpa"
}

ended_well() { # a key that leaves was among them
    tui_dead || return
    local code
    code=$(tui_tmux display-message -p -t t '#{pane_dead_status}#{pane_dead_signal}')
    [ "$code" = 0 ] || fail "the program ended with $code"
    tui_stop
}

begin
tui_keys 6
tui_wait "u202ebac"
end=$((SECONDS + ${SOAK:-8}))
bursts=0
while [ $SECONDS -lt $end ]; do
    # shellcheck disable=SC2046
    tui_tmux send-keys -t t -H $(burst) 1b 5b 3c 30 3b 3$((RANDOM % 10)) 3b 3$((RANDOM % 10)) 4d
    [ $((bursts++ % 5)) = 0 ] && tui_resize $((RANDOM % 150 + 5))x$((RANDOM % 45 + 2))
    [ $((bursts % 7)) = 0 ] && tui_tmux send-keys -t t -H 1b 5b 32 30 30 7e 71 0d 1b 5b 32 30 31 7e
    ended_well && begin
done
echo "$bursts bursts"
tui_resize 80x24
# A screen that was too small to show anything obeys no key: the frame comes first.
shows() {
    ended_well && begin
    tui_holds "6 Runs"
}
wait_until shows || fail "no frame of the new size"
tui_keys Escape Escape Escape 6
answers() { tui_holds "[6 Runs]" || ended_well; }
wait_until answers || fail "no answer any more"
tui_stop
pass "alive after random input"

[ -s "$work/raw" ] || fail "nothing was recorded"
for forbidden in $'\033]0;owned' $'\xc2\x9b' $'\xe2\x80\xae' $'\033]52;c;b3duZWQ'; do
    ! LC_ALL=C grep -qaF "$forbidden" "$work/raw" || fail "written to the terminal: $(printf %q "$forbidden")"
done
pass "a note reaches the terminal as text"
