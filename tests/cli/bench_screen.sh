#!/bin/bash
# bench screen: the workbench behind a pseudo-terminal. Figures are never judged here but two: nothing
# is written while nothing is pressed, and keys are answered. A busy machine may need a second try.
. "$(dirname "$0")/lib.sh"

keys() { # INDENT NAME KEY...
    local indent=$1 name=$2 key
    shift 2
    for key; do
        out "^ {$indent}\"$key\": " "$name has $key"
    done
}
figures() { # KEY: its values in the tabs, in a line
    sed -n "s/^      \"$1\": \(.*[^,]\),\{0,1\}\$/\1/p" "$work/out" | paste -sd' '
}

hpa bench screen --data --keys 4
code 66 "bench screen --data without a data set"
hpa bench screen --size 80
code 64 "a size that is none"
err "--size: '80' is not COLUMNSxROWS" "what a size is"
hpa bench screen --keys 0
code 64 "no keys"
hpa --train scan
code 64 "only the workbench and bench screen train beside"

hpa -q synth data --samples 40 --test 2 --size 64 --seed 3
cp data/hpa.conf .
"$HPA" -q train --name one --model resnet18 --size 32 --batch 8 --epochs 1 >/dev/null 2>&1
files() { find . "$TMPDIR" -type f | grep -v /cache/ | sort | cksum; }
mkdir "$work/tmp"
export TMPDIR=$work/tmp
before=$(files)
is_measured() {
    hpa -q bench screen --data --keys 8 --rounds 1 --idle 1 --json
    [ $code != 0 ] || { [ "$(figures idle_bytes_per_second)" = "0 0 0 0 0 0 0 0" ] &&
        [ "$(figures answered | cut -d' ' -f1-5)" = "8 8 8 8 8" ]; }
}
wait_until is_measured || echo "a figure is wrong each time"
code 0 "bench screen"
keys 2 "bench screen" bench columns rows term training first_frame_ms whole_frame_ms opening_peak_rss_mb peak_rss_mb filter tabs pictures
same '"screen" 80 24 false' "$(json bench) $(json columns) $(json rows) $(json training)" "bench screen: what was measured"
keys 6 "a tab" tab what keys answered median_ms p99_ms most_ms bytes_per_key idle_bytes_per_second idle_cpu_percent
keys 6 "pictures" pictures new_ms new_most_ms cached_ms cached_most_ms bytes_per_step
same '"board" "data" "train" "tune" "errors" "runs" "log" "all" "data" "errors"' "$(figures tab)" \
    "bench screen: the tabs, and those with pictures"
same "0 0 0 0 0 0 0 0" "$(figures idle_bytes_per_second)" "bench screen: nothing is written while nothing is pressed"
same "8 8 8 8 8" "$(figures answered | cut -d' ' -f1-5)" "bench screen: keys are answered"
out '^  "first_frame_ms": [1-9]' "bench screen: the first frame takes time"
same "$before" "$(files)" "bench screen leaves nothing behind"

finish
