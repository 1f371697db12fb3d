#!/bin/bash
# eda, score, tune on small tables whose figures are worked out by hand.
. "$(dirname "$0")/lib.sh"

printf 'Aleph\nBeth\nGimel\n' >classes.txt
printf '[data]\nclasses = classes.txt\n' >hpa.conf
# Labels: a {0} b {0 1} c {1} d {0 1} e {2}
printf 'Id,Target\na,0\nb,1 0\nc,1\nd,0 1\ne,2\n' >train.csv

hpa eda --json
code 0 "eda"
same 5 "$(json samples)" "eda: samples"
same 7 "$(json labels)" "eda: labels"
same 4 "$(json label_sets)" "eda: label sets"
same 3 "$(json label_sets_single)" "eda: label sets seen once"
same 1 "$(json pairs)" "eda: pairs"
same '"1": 3, "2": 2' "$(sed -n '/labels_per_sample/,/}/p' "$work/out" | grep -o '"[0-9]*": [0-9]*' | paste -sd, | sed 's/,/, /')" "eda: labels per sample"
same "3 3 1" "$(sed -n 's/^ *"count": //p' "$work/out" | paste -sd' ')" "eda: counts"
hpa eda
out '^5 samples, 7 labels, 4 label sets \(3 seen once\), 1 pairs' "eda as text"
out 'Aleph +3 +60\.00' "eda as text: a class"
test ! -e hpa-work && pass "eda leaves no folder behind" || fail "eda leaves no folder behind" "hpa-work is there"
hpa eda -s data.train_csv=none.csv
code 66 "eda without a table"
printf 'Id,Target\na,0\nb,9\n' >bad.csv
hpa eda -s data.train_csv=bad.csv
code 65 "a label out of range"
err 'bad\.csv: line 3' "a label out of range: where"
quiet "no half a result"

# Class 0: a .9 b .4 c .6 d .8 e .1: at .5 tp 2 (a d), fp 1 (c), fn 1 (b): F1 2/3, AP 1/3+1/3+3/12
# Class 1: b c d above: F1 1. Class 2: e .3 is missed: F1 0, but the order is right: AP 1
printf 'id,x,y,z\na,.9,.1,.1\nb,.4,.9,.1\nc,.6,.8,.2\nd,.8,.7,.1\ne,.1,.2,.3\n' >probs.csv
hpa score --probs probs.csv --truth train.csv --json
code 0 "score"
same 0.555555556 "$(json macro_f1)" "score: macro F1 is the mean over classes"
same 0.769230769 "$(json micro_f1)" "score: micro F1 is 10/13"
same 5 "$(json samples)" "score: samples"
same "2 3 0" "$(sed -n 's/^ *"tp": \([0-9]*\),/\1/p' "$work/out" | paste -sd' ')" "score: true positives"
same "1 0 0" "$(sed -n 's/^ *"fp": \([0-9]*\),/\1/p' "$work/out" | paste -sd' ')" "score: false positives"
same "0.916666667 1 1" "$(sed -n 's/^ *"ap": \([0-9.]*\),/\1/p' "$work/out" | paste -sd' ')" "score: average precision"
for key in index name support precision recall f1 auc threshold; do
    out "^ *\"$key\": " "score: classes have $key"
done
hpa score --probs probs.csv --truth train.csv
out 'Gimel +1 +0 +0 +1' "score as text"
hpa score --probs none.csv --truth train.csv
code 66 "score without a file"
printf 'id,x,y,z\na,.9,nan,.1\n' >bad.csv
hpa score --probs bad.csv --truth train.csv
code 65 "NaN among the probabilities"

hpa tune --probs probs.csv --truth train.csv --method exact --out cuts.json --json
code 0 "tune"
same '"exact"' "$(json method)" "tune: method"
same 0.952380952 "$(json in_sample_macro_f1)" "tune: (6/7 + 1 + 1) / 3 can be had"
out '"held_out_macro_f1"' "tune: held-out estimate"
out '"held_out_std"' "tune: its spread"
same 3 "$(sed -n '/"thresholds"/,/]/p' "$work/out" | grep -cE '^ *[0-9.]+,?$')" "tune: a cut for each class"
hpa score --probs probs.csv --truth train.csv --thresholds cuts.json --json
same 0.952380952 "$(json macro_f1)" "score with tuned cuts"
hpa tune --probs probs.csv --truth train.csv --method all --json
same "fixed global exact halves proportion softf1 calibrated consensus support best" "$(sed -n 's/^ *"method": "\(.*\)",/\1/p' "$work/out" | paste -sd' ')" "tune: all methods"
same 1 "$(grep -c '^ *"taken": "[a-z0-9]*",$' "$work/out")" "tune: what best took"
hpa tune --probs probs.csv --truth train.csv
out '^best \([a-z0-9]+\) ' "tune: best is the default"
hpa tune --probs probs.csv --truth train.csv --method fixed
out 'Beth +0\.5$' "tune as text"
printf '{"thresholds": {"Aleph": 0.5}}\n' >half.json
hpa score --probs probs.csv --truth train.csv --thresholds half.json
code 65 "cuts of some classes only"
test ! -e hpa-work && pass "tables need no work folder" || fail "tables need no work folder" "hpa-work is there"

finish
