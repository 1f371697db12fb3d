#!/bin/bash
# Two builds in folders of other names, one of them with BUILD= elsewhere, are the same to the bit.
# Only of the lowest floor and one of its tests; with SOAK of the whole program.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES MODE BUILD
export CCACHE_DISABLE=1

part=tests/base/test_text
made="$part libhpa.a"
variables=(TESTS="$part.c" FLOORS=base)
if [ -n "${SOAK:-}" ]; then
    made="$made hpa"
    variables=(TESTS="$part.c")
fi

build() { # FOLDER BUILD: a copy of the sources there, built, its test run
    local f targets=()
    for f in $made; do targets+=("$2/$f"); done
    mkdir -p "$1"
    cp -R "$root/Makefile" "$root/src" "$root/include" "$root/tests" "$root/tools" "$root/assets" "$1"
    make -s -C "$1" BUILD="$2" "${variables[@]}" "${targets[@]}" unit >"$work/out" 2>"$work/err"
    code=$?
    code 0 "build in '${1#"$work"/}', BUILD=${2#"$work"/}"
    out '^ALL TESTS PASSED: [1-9]' "its test runs"
}

here="$work/a folder with a longer name"
elsewhere=$work/elsewhere
build "$here" build
build "$work/b" "$elsewhere"
for f in $made; do
    if cmp "$here/build/$f" "$elsewhere/$f" >"$work/out" 2>"$work/err"; then
        pass "the same $f"
    else
        fail "the same $f" "the two builds differ"
    fi
done
if grep -qaF "$work" "$elsewhere/$part"; then
    fail "no folder is named in it" "$(strings -a "$elsewhere/$part" | grep -F "$work" | head -n 3)"
else
    pass "no folder is named in it"
fi
same "" "$(cd "$work/b" && ls -d build 2>/dev/null)" "nothing is built beside the sources"

# Only what was built is removed.
echo mine >"$elsewhere/mine"
make -s -C "$work/b" BUILD="$elsewhere" clean >"$work/out" 2>"$work/err"
same mine "$(ls "$elsewhere")" "clean leaves what it has not built"
make -s -C "$work/b" BUILD=. clean >"$work/out" 2>"$work/err"
code=$?
code 2 "the folder of the sources is no BUILD"
same "Makefile assets include src tests tools" "$(cd "$work/b" && echo *)" "and nothing of it is removed"
# A folder with sources of somebody else, which clean would remove.
mkdir -p "$work/mine/src"
echo mine >"$work/mine/src/mine.c"
make -s -C "$work/b" BUILD="$work/mine" >"$work/out" 2>"$work/err"
code=$?
code 2 "a folder with other sources is no BUILD"
out 'mine/src was there before, and clean would remove it: give another folder' "says why"
make -s -C "$work/b" BUILD="$work/mine" clean >"$work/out" 2>"$work/err"
same mine "$(cat "$work/mine/src/mine.c")" "and they stay"

for name in "$work/with a blank" "$work/a:colon"; do
    make -s -C "$work/b" BUILD="$name" >"$work/out" 2>"$work/err"
    code=$?
    code 2 "BUILD=${name#"$work"/}"
    err 'make cannot build in a folder whose name has a blank or a colon; give another one' "says why"
done

# A sanitizer's name that is misspelt would build a program without any.
make -s -n -C "$work/b" MODE=adress BUILD="$elsewhere" >"$work/out" 2>"$work/err"
code=$?
code 2 "an unknown MODE"
err 'MODE=adress: one of release, asan, ubsan, san, tsan and cov' "an unknown MODE: which there are"
make -s -n -C "$work/b" MODE=tsan BUILD="$elsewhere" >"$work/out" 2>"$work/err"
out 'fsanitize=thread' "a known one sets its flags"

# What `make install` does, with folders of such names and one of the home.
mkdir -p "$work/b/build"
cp "$HPA" "$work/b/build/hpa"
# The program is not built again (-o).
installs() { make -s -o build/hpa -C "$work/b" "$@" >"$work/out" 2>"$work/err"; }
there() { (cd "$work/a place/with blanks" && find . -type f | sort | paste -sd' '); }
installs install DESTDIR="$work/a place" PREFIX="/with blanks"
same "$("$HPA" -V)" "$("$work/a place/with blanks/bin/hpa" -V)" "installed below a folder with blanks"
same "./bin/hpa ./share/bash-completion/completions/hpa ./share/doc/hpa/hpa.conf.example ./share/doc/hpa/train.sbatch\
 ./share/fish/vendor_completions.d/hpa.fish ./share/man/man1/hpa.1 ./share/man/man5/hpa.conf.5\
 ./share/zsh/site-functions/_hpa" "$(there)" "with its manual, completions and examples"
installs uninstall DESTDIR="$work/a place" PREFIX="/with blanks"
same "" "$(there)" "and removed again"
installs install PREFIX='~/.local'
[ -x "$HOME/.local/bin/hpa" ] && pass "and in the home" || fail "install" "not in the home"

finish
