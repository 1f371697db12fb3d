#!/bin/bash
# The generated parts of README.md and hpa.conf.example are what the program says.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/lib.sh"

if "$root/tools/readme.sh" "$HPA" --check >"$work/out" 2>"$work/err"; then
    pass "README.md and hpa.conf.example"
else
    fail "README.md and hpa.conf.example" "run make readme"
fi

finish
