#!/bin/bash
# Configuration as a user meets it: layers, origins, the example file, mistakes.
. "$(dirname "$0")/lib.sh"

value_of() { grep -E "^$1 " "$work/out" | awk '{print $2 " from " $3}'; }

hpa config
code 0 "defaults"
same "16 from default" "$(value_of train.batch)" "a default"
out 'train\.batch.*samples in a batch' "the meaning stands beside it"

printf '[train]\nbatch = 8\nsize = 64\n' >hpa.conf
hpa config
same "8 from hpa.conf:2" "$(value_of train.batch)" "from ./hpa.conf, with the line"
HPA_TRAIN_BATCH=4 hpa config
same "4 from environment" "$(value_of train.batch)" "the environment is stronger"
HPA_TRAIN_BATCH=4 hpa -s train.batch=2 config
same "2 from -s" "$(value_of train.batch)" "a flag is the strongest"
hpa config list --threads 3
same "3 from --threads" "$(value_of run.threads)" "a flag behind the command"
mkdir -p "$HOME/.config/hpa"
printf '[train]\nepochs = 7\nsize = 32\n' >"$HOME/.config/hpa/hpa.conf"
hpa config
same "7 from $HOME/.config/hpa/hpa.conf:2" "$(value_of train.epochs)" "the user's file"
same "64 from hpa.conf:3" "$(value_of train.size)" "the folder's file is stronger"
printf '[train]\nbatch = 3\n' >other.conf
hpa -c other.conf config
same "3 from other.conf:2" "$(value_of train.batch)" "a named file"
hpa config --json
out '"train.batch": \{' "as JSON"

hpa -c missing.conf config
code 66 "a named file that is missing"
printf '[train]\nbach = 8\n' >bad.conf
hpa -c bad.conf config
code 78 "unknown key"
err "^hpa config: bad.conf: line 2: unknown key 'train.bach'; did you mean 'train.batch'\?$" "unknown key: file, line, nearest"
printf '[train]\nlr = 0,5\n' >bad.conf
hpa -c bad.conf config
code 78 "locale comma"
err 'write a dot, not a comma: 0\.5' "locale comma: what to write"
HPA_TRAIN_BACH=1 HPA_SERVICE_HOST=10.0.0.7 HPA_PORT=tcp://10.0.0.7:80 hpa config
code 0 "unknown variables, as Kubernetes sets them"
err '^hpa: warning: environment: ignored.* HPA_TRAIN_BACH \(did you mean HPA_TRAIN_BATCH\?\).* HPA_PORT' "unknown variables: named, with the nearest key"
same 1 "$(wc -l <"$work/err")" "one line of warning"
same "8 from hpa.conf:2" "$(value_of train.batch)" "a misspelt variable sets nothing"
HPA_PORT=tcp://10.0.0.7:80 HPA_TRAIN_BATCH=x hpa config
code 78 "a variable of a key with a bad value"
err 'environment: HPA_TRAIN_BATCH: train.batch' "a bad value: which variable"
printf 'A\nB\n' >names.txt
printf 'id,A,B\nx,.9,.1\ny,.2,.8\n' >scores.csv
printf 'Id,Target\nx,0\ny,1\n' >truth.csv
HPA_PORT=tcp://10.0.0.7:80 HPA_DATA_DIR=/d hpa -s data.classes=names.txt score --probs scores.csv --truth truth.csv
code 0 "a command among unknown variables"
out 'macro F1 1\.0000' "a command among unknown variables: its result"
HPA_SCRIPT=x HPA_CLOCK=0 hpa config
code 0 "variables that are no keys"
hpa -s train.lr=nan config
code 78 "NaN"
hpa -s split.fold=5 config
code 78 "fold beyond the folds"
hpa config nonsense
code 64 "config takes list or example"

hpa config example
code 0 "the example file"
cp "$work/out" example.conf
hpa -c example.conf config
code 0 "the example file can be read back"
sed 's/^#\([a-z_]* =\)/\1/' example.conf >all.conf
hpa -c all.conf config
code 0 "with every key set, too"
same "1 from all.conf:$(grep -n '^seed = ' all.conf | tail -n 1 | cut -d: -f1)" "$(value_of train.seed)" "keys of the example are real"

"$HPA" config >/dev/full 2>"$work/err"
code=$?
code 74 "a full disk behind standard output"

finish
