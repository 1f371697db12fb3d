#!/bin/bash
# The Errors tab in a real terminal, on a small trained run: samples by loss as hpa errors has them,
# counts and pairs that open their samples, marks that are kept, undone, exported; a table of scores
# alone.
# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"
real=$(cd "${HPA_REAL_DATA:-../shared/data}" 2>/dev/null && pwd)

"$HPA" -q synth "$work/demo" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
cd "$work/demo" || exit 1
"$HPA" -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s run.threads=1 \
    train --name one --epochs 2 -s loss.gamma=1 || fail "no run"
"$HPA" -q tune one --method exact --save exact >/dev/null || fail "no cuts"
"$HPA" --json errors one --thresholds exact --worst 3 >worst || fail "no errors"
worst=$(sed -n 's/^ *"id": "\(.*\)",/\1/p' worst | head -n 1)
loss=$(sed -n 's/^ *"loss": \(.*\),/\1/p' worst | head -n 1 | xargs printf '%.4f' | sed 's/^0//')
line() { # a command line
    tui_keys :
    tui_type "$1"
    tui_keys Enter
}
marks() { "$HPA" errors one marks | grep -c "^synth"; }
marked() { [ "$(marks)" = "$1" ]; }

tui_start 120x36 "$HPA"
tui_wait "Label distribution"
tui_keys 5
tui_wait "[5 Errors]"
tui_wait_match "▸$worst +$loss"
tui_wait_match '[▄▌▖▗▘▝▞▚▙▛▜▟]'
pass "the worst sample comes first, with the loss that hpa errors names, and its picture"

fp() { tui_screen | sed -n '/By class/,$p' | grep -E '▸ *[0-9]+ ' | head -n 1 | grep -oE ' +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +1?\.[0-9]+' | awk '{ print $3 }'; }
tui_keys Tab G l
tui_wait_match '▸ *[0-9]+ .* 1?\.[0-9]+ '
for _ in 1 2 3 4 5 6 7 8 9; do # a class that is wrongly given
    [ "$(fp)" != 0 ] && break
    tui_step k
done
n=$(fp)
tui_keys Enter
tui_wait "wrongly"
tui_wait "1/$n "
pass "a count opens its samples"

tui_keys Escape
tui_wait_gone "wrongly"
tui_type '/labels 1'
tui_keys Enter
tui_wait "labels 1 "
tui_keys Escape
tui_wait_gone "labels 1 "
pass "a condition, and all again"

tui_keys M
tui_wait "What is it with this sample"
tui_keys w
tui_wait "mark and note: wrong-label"
tui_type "looks different"
tui_keys Enter
tui_wait "wrong-label: looks different"
tui_until 20 marked 1 || fail "the mark is not kept"
tui_keys j
line "mark-sample bad"
tui_until 20 marked 2 || fail "the second mark is not kept"
tui_keys u
tui_until 20 marked 1 || fail "undo does not reach the store"
tui_keys C-r
tui_until 20 marked 2 || fail "redo does not reach the store"
line "error-show marked"
tui_wait "1/2 "
line "marks out.csv"
tui_wait "2 marks exported to out.csv"
[ "$(wc -l <out.csv)" = 3 ] && grep -q ',wrong-label,looks different,one,' out.csv || fail "out.csv: $(cat out.csv)"
pass "marks are kept, undone, done again, listed and exported"

line "error-show all"
tui_keys H
tui_wait_match "Grad-CAM .*(computing|nowhere|─)"
tui_wait_gone "computing"
tui_keys Enter
tui_wait "Grad-CAM"
tui_keys H
tui_wait_gone "Grad-CAM"
tui_keys Escape
mv hpa-work/runs/one/best.safetensors kept
tui_keys H j
tui_wait "has no best.safetensors"
tui_wait "not possible"
mv kept hpa-work/runs/one/best.safetensors
tui_keys H H
tui_wait_gone "not possible"
tui_wait_gone "computing"
pass "a map over the picture, alone and among the others; without a checkpoint a word why"

for pane in 1 2 3 4 5; do
    tui_keys Tab j k h l g G PageDown PageUp '[' ']' c C + - = y s f H
done
for size in 80x24 60x16 39x9 160x48; do
    tui_resize $size
    tui_keys Tab j
done
tui_wait "By class"
tui_keys 2
tui_wait "[2 Data]"
tui_keys 5
tui_wait "[5 Errors]"
tui_keys q
tui_wait_exit 0
pass "every pane takes every key, at any size"

"$HPA" errors one unmark "$(sed -n 2p out.csv | cut -d, -f1)"
tui_stop
tui_start 120x36 "$HPA"
tui_wait "Label distribution"
tui_keys 5
tui_wait "[5 Errors]"
line "error-show marked"
tui_wait "1/1 "
tui_wait "bad-image"
tui_keys q
tui_wait_exit 0
pass "marks of before, and what another process took away"

"$HPA" -q eval one --probs probs.csv >/dev/null || fail "no probs"
head -n 1 probs.csv | grep -q . || fail "probs.csv is empty"
mkdir alone && mv probs.csv alone && cp train.csv alone/truth.csv && cd alone || exit 1
tui_stop
tui_start 80x24 "$HPA" --probs probs.csv --truth truth.csv
tui_wait "[4 Tune]"
tui_keys 5
tui_wait "$worst"
tui_keys M
tui_wait "marks are kept with runs"
tui_keys H
tui_wait "Grad-CAM needs a run"
tui_keys q
tui_wait_exit 0
"$HPA" screen errors --size 80x24 --probs probs.csv --truth truth.csv >frame || fail "hpa screen errors failed"
grep -q '\[5 Errors\]' frame && grep -q synth- frame || fail "hpa screen errors shows something else"
pass "a table of scores alone, and hpa screen errors"

tiles=$real/real_tiles
if [ ! -f "$tiles/train.csv" ]; then
    echo "skipped: no real tiles"
    exit 0
fi
mkdir "$work/real" && cd "$work/real" || exit 1
printf '[data]\ntrain_csv = %s\ntrain_dir = %s\n[split]\nfolds = 2\n' "$tiles/train.csv" "$tiles" >hpa.conf
"$HPA" -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s run.threads=1 \
    train --name real --epochs 1 || fail "no run on real tiles"
id=$("$HPA" --json errors real --worst 1 | sed -n 's/^ *"id": "\(.*\)",/\1/p' | head -n 1)
tui_stop
tui_start 120x36 "$HPA"
tui_wait "Label distribution"
tui_keys 5
tui_wait_match "▸$id "
tui_wait_match '[▄▌▖▗▘▝▞▚▙▛▜▟]'
tui_keys q
tui_wait_exit 0
pass "real tiles"
