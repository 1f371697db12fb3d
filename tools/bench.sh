#!/bin/sh
# bench.sh PROGRAM: the speed of this machine, part by part. One line of JSON each; tests/bench/log.md
# keeps dated figures.
set -eu
hpa=$1
echo "# $(date -u +%F) $(uname -m) $(nproc) cores: $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)"
for part in gemm train infer; do
    "$hpa" bench "$part" --json
done
