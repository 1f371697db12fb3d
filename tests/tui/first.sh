#!/bin/bash
# The first page in a real terminal: an empty folder, names completed by Tab, what was found, hpa.conf
# written for the user alone, a demo set drawn, the Board with the next step in sight.
. "$(dirname "$0")/lib.sh"

"$HPA" -q synth "$work/cells" --samples 60 --test 2 --size 32 --seed 3 || fail "no demo set"
rm "$work/cells/train/"*_red.png
mkdir "$work/empty" "$work/demo"

cd "$work/empty" || exit 1
tui_start 80x24 "$HPA"
tui_wait "This folder has no data set yet"
tui_wait "train.csv: No such file"
tui_keys C-u
tui_type "../cells/tra"
tui_keys Tab
tui_wait "../cells/train"
tui_type ".csv"
tui_wait "60 samples, 28 of 28 classes occur"
tui_keys Down C-u
tui_type "../cells/train/"
tui_wait "60 of 240 images are absent, the first:"
tui_wait "_red.png"
pass "table and images are looked at while their names are typed"

tui_keys Enter Enter
tui_wait "Write hpa.conf here"
[ ! -e hpa.conf ] || fail "hpa.conf was written before the answer"
tui_keys y
tui_wait "[1 Board]"
tui_wait "t starts a training."
[ "$(stat -c %a hpa.conf)" = 600 ] || fail "hpa.conf has mode $(stat -c %a hpa.conf)"
grep -q '^train_csv = ../cells/train.csv$' hpa.conf || fail "hpa.conf: $(cat hpa.conf)"
tui_keys q
tui_wait_exit 0
tui_stop
tui_start 80x24 "$HPA"
tui_wait "[1 Board]"
tui_wait "60 samples"
tui_stop
pass "hpa.conf is written when asked, and holds from then on"

cd "$work/demo" || exit 1
tui_start 80x24 "$HPA"
tui_wait "Make a demo set"
tui_keys Up Up Enter y
tui_wait "480 samples" 60
tui_wait "t starts a training."
tui_stop
pass "a demo set is drawn"

mkdir "$work/none" && cd "$work/none" || exit 1
tui_start 80x24 "$HPA"
tui_wait "Make a demo set"
tui_keys Escape
tui_wait_exit 0
[ -z "$(ls -A)" ] || fail "looking left files"
tui_stop
pass "nothing stays where nothing was wanted"
