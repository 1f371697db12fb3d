#!/bin/bash
# Cross-validation: a run for every fold, every sample scored once; killed in a fold and given again,
# it does what is left and ends in the same bits.
. "$(dirname "$0")/lib.sh"

recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=2
    -s split.folds=3 -s run.threads=1 -s tune.method=exact)
folds() { # WORK
    hpa -c data/hpa.conf "${recipe[@]}" -s work.dir="$1" --json train --folds all --name cv
}
sums() { # WORK: of all that came of it
    cat "$1"/folds/cv/scores.npy "$1"/folds/cv/truth.csv "$1"/runs/cv-f?/val_scores.npy | cksum
}
trap 'kill -KILL $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT

hpa -q synth data --samples 60 --test 6 --size 32
hpa -c data/hpa.conf train --folds 2
code 64 "all folds, or one by split.fold"
folds whole
code 0 "cross-validation"
cp "$work/out" whole.json
same 3 "$(json folds)" "three folds"
same 60 "$(json samples)" "all samples"
same 60 "$(tail -n +2 whole/folds/cv/truth.csv | cut -d, -f1 | sort -u | wc -l)" "each once"
same "$(tail -n +2 data/train.csv | sort | cksum)" \
    "$(tail -n +2 whole/folds/cv/truth.csv | sort | cksum)" "with the labels of the table"
for fold in 0 1 2; do
    hpa -c data/hpa.conf -s work.dir=whole runs show cv-f$fold
    out "^split.fold +$fold" "run cv-f$fold validates fold $fold"
done

# the pooled figures, counted again by another way: hpa score at the kept cuts, and by the folds' cuts
hpa -c data/hpa.conf --json score --probs whole/folds/cv/scores.npy --truth whole/folds/cv/truth.csv \
    --thresholds whole/folds/cv/thresholds.json
got=$(json macro_f1)
cp whole.json "$work/out"
same "$(json in_sample_macro_f1)" "$got" "the cuts' file gives the in-sample figure"
higher=$(json out_of_sample_macro_f1)
awk -v a="$got" -v b="$higher" 'BEGIN { exit !(b < a && b > 0) }' && pass "the out-of-sample figure is lower" ||
    fail "estimates" "$higher out of sample, $got in sample"
hpa -q -c data/hpa.conf "${recipe[@]}" -s work.dir=whole -s predict.tta=1 predict cv-f0 cv-f1 cv-f2 \
    --thresholds folds --out submission.csv
code 0 "all runs together predict at the kept set"
same 7 "$(wc -l <submission.csv)" "the test samples"

before=$(sums whole)
touch mark
folds whole
code 0 "given again when all is done"
same "" "$(find whole/runs -name '*.safetensors' -newer mark)" "nothing is trained again"
same "$before" "$(sums whole)" "and the same comes of it"

# killed in fold 1, again in fold 2; stopped by SIGTERM in between
kill_in() { # FOLD SIGNAL
    "$HPA" -q -c data/hpa.conf "${recipe[@]}" -s work.dir=parts -s run.checkpoint_minutes=0.01 \
        train --folds all --name cv >"$work/out" 2>"$work/err" </dev/null &
    local victim=$!
    for ((i = 0; i < 600; i++)); do
        [ -e "parts/runs/cv-f$1" ] && break
        sleep 0.05
    done
    sleep 0.3
    kill -"$2" $victim
    wait $victim 2>/dev/null
}
kill_in 1 KILL
kill_in 1 TERM
[ -e parts/runs/cv-f2 ] && fail "kill" "it came to the last fold" || pass "cut off in fold 1"
kill_in 2 KILL
folds parts
code 0 "it goes on to its end"
same "$before" "$(sums parts)" "with the same scores of every sample"
finish
