#!/bin/sh
# bench.sh PROGRAM: the speed of this machine, part by part; tests/bench/LOG.md keeps dated figures.
# SIZE, BATCH and STEPS (timed repetitions) may be set; JSON=1 prints objects instead of tables. The
# loader is timed on a small drawn data set.
set -eu
hpa=$1
case $hpa in
/*) ;;
*) hpa=$PWD/$hpa ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
bench() {
    [ "${JSON:-}" = 1 ] || echo "## $1"
    "$hpa" -q bench "$@" --rounds "${STEPS:-10}" ${JSON:+--json}
    [ "${JSON:-}" = 1 ] || echo
}
sizes="--size ${SIZE:-256} --batch ${BATCH:-16}"
bench gemm
# shellcheck disable=SC2086
{
    bench conv $sizes
    bench train $sizes
    bench infer $sizes
    "$hpa" -q synth data --samples 64 --test 2 --size 512
    bench loader -c data/hpa.conf $sizes
}
for cells in 80x24 160x48; do
    bench screen --size $cells
done
