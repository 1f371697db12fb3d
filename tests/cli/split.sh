#!/bin/bash
# One project, one current split: `hpa split` makes it, every training uses and names it, and a
# setting that contradicts it is an error that names both ways out.
. "$(dirname "$0")/lib.sh"
export HPA_TRAIN_WIDTH=8

hpa -q synth data --samples 60 --test 4 --size 32 --seed 2
cp data/hpa.conf .
cat >>hpa.conf <<'END'
[split]
folds = 3
[train]
model = resnet18
size = 32
batch = 8
epochs = 1
max_steps = 1
[predict]
tta = 1
END
store=$(sed -n 's/^dir = //p' hpa.conf | head -n 1)
[ -n "$store" ] || store=hpa-work
runs=$(find . -type d -name runs | head -n 1)
awk -F, 'NR == 1 { print "Id,group" } NR > 1 { print $1 ",g" int(NR / 4) }' data/train.csv >groups.csv
leaks() { # FOLDS.csv: groups in more than one fold
    join -t, <(sort groups.csv) <(sort "$1") | cut -d, -f2,3 | sort -u | cut -d, -f1 | uniq -d | wc -l
}
folds_of() { find . -path "*/runs/$1/folds.csv"; }

# What is said to `hpa split` holds for the training, though hpa.conf says folds = 3.
hpa split --groups groups.csv --folds 5 --seed 7 --out asked.csv
code 0 "a split by flags"
err 'counts more than the setting split.folds=3' "says which setting it overrules"
hpa train --name grouped
code 0 "a training after it"
same "$(cksum <asked.csv)" "$(cksum <"$(folds_of grouped)")" "uses the very same folds"
same 0 "$(leaks "$(folds_of grouped)")" "and no group leaks"
err 'run grouped: split swap, 5 folds, seed 7, groups of groups.csv; fold 0 validates' "names its split"
err 'split.folds=3 .*hpa.conf:[0-9]+.* was overruled when the current split was made' "and the setting that was overruled"
hpa runs show grouped
out '^split: 1, swap, 5 folds, seed 7, groups of groups.csv$' "runs show names it"
hpa runs show grouped --json
out '"groups": "groups.csv"' "and so does its JSON"
out '"split.folds": "5"' "the run's configuration has the folds of its split"
hpa train --name fourth -s split.fold=4
code 0 "which fold validates is free"
err 'fold 4 validates' "and said"
hpa train --name sixth -s split.fold=5
code 78 "but must be one of the split"

# What contradicts it, by flag, environment or file.
for setting in folds=3 seed=1 val=.2 method=random groups=; do
    hpa train --name wrong -s split.$setting
    code 78 "split.$setting contradicts the split"
    err "split.${setting%%=*}: .* \(-s\) contradicts the project's current split \(swap, 5 folds, seed 7, groups of groups.csv\): leave the setting out.* or replace the split by .hpa split " "split.$setting: both ways out"
done
sed -i 's/,g1$/,g2/' groups.csv
hpa train --name wrong -s split.groups=groups.csv
code 78 "a table of groups with other content contradicts it"
hpa train --name right -s split.folds=5 -s split.seed=7 -s split.method=swap
code 0 "settings that agree do not"
HPA_SPLIT_SEED=4 hpa train --name wrong
code 78 "the environment contradicts it"
err 'split.seed: 4 \(environment\)' "and is named"
cp hpa.conf as-it-was.conf
sed -i 's/^folds = 3/folds = 4/' hpa.conf
hpa train --name wrong
code 78 "a file that was changed after the split contradicts it"
err 'split.folds: 4 .*hpa.conf:[0-9]+' "and is named with its line"
command=$(sed -n 's/.*replace the split by `hpa \([^`]*\)`.*/\1/p' "$work/err")
hpa $command
code 0 "the second way out is a command that works"
hpa train --name replaced
code 0 "and the training then runs"
err 'split swap, 4 folds, seed 7, groups of groups.csv' "on the new split"
cp as-it-was.conf hpa.conf
for command in stats "train --queue --name wrong" "train --folds all --name wrong"; do
    hpa -s split.seed=3 $command
    code 78 "$command does not ignore a contradiction"
done

