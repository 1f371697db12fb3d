#!/bin/bash
# A training holds the memory that it planned, looked at from outside: its peak as the system counts
# it, with the program itself and the cache of the images, however many there are of them.
. "$(dirname "$0")/lib.sh"
unset HPA_TRAIN_WIDTH

hpa -q synth data --samples 400 --test 2 --size 256 --seed 2
cp data/hpa.conf .
hpa -q stats --size 256 --part all # packs 100 MiB of pixels, of which the training will read 90

hold end
"$HPA" train --json --model resnet18 --size 256 --batch 2 --max-steps 6 --epochs 1 -s split.folds=10 >"$work/out" 2>"$work/err" &
child=$!
held end
peak=$(awk '/^VmHWM/ { print $2 }' /proc/$child/status)
release end
wait $child
code=$?
code 0 "train"
planned=$(json planned_mb)
peak_mb=$((peak * 1024 / 1000000))
same yes "$(awk -v p="$planned" -v m=$peak_mb 'BEGIN { print (m > p * .9 && m < p + 60) ? "yes" : "planned " p " MB, peak " m }')" \
    "the peak is the plan and a program's worth"
same yes "$(awk -v p="$(json peak_rss_mb)" -v m=$peak_mb 'BEGIN { print (m <= p + 1 && m > p - 30) ? "yes" : p " and " m }')" \
    "and it is the peak that the run tells"

finish
