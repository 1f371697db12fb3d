#!/bin/bash
# Signals that ask the workbench to end while a training works, on a terminal that is still there: a
# checkpoint is written, the run can be resumed, and the terminal is as it was. A script that sources
# itself holds up neither the screen nor SIGTERM.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 120 --test 4 --size 64 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
cat >"$work/shell" <<END_SHELL
"$HPA" -s train.model=resnet18 -s train.size=64 -s train.batch=8 -s run.threads=1 -s train.epochs=2 "\$@"
echo "code \$?"
stty -a >"$work/modes"
read -r rest
END_SHELL

is() { # STATUS: of the one run
    [ "$("$HPA" -q runs list | awk '$1 == "run-1" { print $2 }')" = "$1" ] || fail "not $1: $("$HPA" -q runs list)"
}
begin() { # ARGUMENTS...: a workbench that trains its first run, with a shell around it
    rm -rf "$work/modes" hpa-work
    tui_start 120x36 bash "$work/shell" "$@"
    tui_wait "Label distribution"
    hold step-2
    tui_keys t
    held step-2
    tui_wait "ep 1/2 train"
    pid=$(tui_child)
}
restored() { # NAME
    tui_until 20 [ -s "$work/modes" ] || fail "$1: the shell does not follow"
    grep -q ' icanon' "$work/modes" && grep -q ' echo ' "$work/modes" || fail "$1: the modes are $(cat "$work/modes")"
    [ "$(tui_tmux display-message -p -t t '#{alternate_on}#{cursor_flag}')" = 01 ] ||
        fail "$1: the screen of before is not back, or the cursor is hidden"
}

for signal in TERM USR1 USR2 XCPU ALRM; do
    begin
    kill -$signal "$pid"
    tui_wait "code 130" 60
    tui_wait "hpa train --resume run-1 "
    restored "SIG$signal"
    is stopped
    [ -e hpa-work/runs/run-1/last.safetensors ] || fail "SIG$signal: no checkpoint"
    tui_stop
    pass "SIG$signal: a checkpoint, code 130, and the terminal as it was"
done

begin -s run.on_hangup=checkpoint
kill -HUP "$pid"
tui_wait "code 0" 60
tui_wait "hpa train --resume run-1 "
restored "SIGHUP, checkpoint"
is stopped
tui_stop
pass "SIGHUP with run.on_hangup=checkpoint: the same"

begin
kill -HUP "$pid"
tui_wait "the training continues without a screen, process $pid" 60
[ "$(tui_tmux display-message -p -t t '#{alternate_on}#{cursor_flag}')" = 01 ] || fail "the screen is still there"
stty -F "$(tui_tmux display-message -p -t t '#{pane_tty}')" -a | grep -q ' icanon' || fail "the modes are the screen's"
is running
hold step-4
release step-2
held step-4
kill -TERM "$pid"
tui_wait "code 0" 60
is stopped
tui_stop
pass "SIGHUP with run.on_hangup=continue: the terminal as it was, and the training continues until SIGTERM"

echo "source $work/endless" >"$work/endless"
tui_start 120x36 env "HPA_SCRIPT=$work/endless" bash "$work/shell"
tui_wait "sourced each other without a wait"
tui_stop
printf 'class 3\nwait .001\nsource %s\n' "$work/endless" >"$work/endless"
rm -f "$work/modes"
tui_start 120x36 env "HPA_SCRIPT=$work/endless" bash "$work/shell"
tui_wait "Label distribution"
tui_keys '?'
tui_wait "Help  Esc closes"
kill -TERM "$(tui_child)"
tui_wait "code 130" 20
restored "an endless script"
tui_stop
pass "a script that sources itself without end is told so, or repeats beside the keys, and SIGTERM ends it"
