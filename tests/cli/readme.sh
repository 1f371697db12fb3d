#!/bin/bash
# The generated parts of README.md and hpa.conf.example are what the program says; its first command works
# with sudo, and for root where there is none.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/lib.sh"

if "$root/tools/readme.sh" "$HPA" --check >"$work/out" 2>"$work/err"; then
    pass "README.md and hpa.conf.example"
else
    fail "README.md and hpa.conf.example" "run make readme"
fi

# Every variable of the environment that the program asks for by a name of its own.
for name in $(grep -rhoE 'getenv\("HPA_[A-Z_]+"\)' "$root/src" | grep -oE 'HPA_[A-Z_]+' | sort -u); do
    grep -qF "\`$name=" "$root/README.md" && pass "$name is in README.md" || fail "$name" "is not in README.md"
done

# The first command with programs that only say how they were called.
first=$(sed -n '/^## Try it/,/^## /s/^    //p' "$root/README.md" | head -n 1)
mkdir "$work/bin"
for name in apt-get make; do
    printf '#!/bin/sh\necho "%s $*${AS_ROOT:+ as root}"\n' "$name" >"$work/bin/$name"
done
ln -s "$(command -v sh)" "$work/bin/sh"
chmod +x "$work/bin/apt-get" "$work/bin/make"
called() {
    PATH=$work/bin sh -c "$first" 2>&1 | tr '\n' ';'
}
same "apt-get update;apt-get install -y make;make demo;" "$(called)" "without sudo"
printf '#!/bin/sh\nAS_ROOT=1 exec "$@"\n' >"$work/bin/sudo"
chmod +x "$work/bin/sudo"
same "apt-get update as root;apt-get install -y make as root;make demo;" "$(called)" "with sudo"

finish
