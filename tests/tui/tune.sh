#!/bin/bash
# The Tune tab in a real terminal, on a table of scores alone and then on a run: every key of the tab
# once, sets saved, loaded, compared, written to a file and read back.
. "$(dirname "$0")/lib.sh"

cd "$work" || exit 1
printf 'Aleph\nBeth\nGimel\n' >classes.txt
printf '[data]\nclasses = classes.txt\n' >hpa.conf
awk 'BEGIN {
    print "id,x,y,z" >"probs.csv"
    print "Id,Target" >"truth.csv"
    for (i = 0; i < 60; i++) {
        printf "s%d,%.3f,%.3f,%.3f\n", i, (i % 2 ? .3 : .6) + (i * 7 % 10) / 30, (i % 3 ? .2 : .5) + (i * 3 % 10) / 30,
               (i % 5 ? .1 : .4) + (i * 11 % 10) / 30 >"probs.csv"
        target = (i % 2 ? "" : "0") (i % 3 ? "" : " 1") (i % 5 ? "" : " 2")
        sub(/^ /, "", target)
        printf "s%d,%s\n", i, target == "" ? "0" : target >"truth.csv"
    }
}'

tui_ex() { # a command line
    tui_keys :
    tui_type "$1"
    tui_keys Enter
}
cut_of() { tui_value "$1 +[.01][0-9.]+" | grep -oE '[0-9.]+$'; }
cut_is() { [ "$(cut_of "$1")" = "$2" ]; }
cut_is_not() { [ "$(cut_of "$1")" != "$2" ]; }
wait_cut() { tui_until 20 cut_is "$1" "$2" || fail "the cut of $1 is $(cut_of "$1"), not $2"; }

"$HPA" --probs probs.csv 2>err.txt
[ $? = 64 ] && grep -q -- "--truth FILE" err.txt || fail "one file of a table is a usage error"
tui_start 100x30 "$HPA" --probs none.csv --truth truth.csv
tui_wait_exit 66
tui_stop
tui_start 80x24 "$HPA" --probs probs.csv --truth truth.csv
tui_wait "[4 Tune]"
tui_wait "scores probs.csv"
tui_wait "60 samples"
tui_wait_match 'held-out \.[0-9]+.\.[0-9]+' 60
tui_wait_match 'wide|narrow'
pass "a table of scores opens the Tune tab, with estimates"

tui_ex "sort index"
tui_ex "class Beth"
tui_wait "Scores  1 Beth"
tui_keys k
tui_wait "Scores  0 Aleph"
tui_keys G
tui_wait "Scores  2 Gimel"
tui_keys g
tui_wait "Scores  0 Aleph"
tui_ex "cut .4"
wait_cut Aleph .400
tui_wait "cut .400"
tui_keys l
wait_cut Aleph .410
tui_keys h h
wait_cut Aleph .390
tui_keys '>'
wait_cut Aleph .391
tui_keys '<'
wait_cut Aleph .390
tui_keys ']'
tui_until 20 cut_is_not Aleph .390 || fail "] did not move the cut"
tui_keys '['
tui_keys u u u
tui_wait "undo "
tui_keys C-r
tui_keys '*'
tui_wait_match 'Aleph .*[0-9]L.'
tui_keys l
tui_wait "is locked"
tui_keys '*'
tui_keys y
tui_wait " linear "
tui_keys y
tui_wait " log "
tui_keys z
tui_wait_gone "Scores  0 Aleph"
tui_keys Escape
tui_wait "Scores  0 Aleph"
pass "sliders, undo, lock, scale and zoom follow their keys"

tui_keys m
tui_wait "in-sample"
for name in fixed global exact halves proportion softf1 calibrated consensus support best; do
    tui_wait " $name "
done
tui_keys k k k k k k k k k k
tui_keys o
tui_wait "o applies fixed"
wait_cut Aleph .500
tui_keys Enter
tui_wait "moved to fixed"
wait_cut Gimel .500
tui_keys m
tui_wait "F1 by cut"
tui_keys Tab Tab Tab
tui_wait "Precision by recall"
tui_wait_match 'AP [.1]'
tui_keys Escape
pass "methods stand side by side; one is chosen for a class and for all"

