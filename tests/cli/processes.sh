#!/bin/bash
# Two processes give random commands on one work folder, a third reads, a fourth watches who trains: the
# store stays whole, a run never has two trainers, every command ends with a code that is documented for
# it, and whatever is refused says why. SOAK=seconds goes on for so long; SEED=number makes it another
# sequence of commands.
. "$(dirname "$0")/lib.sh"

seconds=${SOAK:-0}
[ "$seconds" -gt 0 ] || seconds=20
seed=${SEED:-11}

hpa -q synth data --samples 60 --test 0 --size 32
printf '\n[train]\nmodel = resnet18\nsize = 32\nbatch = 8\nepochs = 30
[split]\nfolds = 3\n[run]\nthreads = 1\n' >>data/hpa.conf
code 0 "a data set is drawn"
hpa -q -c data/hpa.conf -s train.epochs=1 train --name a
code 0 "a first run"
hpa -q -c data/hpa.conf tune a --method exact --save s --out cuts.json
hpa -q -c data/hpa.conf eval a --split all --probs scores.csv
code 0 "and scores"

# one NAME COMMAND...: run it and note what came of it, one line: exit code, command, first message
one() {
    local who=$1 said limit=$patience
    shift
    case "$1 ${2-}" in
    train* | "queue run") limit=$((seconds + 300)) ;; # it may be paused, and wait for the others
    esac
    said=$(timeout --kill-after=20 $limit "$HPA" -q -c data/hpa.conf "$@" 2>&1 >/dev/null </dev/null)
    echo "$? $* | $(head -n 1 <<<"$said")" >>"$who.log"
}
random_command() {
    local runs=(a b c q1 q2) run
    run=${runs[RANDOM % 5]}
    case $((RANDOM % 18)) in
    0 | 1) echo "train --name $run --continue --max-steps $((RANDOM % 40 + 5))" ;;
    2) echo "train --resume $run" ;;
    3) echo "pause $run --wait 2" ;;
    4) echo "resume $run --wait 2" ;;
    5) echo "stop $run --wait 2" ;;
    6) echo "stop $run --now --wait 2" ;;
    7) echo "checkpoint $run --wait 2" ;;
    8) echo "lr $run x.9 --wait 2" ;;
    9) echo "runs note $run note-$RANDOM" ;;
    10) echo "tune $run --method exact --save s --force" ;;
    11) echo "runs tag $run tag-$RANDOM" ;;
    12) echo "thresholds $run import cuts.json --save t$((RANDOM % 3)) --force" ;;
    13) echo "thresholds $run show s" ;;
    14) echo "runs rm $run --yes" ;;
    15) echo "train --queue --name q$((RANDOM % 2 + 1)) --epochs 2" ;;
    16) echo "queue rm $run" ;;
    *) echo "queue run" ;;
    esac
}
writer() { # NAME SEED; trainings go on beside the other commands
    RANDOM=$2
    while [ $SECONDS -lt $end ]; do
        local command
        command=$(random_command)
        RANDOM=$((RANDOM)) # the command was drawn by a child
        # shellcheck disable=SC2086
        case $command in
        train* | "queue run") one "$1" $command & ;;
        *) one "$1" $command ;;
        esac
    done
    wait
}
reader() {
    while [ $SECONDS -lt $end ]; do
        one reader runs list
        one reader runs show last
        one reader queue list
        one reader thresholds last list
        one reader score --probs scores.csv --truth data/train.csv
        one reader screen board --size 80x24
    done
}
# Who has a run's lock and a loader's threads trains it. More than one such process is noted.
trainers() {
    local fd link task comm
    find /proc/[0-9]*/fd -lname "$work/here/data/hpa-work/runs/*/lock" -printf '%p %l\n' |
        while read -r fd link; do
            for task in "${fd%/fd/*}"/task/*/comm; do
                read -r comm <"$task" || continue
                [ "$comm" = hpa-loader ] && echo "$link" && break
            done
        done
} 2>/dev/null
watch() {
    local seen
    while [ -e watching ]; do
        seen=$(trainers)
        sort <<<"$seen" | uniq -d >>twice.log
        [ -n "$seen" ] && echo "$seen" >>trained.log
        sleep .2
    done
}
touch watching twice.log trained.log reader.log
watch &
watcher=$!
hold step-2 # one that the watch sees for sure
one zeroth train --name held --max-steps 3 &
held=$!
held step-2
wait_until test -s trained.log && pass "the watch sees who trains" || fail "the watch" "saw nobody train"
release step-2
wait $held
end=$((SECONDS + seconds))
writer first "$seed" &
writers=$!
writer second $((seed + 12)) &
writers="$writers $!"
reader &
reader=$!
# When the time is over, what still trains or waits is told to end, until all commands have ended.
wait $reader
at_work() { "$HPA" -q -c data/hpa.conf runs list | awk '$2 ~ /^(running|paused|waiting)$/ { print $1 }'; }
end_all() {
    local run
    for run in $(at_work); do
        one last queue rm "$run"
        one last resume "$run" --wait 2
        one last stop "$run" --now --wait 5
    done
}
# shellcheck disable=SC2086
while kill -0 $writers 2>/dev/null; do
    end_all
    sleep .5
done
# shellcheck disable=SC2086
wait $writers
end_all # a run may have begun to wait just before
same "" "$(at_work)" "everything can be stopped"
rm watching
wait $watcher

commands=$(cat ./*.log | grep -c ' | ')
[ "$commands" -gt 3 ] && pass "$commands commands with seed $seed" || fail "commands" "only $commands"
echo "$(wc -l <trained.log) times somebody was seen training"
same "" "$(sort -u twice.log)" "never two trained one run"
logs() { cat zeroth.log first.log second.log reader.log last.log 2>/dev/null; }
same "" "$(logs | grep -vE '^(0|1|64|65|66|73|74|75|78|130) ')" "every exit code is a documented one, none a crash or a hang"
same "" "$(logs | grep -E '^(64|73|74|78) |^1 (train|runs|queue|tune|thresholds|screen|score)')" "none of wrong usage, of a disk, or of a failure but to reach a trainer"
same "" "$(logs | grep -vE '^0 ' | grep -E '\| *$')" "whatever was refused says why"
same "" "$(logs | grep -E 'malformed|corrupt|not a database|disk image')" "no reader saw a damaged store"
same "" "$(grep -vE '^(0|66|75) ' reader.log)" "readers read"
if command -v sqlite3 >/dev/null; then
    same ok "$(sqlite3 data/hpa-work/hpa.db 'PRAGMA integrity_check')" "the store is whole"
    same "" "$(sqlite3 data/hpa-work/hpa.db 'PRAGMA foreign_key_check')" "with all its references"
    same 0 "$(sqlite3 data/hpa-work/hpa.db \
        'SELECT count(*) FROM run_control WHERE answered_ms = 0')" "no request is left unanswered"
else
    echo "SKIP the look into the store: sqlite3 is not installed"
fi
hpa -c data/hpa.conf -s train.epochs=1 train --name afterwards
code 0 "and the folder works as before"
finish
