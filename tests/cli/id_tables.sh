#!/bin/bash
# Tables of ids and scores as other programs write them: read as they say, or refused with the place.
. "$(dirname "$0")/lib.sh"

printf 'A\nB\nC\n' >classes.txt
printf '[data]\nclasses = classes.txt\n' >hpa.conf
printf 'Id,Target\na,0\nb,1\nc,2\nd,0 2\n' >t.csv
printf 'Id,A,B,C\na,0.9,0.1,0.2\nb,.2,.8,.1\nc,.1,.1,.7\nd,.6,.1,.7\n' >good.csv

score() { # FILE
    hpa score --probs "$1" --truth t.csv --json
}
perfect() { # FILE NAME: the same scores as good.csv, all of them right at .5
    score "$1"
    code 0 "$2"
    same 1 "$(json macro_f1)" "$2: macro F1"
    same 4 "$(json samples)" "$2: samples"
}
refused() { # FILE REGEX NAME
    score "$1"
    code 65 "$3"
    err "$2" "$3: the message"
    quiet "$3: no figure"
}

perfect good.csv "as it should be"
printf 'Id,B,A,C\na,.1,.9,.2\nb,.8,.2,.1\nc,.1,.1,.7\nd,.1,.6,.7\n' >swapped.csv
perfect swapped.csv "classes in another order"
printf 'Id,2,0,1\na,.2,.9,.1\nb,.1,.2,.8\nc,.7,.1,.1\nd,.7,.6,.1\n' >numbers.csv
perfect numbers.csv "numbers of classes in another order"
printf 'A,B,C,Id\n.9,.1,.2,a\n.2,.8,.1,b\n.1,.1,.7,c\n.6,.1,.7,d\n' >last.csv
perfect last.csv "the id comes last"
printf 'Id,A,B,C\na, 0.9 , 0.1, 0.2\nb,.2,.8,.1\nc,.1,.1,.7\nd,.6,.1,.7\n' >blanks.csv
perfect blanks.csv "blanks around numbers"
printf 'Id,A,B,C\r\n"a",9.0E-01,.1,.2\r\nb,.2,.8,.1\r\nc,.1,.1,.7\r\nd,.6,.1,.7\r\n' >crlf.csv
perfect crlf.csv "CRLF, quotes and exponents"

sed 1d good.csv >headless.csv
refused headless.csv 'headless\.csv: line 1 looks like data .*a header is needed' "no header"
printf 'Id,A,B,C,split\na,.9,.1,.2,0\n' >extra.csv
refused extra.csv 'line 1: 1 column is of no class of data\.classes: split' "a column that is no class"
printf ',Id,A,B,C\n0,a,.9,.1,.2\n' >index.csv
refused index.csv 'line 1: 1 column is of no class' "the index of a data frame"
printf 'Id,A,B,D\na,.9,.1,.2\n' >unknown.csv
refused unknown.csv 'the name of 1 column \(D\), and no column that of 1 class \(C\)' "an unknown class"
printf 'Id,A,B,B\na,.9,.1,.2\n' >twice.csv
refused twice.csv "columns 3 and 4 are both class 'B'" "a class twice"
printf 'Id,A,B,C\na,.9,.1,.2\nb,nan,.8,.1\n' >nan.csv
refused nan.csv "nan\.csv: line 3: column 2: 'nan' is not a probability" "NaN"
printf 'Id,A,B,C\na,.9,.1,.2\nb,,.8,.1\n' >hole.csv
refused hole.csv "hole\.csv: line 3: column 2: '' is not a probability" "a missing score"
printf 'Id,A,B,C\na,.9,.1,1.0000001\n' >over.csv
refused over.csv "column 4: '1.0000001' is not a probability" "above 1"
printf 'Id;A;B;C\na;0,9;0,1;0,2\n' >semicolons.csv
refused semicolons.csv 'columns must be separated by commas' "semicolons"
printf 'Id\tA\tB\tC\na\t.9\t.1\t.2\n' >tabs.csv
refused tabs.csv 'columns must be separated by commas' "tabs"
printf 'sep=,\nId,A,B,C\na,.9,.1,.2\n' >sep.csv
refused sep.csv 'line 2: .*remove the line "sep=\.\.\."' "a line for a spreadsheet"
printf '\xFF\xFEI\0d\0,\0A\0\n\0' >utf16.csv
refused utf16.csv 'utf16\.csv: line 1: ' "UTF-16"
gzip -c good.csv >good.csv.gz
refused good.csv.gz 'compressed by gzip: unpack it' "gzip"
printf 'PK\3\4xxxxxxxx' >scores.npz
refused scores.npz 'is a zip archive' "an archive of arrays"
printf 'Id,A,B,C\na,.9,.1,.2\nx,.9,.1,.2\nb,.2,.8,.1\ny,.9,.1,.2\n' >more.csv
refused more.csv 'line 3: 2 ids have no truth: x, y' "scores without truth"
head -2 good.csv >one.csv
score one.csv
code 0 "truth without scores"
err 'one\.csv: 3 of 4 samples with truth have no scores: b, c, d' "truth without scores is named"