# What only looks replaces nothing.
hpa split --folds 5 --seed 7 --method iterative
hpa split --compare
out '^random +5 +7 ' "--compare measures with the current split's settings"
hpa split --out now.csv
code 0 "--out alone"
err 'written as it is, the current one: iterative, 5 folds, seed 7' "writes the current split"
hpa split --out now.csv --force --seed 7 --folds 5 --method iterative
out '^iterative +5 +7 ' "and the split is the same after both"

# A run keeps its own split; who uses another than the current one says so.
hpa eval grouped
code 0 "eval of a run with an older split"
err 'run grouped: has its own split \(swap, 5 folds, seed 7.*not the current one \(iterative, 5 folds, seed 7\)' "says so"
for command in "tune grouped --method exact" "errors grouped" "predict grouped"; do
    hpa $command
    code 0 "$command"
    err 'run grouped: has its own split' "$command says so, too"
done
hpa train --resume grouped
err 'run grouped: has its own split' "a resumed run keeps its split"
same "$(cksum <asked.csv)" "$(cksum <"$(folds_of grouped)")" "unchanged"
hpa runs show grouped
out "not the project's current one" "runs show says so"

# The queue: what nobody set follows the split; what was set must agree.
hpa train --queue --name waits
hpa split --seed 11
hpa queue run
code 0 "a run of the queue"
err 'run waits: split swap, 3 folds, seed 11' "uses the split that is current when it begins"
hpa train --queue --name explicit -s split.seed=11
hpa split --seed 12
hpa queue run
err "run explicit failed.*split.seed: 11 .*contradicts" "one that was told another split does not obey silently"
hpa train --queue --name grid --grid split.seed=12,13
code 64 "a grid over splits is refused"
err 'one split for all runs' "and why"

# A flag that a command does not take is named, not dropped.
hpa eval grouped -s split.fold=2 -s train.size=64
err 'run grouped has its own split.fold=0: split.fold=2 \(-s\) is not used' "eval says which flag it does not use"
err 'run grouped has its own train.size=32: train.size=64' "all of them"
hpa predict grouped --force -s train.size=64
err 'run grouped has its own train.size=32' "so does predict"
hpa tune grouped --method fixed --save flat
for command in "eval grouped" "tune grouped" "errors grouped" "thresholds grouped show flat"; do
    # shellcheck disable=SC2086
    hpa $command -s data.separator=';'
    err "run grouped has its own data.separator= : data.separator=; \\(-s\\) is not used" "$command: a run has its own data set"
done
# A corrected table under another name, or a list of samples to leave out, in the configuration.
cp data/train.csv corrected.csv
echo synth-000001 >bad.txt
export HPA_DATA_TRAIN_CSV=corrected.csv HPA_DATA_EXCLUDE=bad.txt
for command in "eval grouped" "tune grouped" "errors grouped" "thresholds grouped show flat"; do
    # shellcheck disable=SC2086
    hpa $command
    err 'run grouped has its own data.train_csv=data/train.csv: data.train_csv=corrected.csv \(environment\) is not used' \
        "$command: the table that the configuration names is another"
    err 'run grouped has its own data.exclude=: data.exclude=bad.txt' "$command: so is the list of samples left out"
done
unset HPA_DATA_TRAIN_CSV HPA_DATA_EXCLUDE
hpa eval grouped
same 0 "$(grep -c 'has its own data' "$work/err")" "nothing is said where they are the same"
for command in eval "predict --force"; do
    # shellcheck disable=SC2086
    hpa $command grouped -s train.batch=3 -s train.size=64
    err 'train.size=64' "$command names what it does not use"
    if grep -q 'train.batch' "$work/err"; then fail "$command -s train.batch=3" "is used, and said not to be"
    else pass "$command takes train.batch without a word"; fi
done
hpa tune grouped --method fixed --save current
hpa predict grouped --force -s tune.method=exact
err 'its stored set current is used, not tune.method=exact \(-s\)' "a stored set counts more than a flag, and says so"
hpa errors grouped -s tune.method=exact
err 'its stored set current is used, not tune.method=exact \(-s\)' "for errors, too"
for command in "predict grouped --force" "errors grouped"; do
    # shellcheck disable=SC2086
    hpa $command --thresholds flat -s tune.method=exact
    err 'its stored set flat is used, not tune.method=exact \(-s\)' "$command: so does a set that is named"
    same 1 "$(grep -c 'tune.method' "$work/err")" "$command: once"
