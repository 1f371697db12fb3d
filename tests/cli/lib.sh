# lib.sh: run the program and look at its exit code, its output and its messages.
#
# A script sources this, then:
#   hpa ARGUMENTS...          run it; $code, and the files out and err hold what came of it
#   code N NAME               the last exit code was N
#   out REGEX NAME            standard output has a matching line (extended regular expression)
#   err REGEX NAME            standard error has
#   quiet NAME                standard output is empty
#   json KEY                  print the value of a key of the JSON object in out (first level)
#   same WANT GOT NAME        two texts are equal
#   finish                    the last line: how many passed and failed; ends the script
# and from ../lib.sh, so that nothing depends on the speed of the machine:
#   wait_until COMMAND...     look until it succeeds, with a limit that only a hang reaches
#   hold STEP; held STEP; release STEP
#                             a job that comes to STEP (epoch-1, step-7, cache-32, ...) waits there;
#                             wait until it does; let it continue
# The script runs in an empty folder of its own, removed at the end, with a home of its own and
# without the HPA_* configuration of its caller; networks are narrow. What still runs in that folder is
# killed at the end.
set -u

HPA=${HPA:-$PWD/build/hpa}
case $HPA in
/*) ;;
*) HPA=$PWD/$HPA ;;
esac
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../lib.sh
. "$tests/lib.sh"
real_data=$(cd "${HPA_REAL_DATA:-../shared/data}" 2>/dev/null && pwd)
for variable in $(env | sed -n 's/^\(HPA_[A-Za-z0-9_]*\)=.*/\1/p'); do
    unset "$variable"
done
export LC_ALL=C.UTF-8 OPENBLAS_NUM_THREADS=1
# A quarter of the width is a sixteenth of the work; who wants the published network unsets it.
export HPA_TRAIN_WIDTH=16
unset XDG_CONFIG_HOME
work=$(mktemp -d "${TMPDIR:-/tmp}/hpa-cli.XXXXXX")
clean_up() {
    # shellcheck disable=SC2046
    kill -KILL $(jobs -p) 2>/dev/null
    kill_all_in "$work"
    wait 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT
export HOME=$work/home
mkdir "$HOME" "$work/here"
hold_folder "$work/hold"
cd "$work/here" || exit 1

passed=0
failed=0
code=0

pass() {
    passed=$((passed + 1))
    echo "ok $1"
}

fail() { # NAME WHY
    failed=$((failed + 1))
    echo "FAILED: $1: $2"
    head -n 20 "$work/out" "$work/err" 2>/dev/null
}

hpa() {
    "$HPA" "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}

code() {
    if [ "$code" = "$1" ]; then pass "$2"; else fail "$2" "exit code $code, not $1"; fi
}

out() {
    if grep -qE -- "$1" "$work/out"; then pass "$2"; else fail "$2" "no line like '$1' in the output"; fi
}

err() {
    if grep -qE -- "$1" "$work/err"; then pass "$2"; else fail "$2" "no message like '$1'"; fi
}

quiet() {
    if [ -s "$work/out" ]; then fail "$1" "there is output"; else pass "$1"; fi
}

json() {
    sed -n "s/^  \"$1\": \(.*[^,]\),\{0,1\}\$/\1/p" "$work/out"
}

same() {
    if [ "$1" = "$2" ]; then pass "$3"; else fail "$3" "'$2', not '$1'"; fi
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
}
