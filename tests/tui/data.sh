#!/bin/bash
# The Data tab in a real terminal: pictures of a drawn data set, samples by condition, every key of
# the tab; the table alone, without images.
# shellcheck source=tests/tui/lib.sh
. "$(dirname "$0")/lib.sh"

data=$work/data
"$HPA" -q synth "$data" --samples 40 --test 4 --size 96 --seed 1 >/dev/null || fail "synth failed"
cd "$data" || exit 1

tui_start 120x36 "$HPA" -s train.size=64
tui_wait "Label distribution"
tui_keys 2
tui_wait "[2 Data]"
tui_wait "40 of 40"
tui_wait "40 images"
pass "the tab opens with its samples and their brightness"

# Half blocks and their kin come from pictures alone.
tui_wait_match '[▄▌▖▗▘▝▞▚▙▛▜▟]'
pass "a picture is drawn"

tui_type '/labels 1'
tui_wait "labels 1"
tui_wait_gone "40 of 40"
tui_keys Enter
one=$(tui_value '[0-9]+ of 40')
want=$(awk -F, 'NR > 1 { n += split($2, a, " ") == 1 } END { print n }' train.csv)
[ "${one% of 40}" = "$want" ] || fail "labels 1: $one, expected $want"
tui_keys Escape
tui_wait "40 of 40"
pass "a condition shows what meets it, Escape shows all"

tui_type '/labels 1 and'
tui_wait "a condition is missing"
tui_keys Escape
tui_wait "40 of 40"
pass "what is wrong with a condition is said"

tui_keys g Enter
tui_wait_match 'of 40 +[0-9]+ '
tui_keys Enter
tui_wait "fold "
tui_wait "gain    1"
tui_keys + +
tui_wait "1.56"
tui_keys c
tui_wait_match 'stains +red'
tui_keys C
tui_wait_match 'stains +all'
tui_type ':stain gb'
tui_keys Enter
tui_wait_match 'stains +gb'
tui_keys '>' '>' l k
tui_wait "zoom 4"
tui_keys =
tui_wait_gone "zoom 4"
tui_keys Escape Escape
tui_wait "40 of 40"
pass "a class, its samples, one alone, its stains, brighter and magnified, and back"

tui_keys ']' m ']' v
tui_wait_match 'synth-[0-9]+ +▸synth-'
tui_keys v
tui_keys z
tui_wait_gone "Label distribution"
tui_keys j l k h
tui_keys z
tui_wait "Label distribution"
tui_keys v
pass "a pair and a grid"

for pane in 1 2 3 4 5 6 7 8; do
    tui_keys Tab j k h l g G PageDown PageUp
done
tui_wait "Co-occurrence"
tui_wait "Labels per sample"
pass "every pane takes the keys of moving"

for size in 80x24 60x16 39x9 160x48 120x36; do
    tui_resize $size
    tui_keys j
done
tui_wait "Co-occurrence"
tui_keys q
tui_wait_exit 0
pass "resized and left"

id=$(sed -n 5p train.csv | cut -d, -f1)
mv "train/${id}_blue.png" "train/${id}_green.png" .
tui_stop
tui_start 120x36 "$HPA" -s train.size=64
tui_wait "Label distribution"
tui_keys 2
tui_wait "40 of 40"
tui_type '/finding:any'
tui_wait "0 of 40"
tui_keys Escape BTab
tui_wait "no scan yet: press X to scan"
tui_keys X
tui_wait "40 samples were scanned: errors 2"
tui_wait "2 errors"
tui_wait_match 'E missing +(green|blue) +'"${id:0:8}"
pass "a scan from the screen, and what it found"

tui_keys Enter
tui_wait_match "▸$id"
tui_type '/finding:missing'
tui_keys Enter
tui_wait "1 of 40"
tui_keys Escape
tui_wait "40 of 40"
tui_type '/predicted:any'
tui_wait "no scores to predict with"
tui_keys Escape
tui_type '/fold:x'
tui_wait "at 6: fold: a number"
tui_keys Escape BTab BTab /
tui_type 'green'
tui_wait "/green"
tui_wait "1/1 by severity"
tui_keys Enter s
tui_wait "1/1 by kind"
tui_keys q
tui_wait_exit 0
pass "findings are filtered and put in order, samples by what was found"

tui_stop
tui_start 160x54 "$HPA" -s train.size=64
tui_wait "Label distribution"
tui_keys 2
tui_wait "2 errors"
tui_keys q
tui_wait_exit 0
pass "they are there again, beside the rest on a large terminal"

mv train away
tui_stop
tui_start 160x48 "$HPA" -s train.size=64
tui_wait "Label distribution"
tui_keys 2
tui_wait "no picture of this sample"
tui_wait "no images to measure"
tui_wait_match 'iterative +[.0-9]+'
pass "the table alone is enough"
tui_keys q
tui_wait_exit 0

"$HPA" screen data --size 80x24 >frame || fail "screen data failed"
grep -q '\[2 Data\]' frame && grep -q 'of 40' frame || fail "hpa screen data shows something else"
pass "hpa screen data"
tui_stop

for i in $(seq 28); do echo "漢字 é$i"; done >classes.txt
tui_start 80x24 env LC_ALL=C "$HPA" -s data.classes=classes.txt
tui_wait_match '[0-9] \?\?\?\? \?[0-9]+ +[0-9]+ '
tui_keys q
tui_wait_exit 0
pass "what the locale has no characters for leaves nothing else in its place"