done
hpa tune grouped --method fixed -s tune.method=exact
err 'hpa tune --method does not use tune.method=exact \(-s\)' "--method counts more than -s, and says so"
hpa train --queue --name flagged
hpa queue run -s train.batch=4
err 'run flagged has its own train.batch=8: train.batch=4 \(-s\) is not used' "the queue says which flag it does not use"

# A run for every fold, and on with it after the split was replaced.
hpa split --folds 2 --seed 1
hpa train --folds all --name cv
code 0 "--folds all"
same 2 "$(find . -path '*/runs/cv-f*/folds.csv' | wc -l)" "trains the folds of the split"
same "$(cksum <"$(folds_of cv-f0)")" "$(cksum <"$(folds_of cv-f1)")" "all on one split"
hpa runs rm cv-f1 --yes
code 0 "a run of the folds is removed"
hpa split --folds 2 --seed 5
hpa train --folds all --name cv
code 0 "--folds all goes on after the split was replaced"
same "$(cksum <"$(folds_of cv-f0)")" "$(cksum <"$(folds_of cv-f1)")" "with the split of its first run"

# Which fold validates may be said to hpa split, too, and otherwise to anybody.
hpa split --folds 5 --fold 2
hpa train --name third
err 'run third: split swap, 5 folds, seed 1; fold 2 validates' "--fold of hpa split counts"
hpa train --name zeroth -s split.fold=0
err 'run zeroth: .* fold 0 validates' "until another is given"

# Folds from a table.
hpa split --in asked.csv --seed 3
code 64 "a table and a seed exclude each other"
hpa split --in asked.csv --folds 3
code 64 "a table of five folds is not three"
hpa split --in asked.csv
hpa train --name table
same "$(cksum <asked.csv)" "$(cksum <"$(folds_of table)")" "a table of folds is what the training uses"
err 'split 5 folds of the table asked.csv' "and names"

# Other samples than those that were split.
cp data/train.csv whole.csv
sed -i '$d' data/train.csv
hpa train --name fewer
code 0 "samples that are left out keep the folds of the others"
err '1 samples of the current split are not in the data any more' "and are counted"
grep -v ',$' whole.csv >data/train.csv
echo "synth-000099,1" >>data/train.csv
hpa train --name more
code 65 "a sample without a fold"
err 'the data changed since the current split .* 1 of 61 samples have no fold in it, the first is synth-000099; `hpa split --in asked.csv`' "is named, with what to do"
cp whole.csv data/train.csv

# Without a split, a training makes one from the settings, and says so.
hpa -s work.dir=fresh train --name first -s split.seed=3
err 'none was made yet: 60 samples are split by the settings \(swap, 3 folds, seed 3\); this is the project.s current split now' "the first training says what it makes"
hpa -s work.dir=fresh train --name second
err 'run second: split swap, 3 folds, seed 3' "the second uses it"
hpa -s work.dir=fresh train --name third -s split.seed=4
code 78 "and another is a contradiction"

# A store that was lost gets the split back from the runs.
rm fresh/hpa.db
hpa -s work.dir=fresh runs rebuild
hpa -s work.dir=fresh train --name fourth
err 'run fourth: split swap, 3 folds, seed 3' "a rebuilt store has the split of its runs"

# Folds and a validation part at once.
hpa split --folds 4 --val .2
code 78 "--folds and --val exclude each other"
hpa split --val .25
hpa train --name val
err 'split swap, validation part .25, seed 1; fold 0 validates' "a validation part is a split, too"
same 15 "$(awk -F, '$2 == 0' "$(folds_of val)" | wc -l)" "with its size"

# The folds of a run are its own; without them nothing says what it was trained on.
rm "$(folds_of val)"
for words in "train --resume val" "eval val"; do
    hpa $words
    code 66 "$words without the folds of the run"
    err 'folds\.csv is not there; .* put it back from a copy, or train a new run' "$words says what helps"
done

finish
