#!/bin/bash
# A score that equals a threshold reaches it, here and in programs that read what is written.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/lib.sh"

printf 'one\ntwo\n' >classes.txt
printf 'Id,Target\na,0\nb,0 1\nc,1\nd,\n' >t.csv
printf 'Id,0,1\na,.70,.1\nb,.7,.3\nc,.69999,.30\nd,.5,.2999999\n' >p.csv
table=(-s data.classes=classes.txt)

# .70 is .7, and 2.999999e-1 is not .3: float32 neighbours are told apart.
hpa "${table[@]}" tune --probs p.csv --truth t.csv --method exact --json --out exact.json
code 0 "tune a table"
same 1 "$(json in_sample_macro_f1)" "which has perfect thresholds"

# Scores that are neighbours as float32: nothing but a float32 lies between them.
for python in "${PYTHON:-python3}" python3 /usr/bin/python3; do
    "$python" -c 'import numpy' 2>/dev/null && break
    python=
done
if [ -z "$python" ]; then
    echo "SKIP what numpy makes of the files: numpy is not installed"
    finish
fi
"$python" - <<'END'
import numpy as np
rng = np.random.RandomState(3)
with open("near.csv", "w") as p, open("near-truth.csv", "w") as t:
    p.write("Id,0,1\n")
    t.write("Id,Target\n")
    middle = rng.random_sample(2).astype(np.float32)
    for i in range(200):
        label = rng.random_sample(2) < .5
        steps = np.where(label, 1, 0).astype(int)
        s = [np.nextafter(m, np.float32(1)) if up else m for m, up in zip(middle, steps)]
        p.write(f"s{i},{s[0]:.9g},{s[1]:.9g}\n")
        t.write(f"s{i},{' '.join(str(c) for c in range(2) if label[c])}\n")
with open("many.csv", "w") as p, open("many-truth.csv", "w") as t:
    p.write("Id,0,1\n")
    t.write("Id,Target\n")
    for i in range(500):
        s = np.round(rng.random_sample(2), 2)
        label = rng.random_sample(2) < s
        p.write(f"s{i},{s[0]},{s[1]}\n")
        t.write(f"s{i},{' '.join(str(c) for c in range(2) if label[c])}\n")
END
for set in near many; do
    for method in exact global proportion halves calibrated consensus fixed; do
        hpa "${table[@]}" tune --probs $set.csv --truth $set-truth.csv --method $method --json \
            --force --out cuts.json
        code 0 "$set, $method: thresholds are chosen"
        if "$python" "$root/tests/reference/float32_check.py" $set.csv cuts.json $set-truth.csv \
            "$(json in_sample_macro_f1)" >"$work/out" 2>"$work/err"; then
            pass "$set, $method: every reading predicts the same"
        else
            fail "$set, $method: every reading predicts the same" "$(cat "$work/err")"
        fi
    done
done
hpa "${table[@]}" tune --probs near.csv --truth near-truth.csv --method exact --json
same 1 "$(json in_sample_macro_f1)" "a threshold separates neighbours"

finish
