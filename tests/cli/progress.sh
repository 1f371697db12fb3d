#!/bin/bash
# Progress: a bar on a terminal, nothing on a pipe for what is short, nothing with -q.
. "$(dirname "$0")/lib.sh"

hpa synth a --samples 30 --test 2 --size 32 --seed 3
code 0 "synth"
quiet "progress is no data"
err '30 training and 2 test samples of 32 x 32' "synth says what it made"
grep -q "$(printf '\033')" "$work/err" && fail "no escapes in a pipe" "there are" || pass "no escapes in a pipe"
hpa -q synth b --samples 30 --test 2 --size 32 --seed 3
same "" "$(cat "$work/out" "$work/err")" "-q is silent"
bytes_of() { (cd "$1" && find . -name '*.png' -o -name '*.csv' | sort | xargs cat | cksum); }
same "$(bytes_of a)" "$(bytes_of b)" "the same seed, the same bytes"
hpa synth a
code 73 "synth into a folder that holds a data set"
# 24 of 30 samples train: an epoch of batches of 16 shows one batch, and the rest waits for the next.
hpa -c a/hpa.conf train --name odd --epochs 1 --model resnet18 --size 32 --batch 16
code 0 "a batch that does not divide the samples"
err '24 samples to train, 6 to validate' "a batch that does not divide them: the samples"
err 'sampler balanced, 16 samples an epoch \(of 24, the whole batches of 16\)' "how many of them an epoch shows"
hpa synth c --samples 5 --test 0 --size 32 --json
code 0 "synth as JSON"
same 5 "$(json samples)" "synth as JSON: samples"

if command -v script >/dev/null; then
    TERM=xterm script -qec "$HPA synth d --samples 200 --test 2 --size 64" /dev/null >"$work/out" 2>&1 </dev/null
    out 'synth  \[=*>? *\] +[0-9]+%  [0-9]+/[0-9]+' "a bar on a terminal"
    TERM=dumb script -qec "$HPA synth e --samples 20 --test 2 --size 32" /dev/null >"$work/out" 2>&1 </dev/null
    grep -q "$(printf '\033')" "$work/out" && fail "no escapes on a dumb terminal" "there are" || pass "no escapes on a dumb terminal"
fi

hold synth-8 # two rounds of four by one thread
"$HPA" --threads 1 synth f --samples 12 --test 0 --size 32 >"$work/out" 2>"$work/err" &
child=$!
held synth-8
kill -INT $child
wait $child
code=$?
code 130 "SIGINT ends it"
[ -e f/train.csv ] && fail "SIGINT" "there is a table" || pass "before it is complete"

finish