tui_keys w
tui_type "half"
tui_keys Enter
tui_wait "set half is kept"
tui_ex "method exact"
tui_keys O
tui_wait "moved to their best"
tui_keys n
tui_wait "Sets"
tui_wait_match '[0-9] better'
tui_keys Escape
tui_ex "set half"
wait_cut Gimel .500
tui_keys e
tui_wait "thresholds.json"
tui_keys Enter
tui_wait "thresholds exported"
grep -q '"Gimel": 0.5' thresholds.json || fail "thresholds.json does not hold the cuts"
tui_ex "cut .9"
tui_ex "import thresholds.json"
tui_wait "cuts moved"
wait_cut Aleph .500
tui_ex "import none.json"
tui_wait "none.json"
pass "sets are kept, compared, loaded, exported and read back"

for size in 160x48 120x36 60x16 20x5 80x24; do
    tui_resize $size
done
tui_wait "F1 by cut"
tui_keys 1
tui_wait "No training stands behind it."
tui_keys t
tui_wait "this is a table of scores"
tui_keys 4
tui_keys q
tui_wait "The cuts are in no file yet"
tui_keys c
tui_wait_exit 0
tui_stop
[ ! -e hpa-work ] || fail "a table of scores made a work folder"
for tab in board tune; do
    "$HPA" -s tune.method=fixed screen $tab --probs probs.csv --truth truth.csv >frame
    grep -q 'Gimel *\.500 [^+]' frame || fail "the tab $tab has other thresholds than the method fixed: $(grep Gimel frame)"
done
pass "a table of scores has the same thresholds on every tab"
"$HPA" --json tune --probs probs.csv --truth truth.csv --method softf1 >tuned.json 2>/dev/null || fail "hpa tune"
want=$(sed -n 's/^ *"held_out_macro_f1": \([.0-9]*\),*$/\1/p' tuned.json | xargs printf '%.4f' | sed 's/^0//')
"$HPA" screen tune --size 160x48 --probs probs.csv --truth truth.csv >frame
grep -qE "softf1 .* \+?$want" frame || fail "hpa tune promises $want: $(grep softf1 frame)"
pass "the screen promises what hpa tune does"
printf 'A\nB\nC\n' >short.txt
"$HPA" -s data.classes=short.txt screen tune --probs probs.csv --truth truth.csv >frame
grep -q '# class ' frame || fail "short names leave no room for the word above them: $(grep '#' frame)"
grep -q 'current' frame || fail "no frame"
pass "short class names"
"$HPA" screen tune --size 160x48 --probs probs.csv --truth truth.csv | grep -q "consensus" || fail "hpa screen tune"
pass "any size, no work folder, and hpa screen prints the tab"

settings="-s train.model=resnet18 -s train.size=64 -s train.epochs=2 -s run.threads=1"
"$HPA" -q synth demo --samples 80 --test 4 --size 64 --seed 3 && cd demo || fail "no demo set"
# shellcheck disable=SC2086
hold step-2
hold step-6 # of four an epoch
tui_start 120x36 "$HPA" $settings --train
held step-2
tui_keys 4
tui_wait "no scores yet"
release step-2
held step-6
tui_wait_match 'mF1 [.0-9]+' 90
tui_ex "class 5"
tui_ex "cut .77"
tui_wait "cut .770"
release step-6
tui_wait "DONE" 90
tui_wait "cut .770"
tui_wait_match 'held-out \.[0-9]+.\.[0-9]+' 60
tui_ex "save mine"
tui_wait "cuts saved as set mine"
tui_keys q
tui_wait_exit 0
tui_stop
# shellcheck disable=SC2086
tui_start 120x36 "$HPA" $settings
tui_keys 4
tui_wait "sort rarity"
tui_ex "class 5"
tui_wait "cut .770"
tui_keys n
tui_wait "1 of this run"
tui_keys Escape
tui_keys O
tui_wait_gone "cut .770"
tui_ex "set mine"
tui_wait "cut .770"
tui_keys u
tui_wait_gone "cut .770"
tui_keys q
tui_wait_exit 0
tui_stop
pass "during a training the tab fills itself and keeps a cut set by hand; sets come back from the store"
