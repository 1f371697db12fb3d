#!/bin/bash
# Names, notes and paths that hold escape sequences, line ends and marks of direction: no sink passes them
# on to a terminal.
. "$(dirname "$0")/lib.sh"

evil=$(printf 'a\033[31mb\nZZc\342\200\256d')
hpa -q synth data --samples 30 --test 2 --size 32 --seed 2
cp data/hpa.conf .
hpa -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 -s split.folds=3 train --name one
code 0 "a run"

clean() { # NAME: neither output holds a raw escape, a raw mark of direction or the line "ZZ..."
    if grep -qE "$(printf '\033|\342\200\256|^ZZ')" "$work/out" "$work/err"; then
        fail "$1" "$(cat -v "$work/out" "$work/err" | grep -E '\^\[|M-b|^ZZ' | head -n 3)"
    else
        pass "$1"
    fi
}
hpa runs note one "$evil"
clean "a note is kept"
hpa runs tag one "$evil"
clean "tags are kept"
hpa runs show one
out '^note: a.x1b\[31mb.x0aZZc' "a note is shown"
clean "without what it holds"
hpa runs list
clean "runs list"
for words in "runs show" "train --name" "train --resume" "eval" "predict" "errors" "export" "tune" "queue remove" "follow" "stop" "no-such" "-s" "-c" "config" "screen"; do
    # shellcheck disable=SC2086
    hpa $words "$evil"
    clean "$words NAME"
done
hpa -s "work.dir=$evil" runs list
clean "a path"
hpa predict one --out "$evil/x.csv"
clean "an output"
hpa -q predict one --out "$evil.csv"
clean "an output that is written"
HPA_TRAIN_MODEL=$evil hpa runs list
clean "a variable of the environment"
hpa tune one --save "$evil"
clean "a set"
printf 'Id,%s\nx,0\n' "$evil" >t.csv
hpa -s data.train_csv=t.csv stats
clean "a column"
(
    for ((i = 0; i < 27; i++)); do echo "class $i"; done
    printf 'z\033[31m\n'
) >classes.txt
hpa -s data.classes=classes.txt eda
clean "a class name"
hpa -s data.classes=classes.txt eval one
clean "a class name of a run"
cp data/hpa-work/runs/one/last.safetensors "$evil.st"
hpa import weights "$evil.st" --model resnet18
code 0 "a file of weights"
clean "a file of weights: its name"

# A store that somebody else wrote: every text of it, and the folder that is named after the run.
if ! command -v sqlite3 >/dev/null; then
    echo "sqlite3 is not installed: texts of a store are not tried"
    finish
fi
hpa tune one --save a
hpa errors one mark synth-000000 interesting looked
hpa -q -s train.model=resnet18 -s train.size=32 -s train.batch=8 -s train.epochs=1 -s split.folds=3 -s train.seed=2 train --name two
evil=$(printf 'a\033[31mb|\nZZc\342\200\256d\177')
for column in runs.name runs.note runs.tags runs.error runs.version runs.blas runs.build threshold_sets.name \
    threshold_sets.method marks.sample marks.note marks.run run_events.detail splits.source splits.groups_file; do
    sqlite3 data/hpa-work/hpa.db "UPDATE ${column%.*} SET ${column#*.} = ${column#*.} || '$evil'"
done
mv data/hpa-work/runs/one "data/hpa-work/runs/one$evil"
mv data/hpa-work/runs/two "data/hpa-work/runs/two$evil"
clean() { # also DEL, and the raw mark that ends this text in the middle of a line
    if grep -qE "$(printf '\033|\342\200\256|^ZZ|\177')" "$work/out" "$work/err"; then
        fail "$1" "$(cat -v "$work/out" "$work/err" | grep -E '\^\[|M-b|^ZZ|\^\?' | head -n 3)"
    else
        pass "$1"
    fi
}
one=one$evil
for json in "" --json; do
    for words in "runs list" "runs show RUN" "runs diff RUN last" "tune RUN" "thresholds RUN list" "errors RUN marks" \
        "follow RUN" "train --resume RUN" "queue list" "split" "eval RUN"; do
        arguments=()
        for word in $words $json; do
            [ "$word" = RUN ] && word=$one
            arguments+=("$word")
        done
        hpa "${arguments[@]}"
        clean "a store of somebody else: $words $json"
    done
done
hpa runs diff "$one" last
same 4 "$(awk '$1 == "macro" { print NF }' "$work/out")" "a name with a bar is one column"
hpa runs rm "$one" --yes
clean "a store of somebody else: runs rm"
finish
