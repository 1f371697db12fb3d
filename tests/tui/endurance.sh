#!/bin/bash
# A training watched for long: while keys are pressed on every tab, the memory of the process stays what
# it is once every tab was seen and some epochs are done. SOAK=seconds makes it that long.
. "$(dirname "$0")/lib.sh"

seconds=${SOAK:-0}
[ "$seconds" -gt 20 ] || seconds=20
warm=$((seconds / 5)) # of the time, at least a few rounds through the tabs
[ $warm -gt 10 ] || warm=10

"$HPA" -q synth "$work/demo" --samples 160 --test 4 --size 64 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
tui_start 120x36 "$HPA" -s train.model=resnet18 -s train.width=64 -s train.size=64 -s train.epochs=10000 \
    -s run.threads=1 -s run.checkpoint_minutes=.5
tui_wait "Label distribution"
hold end # on a fast machine it is still at work at the end
tui_keys t
tui_wait_match 'macro F1 \.[0-9]+' 120
pid=$(tui_pid)

press() { # what a user browses with, on every tab; nothing that stops, starts or removes
    local tab
    for tab in 1 2 3 4 5 6 7; do
        tui_keys $tab Tab j j k z z l u BTab G g y y
        tui_wait_match "\\[$tab [A-Z]" # no question swallows the keys
    done
    tui_keys '?' Escape 2 Tab Tab Tab Tab j Enter + - '>' '<' c v v v ] '[' Escape Escape 1
}
rss() { awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; }
# The least of the last lines: what a checkpoint or a picture takes is given back.
stays() { tail -n 15 "$1" | sort -n | head -n 1; }

epochs() { tui_value 'ep +[0-9]+/10000' | grep -oE '[0-9]+/' | tr -d /; }
is_at_end() { [ -e "$HPA_RUN_HOLD/end.reached" ]; }
epochs_went_by() { [ "$(epochs)" -ge $((from + $1)) ] || is_at_end; }
watch_for() { # SECONDS FILE: presses keys and notes the memory after each round, for two epochs at least
    local end=$((SECONDS + $1)) rounds=0 from
    from=$(epochs)
    while [ $SECONDS -lt $end ] || [ $rounds -lt 15 ] || ! epochs_went_by 2; do
        press
        rss >>"$2" || fail "the process is gone"
        rounds=$((rounds + 1))
    done
    return 0
}

watch_for $warm before
first=$(stays before)
from=$(epochs)
is_at_end && fail "all epochs are done before anything was watched"
watch_for $((seconds - warm)) after
last=$(stays after)
grown=$(awk -v a="$first" -v b="$last" 'BEGIN { printf "%.2f", 100 * (b - a) / a }')
echo "resident after warm-up $first KiB, at the end $last KiB: $grown% in $seconds s, epochs $from to $(epochs)"
awk -v g="$grown" 'BEGIN { exit g < 1 ? 0 : 1 }' || fail "memory grew by $grown%"
pass "the memory of a watched training stays as it is"
tui_keys q
tui_wait "A training is at work."
release end
tui_keys c
tui_wait_exit 0 60
