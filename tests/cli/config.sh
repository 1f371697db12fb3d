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
HPA_TRAIN_BACH=1 hpa config
code 78 "unknown variable"
err 'did you mean HPA_TRAIN_BATCH' "unknown variable: nearest"
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
