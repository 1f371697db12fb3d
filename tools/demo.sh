#!/bin/sh
# demo.sh PROGRAM: a drawn data set in ./demo, and a small network trained on it. On a terminal the
# workbench opens with the training at work; without one the same steps run as a log that ends with
# tuned thresholds and a submission file.
set -eu
hpa=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
settings=$(cd "$(dirname "$0")/../assets" && pwd)/demo.conf

if [ ! -f demo/train.csv ]; then
    "$hpa" synth demo --samples 640 --test 60 --size 96 --seed 1
    cat "$settings" >>demo/hpa.conf
fi
if [ -t 0 ] && [ -t 1 ]; then
    exec "$hpa" -c demo/hpa.conf --train
fi

run=demo-$(date +%Y%m%d-%H%M%S)
echo "== training a small network"
"$hpa" -c demo/hpa.conf train --name "$run"
echo "== choosing a threshold for each class"
"$hpa" -c demo/hpa.conf tune "$run" --save tuned
echo "== predicting the test images"
"$hpa" -c demo/hpa.conf predict "$run" --thresholds tuned --out demo/submission.csv --force
echo "== the demo is done: thresholds are kept as the set 'tuned' of $run,"
echo "   the submission is demo/submission.csv, $(($(wc -l <demo/submission.csv) - 1)) samples."
echo "   On a terminal, 'build/hpa -c demo/hpa.conf' opens the workbench on it."
