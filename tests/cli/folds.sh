#!/bin/bash
# Cross-validation: a run for every fold, every sample scored once; its figures counted again by
# scikit-learn; killed in every fold and given again, it does what is left and ends in the same bits.
# SOAK=1 kills at many more moments.
checks=$(cd "$(dirname "$0")/../reference" && pwd)
. "$(dirname "$0")/lib.sh"

recipe=(-s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=2
    -s split.folds=3 -s run.threads=1 -s tune.method=exact)
folds() { # WORK
    hpa -c data/hpa.conf "${recipe[@]}" -s work.dir="$1" --json train --folds all --name cv
}
sums() { # WORK: of all that came of it
    local fold
    cat "$1"/folds/cv/* "$1"/runs/cv-f?/*scores.npy | cksum
    for fold in 0 1 2; do
        for which in last best; do
            "$HPA" -q -c data/hpa.conf -s work.dir="$1" export cv-f$fold --checkpoint $which \
                --safetensors weights.st --force && cksum <weights.st
        done
    done
}
figures() { grep -E '"(folds|samples|.*macro_f1)"|^ *[.0-9]+,?$' "$1"; }

hpa -q synth data --samples 60 --test 6 --size 32
hpa -c data/hpa.conf train --folds 2
code 64 "all folds, or one by split.fold"
hpa -c data/hpa.conf "${recipe[@]}" -s work.dir=none -s split.val=.2 train --folds all
code 78 "a fraction instead of folds"
err "^hpa train: split.val: .2; a run for every fold needs equal folds" "is refused"
[ -e none/runs ] && fail "before a fold is trained" "there is a run" || pass "before a fold is trained"
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

# One estimate has no deviation, and a set made on the scores of several runs is of no epoch.
hpa -c data/hpa.conf -s work.dir=whole thresholds cv-f0
out '^folds +exact +- +0?\.[0-9]+ +0?\.[0-9]+ +- +' "the kept set: no epoch, no deviation"
hpa -c data/hpa.conf -s work.dir=whole thresholds cv-f0 --json
out '"held_out_std": null' "as JSON, too"

# the pooled figures, counted again by another way: hpa score at the kept cuts, and by the folds' cuts
hpa -c data/hpa.conf --json score --probs whole/folds/cv/scores.npy --truth whole/folds/cv/truth.csv \
    --thresholds whole/folds/cv/thresholds.json
got=$(json macro_f1)
cp whole.json "$work/out"
same "$(json in_sample_macro_f1)" "$got" "the cuts' file gives the in-sample figure"
higher=$(json out_of_sample_macro_f1)
awk -v a="$got" -v b="$higher" 'BEGIN { exit !(b < a && b > 0) }' && pass "the out-of-sample figure is lower" ||
    fail "estimates" "$higher out of sample, $got in sample"
recount=
for python in python3 /usr/bin/python3; do
    "$python" -c 'import numpy, sklearn.metrics' 2>/dev/null && recount=$python && break
done
if [ -n "$recount" ]; then
    "$recount" "$checks/folds_check.py" whole cv data/train.csv whole.json >"$work/out" 2>"$work/err" </dev/null
    code=$?
    code 0 "all figures are those that scikit-learn counts from the runs' scores"
    out '^out_of_sample_macro_f1: ' "also the one out of sample"
else
    echo "SKIP the recount: numpy or scikit-learn is not installed"
fi
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

# Killed or ended in every fold and between two; each leg goes on where the one before was cut off.
begin() {
    "$HPA" -q -c data/hpa.conf "${recipe[@]}" -s work.dir=parts -s run.checkpoint_minutes=0.01 \
        train --folds all --name cv >"$work/out" 2>"$work/err" </dev/null &
    victim=$!
}
for cut in "cv-f0 step-3 KILL" "cv-f0 step-7 TERM" "cv-f0 end KILL" "cv-f1 step-3 KILL" \
    "cv-f1 validate-2 TERM" "cv-f2 saved-5 KILL" "cv-f2 end KILL"; do
    read -r run step signal <<<"$cut"
    hold "$step"
    begin
    held "$step"
    same "$run" "$(cd parts/runs && echo cv-f? | sed 's/.* //')" "$step is reached in $run"
    kill "-$signal" $victim
    wait $victim 2>/dev/null
    release "$step"
done
# Also wherever it then is; a fast one may be done before.
kills=2
[ "${SOAK:-0}" = 0 ] || kills=36
for ((i = 0; i < kills; i++)); do
    begin
    sleep "$((RANDOM % 3)).$((RANDOM % 900 + 100))"
    if [ $((i % 5)) = 4 ]; then signal=TERM; else signal=KILL; fi
    kill "-$signal" $victim 2>/dev/null
    wait $victim 2>/dev/null
    # all of it is done: from the beginning again
    [ -e parts/folds/cv/thresholds.json ] && [ $((i + 1)) -lt $kills ] && {
        same "$before" "$(sums parts)" "cut off, and the same in the end"
        rm -rf parts
    }
done
folds parts
code 0 "it goes on to its end"
same "$before" "$(sums parts)" "with the same scores, weights and cuts"
same "$(figures whole.json)" "$(figures "$work/out")" "and the same figures"
finish
