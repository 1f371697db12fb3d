#!/bin/bash
# Two processes give random commands on one work folder, a third reads: the store stays whole, a run
# has one trainer, and whatever is refused says why. SOAK=seconds goes on for so long.
. "$(dirname "$0")/lib.sh"

seconds=${SOAK:-0}
[ "$seconds" -gt 0 ] || seconds=15
recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=30
    -s split.folds=3 -s run.threads=1)
trap 'kill -KILL $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
end=$((SECONDS + seconds))

hpa -q synth data --samples 60 --test 0 --size 32
code 0 "a data set is drawn"
hpa -q -c data/hpa.conf "${recipe[@]}" -s train.epochs=1 train --name a
code 0 "a first run"

# one NAME COMMAND...: run it and note what came of it, one line: exit code, command, first message
one() {
    local who=$1 said
    shift
    said=$(timeout 60 "$HPA" -q -c data/hpa.conf "${recipe[@]}" "$@" 2>&1 >/dev/null </dev/null)
    echo "$? $* | $(head -n 1 <<<"$said")" >>"$who.log"
}
random_command() {
    local runs=(a b c) run
    run=${runs[RANDOM % 3]}
    case $((RANDOM % 12)) in
    0 | 1) echo "train --name $run --continue --max-steps $((RANDOM % 40 + 5))" ;;
    2) echo "train --resume $run" ;;
    3) echo "pause $run --wait 2" ;;
    4) echo "resume $run --wait 2" ;;
    5) echo "stop $run --wait 2" ;;
    6) echo "stop $run --now --wait 2" ;;
    7) echo "checkpoint $run --wait 2" ;;
    8) echo "lr $run x.9 --wait 2" ;;
    9) echo "runs note $run note-$RANDOM" ;;
    10) echo "tune $run --method exact --save s" ;;
    *) echo "runs tag $run tag-$RANDOM" ;;
    esac
}
writer() { # NAME; trainings go on beside the other commands
    RANDOM=$2
    while [ $SECONDS -lt $end ]; do
        local command
        command=$(random_command)
        # shellcheck disable=SC2086
        case $command in
        train*) one "$1" $command & ;;
        *) one "$1" $command ;;
        esac
    done
    for run in a b c; do
        one "$1" resume $run --wait 2
        one "$1" stop $run --now --wait 5
    done
    wait
}
reader() {
    while [ $SECONDS -lt $end ]; do
        one reader runs list
        one reader runs show last
        one reader screen board --size 80x24
    done
}
writer first 11 &
writers=$!
writer second 23 &
writers="$writers $!"
reader &
# shellcheck disable=SC2086
wait $writers
wait

commands=$(cat ./*.log | wc -l)
[ "$commands" -gt 3 ] && pass "$commands commands" || fail "commands" "only $commands"
bad=$(grep -hvE '^(0|1|66|75|130) ' ./*.log)
same "" "$bad" "every exit code is one of a command that was carried out, refused or told to wait"
same "" "$(grep -hE '^(1|66|75|130) ' ./*.log | grep -E '\| *$')" "whatever was refused says why"
same "" "$(grep -hE '^[0-9]+ (runs|screen|tune) .*(locked|malformed|corrupt)' reader.log)" "readers read"
for run in a b c; do
    [ -e data/hpa-work/runs/$run ] || continue
    hpa -c data/hpa.conf runs list
    out "^$run +(done|stopped|failed|interrupted)" "nobody trains $run any more"
done
if command -v sqlite3 >/dev/null; then
    same ok "$(sqlite3 data/hpa-work/hpa.db 'PRAGMA integrity_check')" "the store is whole"
    same "" "$(sqlite3 data/hpa-work/hpa.db 'PRAGMA foreign_key_check')" "with all its references"
    same 0 "$(sqlite3 data/hpa-work/hpa.db \
        'SELECT count(*) FROM run_control WHERE answered_ms = 0')" "no request is left unanswered"
else
    echo "SKIP the look into the store: sqlite3 is not installed"
fi
finish