printf 'Id,A,B,C\n' >none.csv
refused none.csv 'none\.csv: has a header but no rows' "no rows"
hpa tune --probs none.csv --truth t.csv --out cuts.json
code 65 "tune: no rows"
test ! -e cuts.json && pass "tune: no thresholds of nothing" || fail "tune: no thresholds of nothing" "cuts.json is there"
printf 'Id,Target\n' >empty.csv
hpa score --probs good.csv --truth empty.csv
code 65 "truth without rows"
printf 'a,0\nb,1\nc,2\nd,0 2\n' >bare.csv
hpa score --probs good.csv --truth bare.csv
code 65 "truth without a header"
err 'bare\.csv: line 1: .*looks like data: a header is needed' "truth without a header: the message"
hpa eda -s data.train_csv=bare.csv
code 65 "a training table without a header"
err 'line 1: .*looks like data: a header is needed' "a training table without a header: the message"

# A sample without a label is a negative of every class (scikit-learn: f1_score(..., average="macro",
# zero_division=0) of [[1,0,0],[0,1,0],[0,0,0]] and the same prediction is 2/3).
printf 'Id,Target\na,0\nb,1\nc,\n' >few.csv
printf 'Id,A,B,C\na,.9,.1,.1\nb,.1,.9,.1\nc,.1,.1,.1\n' >p.csv
hpa score --probs p.csv --truth few.csv --json
code 0 "no label"
same 0.666666667 "$(json macro_f1)" "no label: macro F1"
same 3 "$(json samples)" "no label: samples"

# Sixty samples; of three lines one is an id, one an image of a sample, one a stranger.
{ echo Id,Target; for i in $(seq 60); do printf 's%03d,%d\n' "$i" $((i % 3)); done; } >train.csv
printf 's001_red.png\ns002\ns9999\n' >exclude.txt
hpa -s data.exclude=exclude.txt eda
out '^58 samples' "an exclude list with an image's name"
err 'exclude\.txt: 2 of 3 lines name no sample: s001_red\.png \(an image of s001, which is left out\), s9999' "what names no sample is named"
same 1 "$(grep -c 'name no sample' "$work/err")" "and once"
printf '# none\n' >exclude.txt
hpa -s data.exclude=exclude.txt eda
err 'exclude\.txt: no sample is left out, because the list is empty' "an empty exclude list"
printf 'x1\nx2\n' >exclude.txt
hpa -s data.exclude=exclude.txt eda
out '^60 samples' "an exclude list of strangers"
err '2 of 2 lines name no sample: x1, x2' "all of them are named"
printf 's001\ns002\n' >exclude.txt
hpa -s data.exclude=exclude.txt eda
out '^58 samples' "an exclude list of samples"
same "" "$(cat "$work/err")" "nothing to say"


# A table of all samples goes on serving when some of them are left out, and says so; only a table of
# scores, whose figures would be of other samples, asks.
cat >>hpa.conf <<'CONF'
exclude = exclude.txt
CONF
awk -F, -v OFS=, 'NR == 1 { print "Id", "fold"; next } { print $1, NR % 3 }' train.csv >folds.csv
hpa split --in folds.csv
code 0 "folds of samples that are left out"
err 'folds\.csv: 2 of its samples are left out by data\.exclude: s001, s002' "folds: they are named"
awk -F, -v OFS=, 'NR == 1 { print "Id", "group"; next } { print $1, NR % 30 }' train.csv >groups.csv
hpa split --groups groups.csv --folds 3
code 0 "groups of samples that are left out"
err 'groups\.csv: 2 of its samples are left out by data\.exclude: s001, s002' "groups: they are named"
same 0 "$(grep -c 'not among the samples' "$work/err")" "groups: no stranger is among them"
echo s003,0 >>folds.csv
echo s999,0 >>folds.csv
hpa split --in folds.csv
code 65 "a stranger beside them"
awk -F, -v OFS=, 'NR == 1 { print "Id", "A", "B", "C"; next } { print $1, .5, .5, .5 }' train.csv >p60.csv
hpa score --probs p60.csv --truth train.csv
code 65 "scores of samples that are left out"
err 'p60\.csv: line 2: 2 ids are left out by data\.exclude: s001, s002 \(-s data\.exclude= keeps them\)' "scores: what to do"
hpa score --probs p60.csv --truth train.csv -s data.exclude=
code 0 "scores: and that helps"
sed -i '/^exclude/d' hpa.conf

printf 'Id,group\nx,1\ny,1\n' >groups.csv
hpa split --groups groups.csv --folds 3
code 65 "groups of strangers"
err 'groups\.csv: none of its 2 ids is among the samples: x, y' "groups of strangers: the message"
printf 'Id,group\ns001,1\ns002,1\nz,1\n' >groups.csv
hpa split --groups groups.csv --folds 3
code 0 "a stranger among the groups"
err 'groups\.csv: 1 of its 3 ids is not among the samples: z' "it is named"
err 'groups\.csv: 58 of 60 samples have no group and are dealt alone: s003, .* and 53 more' "so are samples without a group"
{ echo Id,group; for i in $(seq 60); do printf 's%03d,%d\n' "$i" $((i / 4)); done; } >groups.csv
hpa split --groups groups.csv --folds 3
grep -q 'no group' "$work/err" && fail "a group for each" "something is said" || pass "a group for each: nothing to say"
{ echo Id,fold; for i in $(seq 58); do printf 's%03d,%d\n' "$i" $((i % 3)); done; echo q,1; } >folds.csv
hpa split --in folds.csv
code 65 "folds of a stranger"
err 'folds\.csv: line 60: id "q" is not among the samples' "the stranger is named"
sed -i '$d' folds.csv
hpa split --in folds.csv
code 65 "samples without a fold"
err '2 of 60 samples have no fold; the first are s059, s060' "they are named"

finish
