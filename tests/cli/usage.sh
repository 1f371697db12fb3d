#!/bin/bash
# Bad usage: the exit code says what kind, the message says what to do. Help, version.
. "$(dirname "$0")/lib.sh"

hpa
code 64 "no terminal, no workbench"
err 'needs a terminal.*hpa train' "no terminal: names commands that do without"
quiet "messages are no data"

hpa trian
code 64 "unknown command"
err "^hpa: unknown command 'trian'; did you mean 'train'\?$" "unknown command: nearest"
hpa "$(printf 'x\033[31m')"
err 'x\\x1b\[31m' "escapes in arguments are shown, not sent"
hpa train --epoch 3
code 64 "unknown option"
err "unknown option '--epoch'; did you mean '--epochs'\?" "unknown option: nearest"
hpa train --epochs
code 64 "missing value"
err '^hpa train: --epochs needs a value' "missing value: which"
hpa train --epochs 1.5
code 64 "flag of the wrong kind"
err "train.epochs: '1.5' is not a whole number" "flag of the wrong kind: what is wrong"
hpa train --size 8
err 'out of range; allowed is 32..2048' "flag out of range"
hpa synth
code 64 "missing argument"
err 'usage: hpa synth DIR' "missing argument: usage"
hpa synth a b
code 64 "one argument too many"
hpa eda a
code 64 "an argument where none is taken"
hpa synth here --samples none
code 64 "option of the wrong kind"
hpa tune
code 64 "tune needs a run or two files"
hpa tune run --probs p.csv --truth t.csv
code 64 "tune takes a run or two files"
hpa tune --probs p.csv --truth t.csv --method exat
code 64 "unknown method"
err "did you mean 'exact'" "unknown method: nearest"
hpa score --probs p.csv
code 64 "score needs both files"
hpa runs show
code 64 "runs show needs a run"
hpa runs lits
code 64 "runs takes list or show"
hpa export run
code 64 "export needs a file"
hpa bench fast
code 64 "unknown bench"
hpa screen board --size 80
code 64 "size without rows"
hpa train --name a --resume b
code 64 "a new run or an old one"
hpa split --compare --out x.csv
code 64 "compare stores nothing"

hpa -V
code 0 "version"
out '^hpa [0-9]+\.[0-9]+\.[0-9]+$' "version: what it looks like"
hpa help
code 0 "help"
for command in synth eda split stats train eval tune score predict runs export config screen bench; do
    out "^  $command +[A-Z]" "help lists $command"
done
for command in synth eda split stats train eval tune score predict runs export config screen bench; do
    hpa help $command
    cp "$work/out" "$work/by-help"
    hpa $command -h
    same "$(cat "$work/by-help")" "$(cat "$work/out")" "help $command and $command -h are one"
    out "^usage: hpa $command" "help of $command: usage"
done
hpa train --help
out '--weight-decay N .*\[0\.\.10\]' "help of train shows every key"
hpa help trian
code 64 "help on an unknown command"
err "did you mean 'train'" "help on an unknown command: nearest"

finish
hpa help
cp "$work/out" "$work/all-help"
out '141' "help lists the exit code of a reader that has gone"
for words in "-q help" "help -q" "-c nowhere.conf help" "--threads 3 help" "-- help"; do
    # shellcheck disable=SC2086
    hpa $words
    code 0 "hpa $words"
    same "$(cat "$work/all-help")" "$(cat "$work/out")" "hpa $words: the same help"
done
hpa -q help split
out '^usage: hpa split' "an option before help of a command"
hpa --json help keys
out '^. Key ' "an option before the keys"
hpa help train split
code 64 "help on two commands"
err "'split' is too much; usage: hpa help" "help on two commands: which"
