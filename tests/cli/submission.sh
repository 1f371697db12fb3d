#!/bin/bash
# What a submission cannot be is said before the first image is read; means of runs are
# probabilities.
. "$(dirname "$0")/lib.sh"
export HPA_TRAIN_WIDTH=8

hpa -q synth data --samples 60 --test 6 --size 32 --seed 2
cp data/hpa.conf .
cat >>hpa.conf <<'END'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 8
epochs = 2
[predict]
tta = 2
END
hpa -q train --name one
code 0 "a run"
packed() { find . -name 'test-*.cache' | grep -q . && echo yes; }
refused() { # NAME CODE MESSAGE: nothing was packed or written
    code "$2" "$1"
    err "$3" "$1: why"
    same "" "$(packed)$(ls sub.csv probs.csv 2>/dev/null)" "$1: before the first image"
}
try() { hpa "$@" predict one --out sub.csv --probs probs.csv; }

head=$(head -n 1 data/sample_submission.csv)
for bad in "$head,more" "Id" "name,Predicted" "Id;Predicted"; do
    sed "1s/.*/$bad/" data/sample_submission.csv >bad.csv
    [ "$bad" = "$head,more" ] && sed -i '2,$s/$/,/' bad.csv
    [ "$bad" = Id ] && cut -d, -f1 data/sample_submission.csv >bad.csv
    try -s data.sample_submission=bad.csv
    same 65 "$code" "columns $bad are refused"
    same "" "$(packed)$(ls sub.csv probs.csv 2>/dev/null)" "columns $bad: before the first image"
done
err 'bad.csv: ' "and the file is named"
awk -F, 'NR == 1 { print "ID,ImageWidth,ImageHeight,PredictionString"; next }
    { print $1 ",2048,2048,0 1 eNoLCAgIMAEABJkBdQ==" }' data/sample_submission.csv >cells.csv
for preset in hpa2021 hpa2018; do
    try -s data.preset=$preset -s data.sample_submission=cells.csv -s data.classes=hpa28 -s data.id_column=ID
    refused "the form of 2021 ($preset)" 65 'form of the single-cell competition of 2021.*cannot write it'
done
sed 's/^\(synth[^,]*\)/no-\1/' data/sample_submission.csv >others.csv
try -s data.sample_submission=others.csv
refused "ids of another test set" 66 'none of the 6 ids .* has its images'
sed 1d data/sample_submission.csv >headless.csv
try -s data.sample_submission=headless.csv
refused "no header" 65 'headless.csv: line 1 looks like data \(synth-000060,.*: a header is needed, Id '
sed -i 's/,.*/,/' headless.csv
try -s data.sample_submission=headless.csv
refused "no header and no predictions" 65 'headless.csv: line 1 looks like data \(synth-000060,\): a header is needed'
sed '$p' data/sample_submission.csv >twice.csv
try -s data.sample_submission=twice.csv
refused "an id twice" 65 'twice.csv: line 8'
try -s data.sample_submission=nowhere.csv
refused "no sample submission" 66 'nowhere.csv'
hpa predict one --out nowhere/sub.csv
refused "a folder that is not there" 73 'nowhere/sub.csv'
hpa predict one --out sub.csv --probs nowhere/probs.csv
refused "no place for the probabilities" 73 'nowhere/probs.csv'
hpa predict one nobody --out sub.csv
refused "a second run that is not there" 66 'nobody'
hpa -s data.classes=hpa19 predict one --out sub.csv
refused "other classes than the run's" 65 'has 28 classes'

# Some ids without images, and images without ids: said beforehand, and predicted all the same.
first=$(sed -n 's/,.*//;2p' data/sample_submission.csv)
sed "2s/$first/absent/" data/sample_submission.csv >some.csv
hpa -s data.sample_submission=some.csv -s work.cache_dir=some predict one --out some-out.csv
code 0 "a test set that is not quite the table's"
err '1 of 6 ids .* lack images .* first is absent' "ids without images"
err "1 sample is in data.test_dir that .* does not name, the first is $first" "images without ids"

# Means are exact where all are equal, and never above 1.
hpa predict one --out single.csv --probs single-probs.csv
for runs in "one one" "one one one" "one one one one one one one one one one"; do
    # shellcheck disable=SC2086
    hpa predict $runs --out many.csv --probs many-probs.csv --force
    code 0 "runs $runs"
    same "$(cksum <single-probs.csv)" "$(cksum <many-probs.csv)" "have the mean of equal runs"
    same "$(cksum <single.csv)" "$(cksum <many.csv)" "and the submission"
done

finish
