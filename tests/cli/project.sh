#!/bin/bash
# A project is a folder: what hpa writes into it works after it was copied, moved, and from anywhere.
. "$(dirname "$0")/lib.sh"

recipe=(-q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 -s split.folds=3)
runs() { # FOLDER: names of the runs there
    ls "$1/runs" 2>/dev/null | sort | paste -sd' '
}

mkdir p1 && cd p1 || exit 1
"$HPA" -q synth d --samples 30 --test 2 --size 32 --seed 4 || fail "synth" "$?"
grep -q "$work" d/hpa.conf && fail "no absolute path" "there is one" || pass "synth writes no absolute path"
cp d/hpa.conf . # as a copy beside the data set, too
hpa "${recipe[@]}" train --name a
code 0 "a run by the copy of the file"
same a "$(runs d/hpa-work)" "it is in the data set's work folder"
cd .. || exit 1

cp -r p1 p2
cd p2 || exit 1
hpa "${recipe[@]}" train --name fromcopy
code 0 "a run in a copy of the project"
same a "$(runs ../p1/d/hpa-work)" "the original is left alone"
same "a fromcopy" "$(runs d/hpa-work)" "the copy trains into its own folder"
cd d || exit 1
hpa "${recipe[@]}" train --name inside
code 0 "a run inside the folder"
same "a fromcopy inside" "$(runs hpa-work)" "in the same place"
# Other labels in the copy: its runs are compared with its own table.
id=$(sed -n 2p hpa-work/runs/a/val.csv | cut -d, -f1)
sed -i "s/^$id,.*/$id,27/" train.csv
hpa errors a
err "run a: 1 of its 10 validation samples has other labels in train\.csv" "a copied run reads the copy's table"
hpa -c ../../p1/d/hpa.conf errors a
same "" "$(cat "$work/err")" "the original's its own"
cd ../.. || exit 1

mv p1 moved
hpa -c moved/d/hpa.conf runs list
out '^a +done' "after a move the run is still there"
hpa -c moved/d/hpa.conf eval a
code 0 "and can be evaluated, from outside"
hpa -c "$PWD/moved/hpa.conf" eval a
code 0 "by the copy of the file, too"
hpa -s work.dir=moved/d/hpa-work eval a
code 0 "by its work folder alone"
hpa -c moved/d/hpa.conf "${recipe[@]}" -s train.epochs=2 train --name outside
code 0 "a run from outside"
same "a outside" "$(runs moved/d/hpa-work)" "is in the project"
(cd moved/d && "$HPA" -q train --resume outside >"$work/out" 2>"$work/err" </dev/null)
same 0 $? "and goes on from inside"
test ! -e hpa-work && pass "nothing is written elsewhere" || fail "nothing is written elsewhere" "hpa-work is here"
hpa -c moved/d/hpa.conf config
out '^data\.train_csv +moved/d/train\.csv +moved/d/hpa\.conf:' "hpa config shows the path that is used"

# What a file does not set is in its folder when it names any path; a recipe changes no place.
mkdir bare && cp moved/d/train.csv bare/
printf '[data]\ntrain_dir = ../moved/d/train\n' >bare/hpa.conf
hpa -c bare/hpa.conf config
out '^data\.train_csv +bare/train\.csv +default' "defaults are in the project"
out '^data\.train_dir +bare/\.\./moved/d/train ' "paths out of it are from there"
out '^work\.dir +bare/hpa-work +default' "so is the work folder"
printf '[train]\nbatch = 4\n' >recipe.conf
hpa -c recipe.conf config
out '^work\.dir +hpa-work +default' "a recipe changes no place"
hpa -c bare/hpa.conf -s work.dir=here config
out '^work\.dir +here +-s' "a flag is from the current folder"
HPA_WORK_DIR=there hpa -c bare/hpa.conf config
out '^work\.dir +there +environment' "so is the environment"
mkdir -p "$HOME/.config/hpa" && printf '[work]\ndir = mine\n' >"$HOME/.config/hpa/hpa.conf"
hpa config
out '^work\.dir +mine ' "and the file of one's home"

finish
