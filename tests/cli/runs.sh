#!/bin/bash
# Runs as a whole: noted, tagged, compared, removed; and a store that was lost, built again from the
# runs' folders.
. "$(dirname "$0")/lib.sh"

recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s split.folds=3 -s run.threads=1)
here() { hpa -c data/hpa.conf "$@"; }
train() { here -q "${recipe[@]}" train "$@"; }

hpa -q synth data --samples 60 --test 0 --size 32
train --name one --epochs 2 --validate-steps 2
code 0 "a run"
train --name two --epochs 1 --seed 7 --max-steps 3
code 0 "and another"
here lr one .1
code 1 "a run that is done takes no requests"
err "run one is done" "and the message says so"

here runs note one "the first; it's good"
code 0 "a note"
here runs tag one "base wide"
code 0 "tags"
here runs show one
out "^note: the first; it's good" "are shown"
out "^tags: base wide" "both"
here runs note one "$(printf '%300s' x)"
code 64 "a note that is too long is refused"
here runs note nine text
code 66 "as is one of no run"

here runs diff one two
code 0 "two runs compared"
out "^train.seed +1 +7" "a setting that differs"
out "^train.epochs +2 +1" "and another"
if grep -q "^train.batch" "$work/out"; then fail "diff" "train.batch does not differ"; else
    pass "no setting that does not"; fi
out "^macro +[0-9.]+ +[0-9.]+ +-?[0-9.]+" "macro F1 of both"
here --json runs diff one two
same 28 "$(grep -c '"index"' "$work/out")" "F1 of every class"
here runs diff one
code 64 "one run alone cannot be compared"
here runs shred one
code 64 "no such verb"

# one that is stopped
hold step-8 # in the second epoch of five steps each
"$HPA" -q -c data/hpa.conf "${recipe[@]}" train --name three --epochs 3 >"$work/train.out" 2>&1 \
    </dev/null &
trainer=$!
held step-8
is_listed() { "$HPA" -c data/hpa.conf runs list 2>/dev/null | grep -E "^three +running +1/3" >/dev/null; }
wait_until is_listed || fail "three" "is not running in its second epoch"
here runs rm three --yes
code 75 "a live run is not removed"
err "process $trainer on .* trains it; hpa stop --now three ends it" "and told how it would be"
here pause --wait $patience three
here lr --wait $patience three .0007
here resume --wait $patience three
here stop --now --wait $patience three
wait $trainer
release step-8

# the store is lost
here tune one --method global --save first
here tune one --method exact --save second
code 0 "threshold sets"
listed() {
    : >"$1"
    for question in "runs list" "runs show one" "runs show two" "runs show three" "runs diff one two" \
        "thresholds one list" "thresholds one show first" "thresholds one show second"; do
        here --json $question
        cat "$work/out" >>"$1"
    done
    command -v sqlite3 >/dev/null && sqlite3 data/hpa-work/hpa.db >>"$1" \
        "SELECT r.name, c.epoch, c.class, c.support, c.tp, c.fp, c.fn, c.f1, c.ap, c.auc, c.cut
         FROM class_metrics c JOIN runs r ON r.id = c.run_id ORDER BY 1, 2, 3;
         SELECT s.name, s.saved_ms, t.class, t.cut FROM thresholds t
         JOIN threshold_sets s ON s.id = t.set_id ORDER BY 1, 3"
    return 0
}
listed before
here runs rebuild
code 0 "a store that is whole has nothing to rebuild"
out "^3 runs found: 0 listed anew, 3 known, 0 left out" "says the command"
mv data/hpa-work/hpa.db lost.db
here runs list
err "no runs yet .*; hpa runs rebuild takes those back" "a store that is gone is told with the way back"
rm -f data/hpa-work/hpa.db
here runs rebuild
code 0 "without it the runs are found"
out "^3 runs found: 3 listed anew, 0 known, 0 left out" "in their folders"
listed after
if cmp -s before after; then pass "runs list and runs show say what they said before"; else
    fail "rebuild" "$(diff before after | head -n 20)"; fi
here tune one --save again
code 0 "a run of the rebuilt store can be tuned"
for kept in last previous; do # one alone is made good by the other
    head -c 1000 data/hpa-work/runs/two/last.safetensors >cut && mv cut data/hpa-work/runs/two/$kept.safetensors
done
rm data/hpa-work/hpa.db
here runs rebuild
code 1 "a broken checkpoint"
err "run two is left out: .*last.safetensors" "is named"
out "^3 runs found: 2 listed anew, 0 known, 1 left out" "and the others are there"

here runs rm one
code 64 "without a terminal a removal needs --yes"
[ -e data/hpa-work/runs/one/last.safetensors ] && pass "nothing is deleted" || fail "rm" "it is gone"
here runs rm one --yes
code 0 "with it the run goes"
[ -e data/hpa-work/runs/one ] && fail "rm" "the folder stays" || pass "with its folder"
here runs show one
code 66 "and its rows"
train --name one --epochs 1
code 0 "its name is free again"
mv data/hpa-work/runs/one away
here runs note one "what is left"
code 66 "a run whose folder went takes no note"
err "run one is listed, but its folder is gone" "and the message says so"
finish
