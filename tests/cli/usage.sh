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

# Options that the action of a command does not take are named, not dropped.
refused() { # NAME-OF-OPTION ACTION ARGUMENTS...
    local option=$1 action=$2
    shift 2
    hpa "$@"
    code 64 "hpa $*"
    err "$option is not for .$action.: leave it out" "hpa $*: what is refused"
}
for action in list "show s" "diff a b" "export s f.json"; do
    # shellcheck disable=SC2086
    refused --save "${action%% *}" thresholds run $action --save x
done
refused --save list thresholds run --save x
refused --thresholds marks errors run marks --thresholds s
refused --worst mark errors run mark id note --worst 3
refused --class export errors run export f.csv --class 3
refused --worst gradcam errors run gradcam id --worst 3
refused --detach list queue --detach
refused --detach rm queue rm run --detach
refused --yes list runs --yes
refused --yes note runs note run text --yes
refused --batch gemm bench gemm --batch 4
refused --keys conv bench conv --keys 4
refused --model loader bench loader --model resnet18
hpa export run --tfevents board --checkpoint last
code 64 "export: a checkpoint for no weights"
err '^hpa export: --checkpoint is for --safetensors' "export: what the checkpoint is for"
hpa errors run --force
code 66 "--force does no harm where nothing is written"
hpa --probs p.csv --truth t.csv config
code 64 "a table for the workbench, before a command"
err '^hpa config: --probs is for the workbench' "a table for the workbench: which option"
hpa --probs p.csv --truth t.csv eval run
err '^hpa eval: --truth is for the workbench' "a table for the workbench: eval takes half of it"
hpa --probs p.csv --truth t.csv score
err '^hpa score: t.csv: No such' "score takes the same two options, before it as well"

# So are settings that a command never reads, also with the value that they have anyway.
for words in "predict.tta=8 eval run" "tune.method=best eval run" "loss.gamma=0 errors run" \
    "train.size=64 tune run" "split.seed=2 thresholds run" "predict.tta=8 train --resume run" \
    "tune.method=best train --resume run" "split.folds=3 eda" "train.lr=1 eda" "train.lr=1 stats" \
    "train.epochs=2 import weights w" \
    "data.classes=x pause run" "train.lr=1 synth x --samples none" "tune.method=best export run --tfevents b"; do
    command=${words#* }
    # shellcheck disable=SC2086
    hpa -s ${words%% *} $command
    err "^hpa: warning: hpa ${command%% *} does not use ${words%% *} \(-s\)$" "-s $words"
done
hpa -s split.fold=1 train --name v --folds all
err '^hpa: warning: hpa train --folds does not use split.fold=1 ' "all folds and one fold"
hpa train --queue --name w --threads 1 -s predict.tta=2 -s run.keep=last
err '^hpa: warning: hpa train --queue does not use predict.tta=2 \(-s\), run.threads=1 \(--threads\)$' \
    "threads of a run that waits are those of the process that trains it"
hpa queue run --detach -s train.epochs=3 -s run.threads=1
err '^hpa: warning: hpa queue run --detach does not use train.epochs=3 \(-s\)$' "nor does the queue take other settings"
hpa -s train.lr=1 -s loss.gamma=1 score --probs p --truth t
err '^hpa: warning: hpa score does not use train.lr=1 \(-s\), loss.gamma=1 \(-s\)$' "all of them in one line"
hpa -s tune.method=exact tune run
same 0 "$(grep -c 'does not use' "$work/err")" "a setting that is read is not warned about"
for words in "train.size=64 eda" "train.size=64 stats" "train.stem=rb import weights w"; do
    # shellcheck disable=SC2086
    hpa -s $words
    same 0 "$(grep -c 'does not use' "$work/err")" "one key of a section that is: $words"
done
hpa -s run.threads=1 -s ui.color=mono -s work.dir=other eval run
same 0 "$(grep -c 'does not use' "$work/err")" "nor one that holds for every command"

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
hpa train --help
out '--weight-decay N .*\[0\.\.10\]' "help of train shows every key"
hpa help trian
code 64 "help on an unknown command"
err "did you mean 'train'" "help on an unknown command: nearest"

finish
