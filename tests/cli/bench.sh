#!/bin/bash
# bench: the fields of every kind's JSON, its table, its exit codes. Figures are never judged here.
. "$(dirname "$0")/lib.sh"
unset HPA_TRAIN_WIDTH

machine() { # KIND
    for key in cpu cores threads tier fma_peak_gflops memory_gb_per_second memory_mb cache_mb load; do
        out "^    \"$key\": " "bench $1: machine has $key"
    done
}
keys() { # KIND KEY...
    local kind=$1 key
    shift
    for key; do
        out "^  \"$key\": " "bench $kind has $key"
    done
}
positive() { # KIND KEY...: numbers above zero
    local kind=$1 key
    shift
    for key; do
        out "^  \"$key\": ([1-9]|0\.0*[1-9])" "bench $kind: $key is above zero"
    done
}
tiny="--model resnet18 --size 32 --batch 4 --rounds 1"

hpa bench gemm --rounds 1 --json
code 0 "bench gemm"
machine gemm
keys gemm bench fma_peak_gflops threads products
same 5 "$(grep -c '^      "gflops": ' "$work/out")" "bench gemm: five products"
hpa bench gemm --rounds 1
out '^512 +64 +576 ' "bench gemm: table"
out 'FMA peak [0-9.]+ GFLOP/s, memory [0-9.]+ GB/s \([0-9]+ MB, cache [0-9]+ MB\), load ' "bench gemm: the machine"

# shellcheck disable=SC2086
hpa bench conv $tiny --json
code 0 "bench conv"
machine conv
keys conv bench model size batch threads rounds seconds fma_peak_gflops layers
same '"resnet18"' "$(json model)" "bench conv: model"
# 11 shapes; conv1 needs no data gradient
same "11 10 11" "$(for pass in forward 'data gradient' 'weight gradient'; do
    grep -c "\"pass\": \"$pass\"" "$work/out"
done | paste -sd' ')" "bench conv: passes"
same 20 "$(awk '/"count"/ { count = $2 + 0 } /"pass": "forward"/ { sum += count } END { print sum }' "$work/out")" \
    "bench conv: ResNet-18 has 20"
for key in algorithm seconds best_seconds effective_gflops real_gflops fma_peak_gflops peak_percent kernel stride channels out_channels; do
    out "^      \"$key\": " "bench conv: a layer has $key"
done
algorithms() {
    sed -n 's/^      "algorithm": "\(.*\)",/\1/p' "$work/out" | sort -u | paste -sd' '
}
same "gemm winograd winograd-stem" "$(algorithms)" "bench conv: algorithms by shape"
# shellcheck disable=SC2086
hpa bench conv $tiny -s train.convolution=gemm --json
same "gemm" "$(algorithms)" "bench conv: the general way"
# shellcheck disable=SC2086
hpa bench conv $tiny
out '^conv1 +7x7/2 4->64, 16 px +1 +forward' "bench conv: table"

# A step lasts as long as its slowest thread: the team has the priority of the thread it helps.
team() { cat "/proc/$1"/task/*/comm 2>/dev/null | grep -c '^hpa-worker$'; }
hold train-1
# shellcheck disable=SC2086
"$HPA" -q bench train ${tiny/rounds 1/rounds 2} --threads 3 >/dev/null 2>&1 &
pid=$!
held train-1
same 2 "$(team $pid)" "bench train: a team of three threads"
own=$(cut -d' ' -f19 "/proc/$pid/stat")
same "$own $own" "$(sed -n 's/^[0-9]* (hpa-worker) //p' "/proc/$pid"/task/*/stat | cut -d' ' -f17 | paste -sd' ')" \
    "bench train: the priorities of a team"
kill $pid
wait $pid
same 130 $? "bench train: ended by a signal"
release train-1

# shellcheck disable=SC2086
hpa bench train $tiny --threads 1 --json
code 0 "bench train"
machine train
keys train bench model size batch threads rounds images_per_second best_images_per_second cpu_seconds_per_image \
    effective_gflops fma_peak_gflops planned_mb peak_rss_mb data_wait_percent
positive train images_per_second cpu_seconds_per_image effective_gflops fma_peak_gflops planned_mb peak_rss_mb
same 1 "$(json threads)" "bench train: threads"
same null "$(json data_wait_percent)" "bench train: no data, no wait"
# shellcheck disable=SC2086
hpa bench infer $tiny --no-memory
code 0 "bench infer"
out 'FMA peak [0-9.]+ GFLOP/s, load ' "bench infer: no memory bandwidth"
out '^infer +resnet18 +32 +4 ' "bench infer: table"
# Every x86-64 and aarch64 runs these two.
for tier in scalar vector; do
    # shellcheck disable=SC2086
    hpa bench infer $tiny --no-memory --json --cpu-tier=$tier
    code 0 "bench infer with $tier kernels"
    out "^    \"tier\": \"$tier\"" "bench names the $tier kernels"
done
keys infer bench model size batch threads images_per_second effective_gflops fma_peak_gflops peak_rss_mb data_wait_percent
hpa --cpu-tier sse9 bench gemm
code 64 "an unknown tier"
err "--cpu-tier: .*'sse9' .*auto" "which tiers there are"
test ! -e hpa-work && pass "benches leave no folder behind" || fail "benches leave no folder behind" "hpa-work is there"

hpa bench loader --rounds 1
code 66 "bench loader without a data set"
hpa bench train --data --rounds 1
code 66 "bench train --data without a data set"
hpa -q synth data --samples 12 --test 2 --size 32 --seed 2
cp data/hpa.conf .
hpa bench loader --size 32 --batch 4 --rounds 1 --json
code 0 "bench loader"
machine loader
keys loader bench size batch samples channels threads rounds cache_samples_per_second images_samples_per_second \
    images_mb_per_second
positive loader cache_samples_per_second images_samples_per_second
same 12 "$(json samples)" "bench loader: samples"
# shellcheck disable=SC2086
hpa bench train $tiny --data --json
code 0 "bench train --data"
out '^  "data_wait_percent": [0-9]' "bench train --data: the wait is measured"
hpa bench infer --model resnet18 --size 32 --batch 13 --rounds 1 --data
code 78 "a batch larger than the data set"

hpa bench
code 64 "bench of nothing"
hpa bench fast
code 64 "bench of an unknown kind"
err 'gemm, conv, train, infer, loader' "which kinds there are"
hpa bench train --rounds 0
code 64 "no rounds"
hpa bench train --model vgg16
code 64 "an unknown model"

finish
