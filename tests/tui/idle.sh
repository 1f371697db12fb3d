#!/bin/bash
# A slow line: nothing is written while nothing changes, and hardly any time spent; a step of the cursor
# writes what changed, not the frame.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/demo" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
printf '\n[train]\nmodel = resnet18\nsize = 32\nepochs = 1\n' >>hpa.conf
"$HPA" -q train --name idle >/dev/null 2>&1 || fail "no run to look at"
tabs=$("$HPA" help keys | sed -n 's/^| `\([0-9]\)` .*| tab [0-9], \([A-Za-z]*\) |$/\1 \2/p')

written() { stat -c %s "$work/raw"; }
ticks() { sed 's/.*) //' "/proc/$(tui_pid)/stat" | awk '{ print $12 + $13 }'; }
waits() { # no thread has anything to do
    ! sed 's/.*) //' "/proc/$(tui_pid)"/task/*/stat | grep -qv '^S'
}
rests() { # nothing written for a second, and nothing to come
    local before
    before=$(written)
    waits || return 1
    sleep 1
    waits && [ "$(written)" = "$before" ]
}

for size in 80x24 160x48; do
    tui_start $size "$HPA"
    : >"$work/raw"
    tui_tmux pipe-pane -O -t t "cat >>$work/raw"
    tui_wait "[1 Board]"
    while read -r digit name; do
        tui_keys "$digit"
        tui_wait "[$digit $name]"
        tui_until 60 rests || fail "$name at $size never rests"
        before=$(written)
        for key in j j k k; do tui_keys $key && sleep 0.3; done
        tui_until 60 rests || fail "$name at $size never rests after a key"
        step=$((($(written) - before) / 4))
        # a whole frame takes about 5 bytes a cell; a step of the Errors tab brings another picture
        [ $step -lt $((${size%x*} * ${size#*x} * 2)) ] || fail "$name at $size writes $step bytes a step"
        [ "$name" != Tune ] || [ $step -gt 0 ] || fail "the cursor does not move"
        echo "$size $name: $step bytes a step"
    done <<<"$tabs"
    tui_keys 1
    tui_until 60 rests || fail "the Board never rests"
    before=$(written) spent=$(ticks)
    sleep 4
    [ "$(written)" = "$before" ] || fail "$(($(written) - before)) bytes were written while idle"
    spent=$(($(ticks) - spent))
    [ $spent -le 20 ] || fail "$spent ticks of 400 were spent while idle"
    tui_stop
    pass "$size: nothing is written while idle, little after a key"
done
