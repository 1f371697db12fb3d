#!/bin/bash
# check.sh              the rules of the house, on the tree this script lies in
# check.sh --self-test  plant one violation of every rule in a scratch tree, and see it found
#
# Rules: floor, room, door, quiet, unique, prefix, cycle, file-length, function-length (rules.awk),
# self-contained, format, script, generated, unused. Each complaint names file, line and rule.
set -u

tools=$(cd "$(dirname "$0")" && pwd)
flags=${CHECK_FLAGS:--std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Wall -Wextra}

sources() { # PATTERN...: the C files of the tree, tests included
    find src include tests -name '*.[ch]' 2>/dev/null | sort
}

check_text() {
    # shellcheck disable=SC2046
    awk -v rooms="${ROOMS:-$tools/rooms.txt}" -f "$tools/rules.awk" $(sources)
}

# A header compiles alone, and twice, with both compilers. A declaration follows, since ISO C forbids a
# file that has none, such as one of macros alone.
check_headers() {
    local rc=0 h cc private message
    for h in $(find include src -name '*.h' | sort); do
        private=
        case $h in
        src/*/*/*) private=$(cut -d/ -f1,2 <<<"-I$h") ;;
        src/*) private=-I${h%/*} ;;
        esac
        for cc in gcc clang; do
            # shellcheck disable=SC2086
            message=$(printf '#include "%s"\n#include "%s"\nextern int last;\n' "$PWD/$h" "$PWD/$h" |
                $cc $flags -Werror -Wno-unused-function -Iinclude $private -fsyntax-only -x c - 2>&1) || {
                echo "$h:1: rule self-contained: $cc cannot compile it alone"
                echo "$message" | head -n 8
                rc=1
            }
        done
    done
    return $rc
}

check_format() {
    local out
    # shellcheck disable=SC2046
    out=$(clang-format --dry-run -Werror $(sources) 2>&1) && return 0
    echo "$out" | sed -n 's/^\([^ ]*:[0-9]*\):[0-9]*: error: code should be clang-formatted.*/\1: rule format: run make format/p' | sort -u
    return 1
}

check_scripts() {
    local rc=0 s
    for s in $(find tools tests .ci -name '*.sh' -o -path .ci/run 2>/dev/null); do
        bash -n "$s" || {
            echo "$s:1: rule script: the shell cannot parse it"
            rc=1
        }
        [ -x "$s" ] || [ "${s##*/}" = lib.sh ] || {
            echo "$s:1: rule script: not executable (chmod +x)"
            rc=1
        }
    done
    return $rc
}

# Only what people write is tracked.
check_tracked() {
    git rev-parse --git-dir >/dev/null 2>&1 || return 0
    local rc=0 f
    while IFS= read -r f; do
        case $f in
        build/* | demo/* | hpa-work/* | */hpa-work/* | *.o | *.a | *.d | *.so | *.db | *.pyc | *.orig | *.rej | \
            compile_commands.json | */compile_commands.json | core | vgcore.*)
            echo "$f:1: rule generated: a generated file is tracked"
            rc=1
            ;;
        *)
            if [ -f "$f" ] && [ "$(stat -c %s "$f")" -gt 500000 ]; then
                echo "$f:1: rule generated: more than 500 kB; too large to track"
                rc=1
            fi
            ;;
        esac
    done < <(git ls-files)
    return $rc
}

check_all() { # in the current folder
    local rc=0
    check_text || rc=1
    check_headers || rc=1
    check_format || rc=1
    check_scripts || rc=1
    check_tracked || rc=1
    "$tools/unused.sh" || rc=1
    return $rc
}

# A small house without a fault, to plant faults in.
build_scratch() {
    mkdir -p tools include/base include/data include/kern src/base src/data/table src/data/cache src/data/synth \
        src/tui/model tests
    cp "$tools/../.clang-format" .
    printf '#ifndef BASE_ALPHA_H\n#define BASE_ALPHA_H\n\nint alpha_one(int x);\n\n#endif\n' >include/base/alpha.h
    printf '#include "base/alpha.h"\n\nint alpha_one(int x)\n{\n    return x;\n}\n' >src/base/alpha.c
    printf '#ifndef DATA_BETA_H\n#define DATA_BETA_H\n\n#include "base/alpha.h"\n\nint beta(void);\n\n#endif\n' >include/data/beta.h
    printf '#include "data/beta.h"\n\nint beta(void)\n{\n    return alpha_one(2);\n}\n' >src/data/table/beta.c
    printf '#ifndef KERN_DELTA_H\n#define KERN_DELTA_H\n\nint delta(void);\n\n#endif\n' >include/kern/delta.h
    printf '#ifndef DATA_HIGH_H\n#define DATA_HIGH_H\n\nint high(void);\n\n#endif\n' >src/data/cache/high.h
    printf '#ifndef DATA_PEAK_H\n#define DATA_PEAK_H\n\nint peak(void);\n\n#endif\n' >include/data/peak.h
    printf '#include "data/peak.h"\n\nint peak(void)\n{\n    return 1;\n}\n' >src/data/synth/peak.c
    printf '#ifndef TUI_SHOWN_H\n#define TUI_SHOWN_H\n\nint shown(void);\n\n#endif\n' >src/tui/model/shown.h
    printf 'beta\ndelta\nhigh\npeak\nshown\n' >tools/test_only.txt
    local i
    for ((i = 1; i < 26; i++)); do printf 'extern int full_%d;\n' "$i" >"src/data/synth/full_$i.c"; done
    printf '#include <stdio.h>\n#include <stdlib.h>\n\nint main(void)\n{\n    puts("printf(stderr)");\n    exit(0);\n}\n' >src/main.c
    git init -q . 2>/dev/null && git add -A
}

planted=0
missed=0
plant() { # RULE FILE TEXT (printf format): the check must name RULE in FILE
    local rule=$1 file=$2 out
    rm -rf "$scratch/case"
    cp -a "$scratch/house" "$scratch/case"
    cd "$scratch/case" || exit 1
    mkdir -p "$(dirname "$file")"
    # shellcheck disable=SC2059
    printf "$3" >"$file"
    git add -f -A
    planted=$((planted + 1))
    if out=$(check_all 2>&1); then
        echo "self-test: rule $rule let this pass: $file"
        missed=$((missed + 1))
    elif ! printf '%s\n' "$out" | grep -q "^$file:[0-9]*: rule $rule:"; then
        echo "self-test: rule $rule did not name $file; the check said:"
        printf '%s\n' "$out"
        missed=$((missed + 1))
    fi
}

# The rule about globals reads objects, see globals.sh.
global_planted() {
    planted=$((planted + 1))
    mkdir -p "$scratch/case/out/src/nn"
    printf 'static int counter;\nint next(void);\nint next(void)\n{\n    return ++counter;\n}\n' |
        gcc -x c -c -o "$scratch/case/out/src/nn/count.o" -
    "$tools/globals.sh" "$scratch/case/out" | grep -q '^src/nn/count.c:1: rule global: counter ' || {
        echo "self-test: rule global did not name src/nn/count.c"
        missed=$((missed + 1))
    }
}

repeat() { # COUNT TEXT
    local i
    for ((i = 0; i < $1; i++)); do printf '%s' "$2"; done
}

self_test() {
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    mkdir "$scratch/house"
    cd "$scratch/house" || exit 1
    build_scratch
    local out
    out=$(check_all 2>&1) || {
        echo "self-test: the faultless house is refused:"
        echo "$out"
        return 1
    }
    plant floor src/base/low.c '#include "data/beta.h"\n'
    plant floor src/data/side.c '#include "kern/delta.h"\n'
    plant floor src/nn/wide.c '#include "data/beta.h"\n'
    plant floor src/tui/deep.c '#include "kern/delta.h"\n'
    plant floor src/data/climb.c '#include "../base/alpha.h"\n'
    plant floor src/attic/lost.c '#include "base/alpha.h"\n'
    plant floor src/main.c '#include "data/beta.h"\n\nint main(void)\n{\n    return beta();\n}\n'
    plant room src/data/flat.c '#include "base/alpha.h"\n'
    plant room src/data/attic/far.c '#include "base/alpha.h"\n'
    plant room src/data/table/up.c '#include "cache/high.h"\n'
    plant room src/data/table/above.c '#include "data/peak.h"\n'
    plant room src/tui/term/aside.c '#include "model/shown.h"\n'
    plant room include/data/open.h '#include "data/peak.h"\n'
    plant room src/data/table/deeper/cellar.c '#include "base/alpha.h"\n'
    plant room src/data/synth/too_many.c '#include "base/alpha.h"\n'
    plant floor include/data/private.h '#include "cache/high.h"\n'
    plant door src/tui/other.c '#include <ncurses.h>\n'
    plant door src/data/image.c '#include <png.h>\n'
    plant door src/job/query.c '#include <sqlite3.h>\n'
    plant door src/nn/fast.c '#include <immintrin.h>\n'
    plant door src/nn/vector.c 'typedef float four __attribute__((vector_size(16)));\n'
    plant door src/cli/strange.c '#include <curl/curl.h>\n'
    plant quiet src/data/loud.c '#include <stdio.h>\n\nvoid loud(void)\n{\n    printf("x");\n}\n'
    plant quiet src/job/loud.c '#include <stdio.h>\n\nvoid loud(void)\n{\n    fprintf(stderr, "x");\n}\n'
    plant quiet src/base/quit.c '#include <stdlib.h>\n\nvoid quit(void)\n{\n    exit(1);\n}\n'
    plant unique src/data/alpha.c '#include "base/alpha.h"\n'
    plant prefix src/data/gamma.c '#include "base/alpha.h"\n\nint wrong_name(void)\n{\n    return 1;\n}\n'
    plant cycle include/base/ring.h '#ifndef BASE_RING_H\n#define BASE_RING_H\n\n#include "base/ring.h"\n\n#endif\n'
    plant self-contained include/base/needy.h '#ifndef BASE_NEEDY_H\n#define BASE_NEEDY_H\n\nsize_t needy(void);\n\n#endif\n'
    plant file-length src/base/long.c "$(repeat 601 'extern int x;\n')"
    plant function-length src/base/tall.c "int tall(int x)\n{\n$(repeat 80 '    x++;\n')    return x;\n}\n"
    plant format src/base/ugly.c 'int ugly;\nint   crooked ;\n'
    plant script tools/broken.sh 'if then\n'
    plant generated build/left.txt 'x\n'
    plant generated src/base/alpha.o 'x\n'
    plant unused include/base/idle.h '#ifndef BASE_IDLE_H\n#define BASE_IDLE_H\n\nint idle(void);\n\n#endif\n'
    plant unused tools/test_only.txt 'beta\ndelta\nhigh\npeak\nshown\nalpha_one\n'
    global_planted
    if [ $missed -gt 0 ]; then
        echo "check: $missed of $planted planted violations were not found"
        return 1
    fi
    echo "check: the rules find all $planted planted violations"
}

if [ "${1-}" = --self-test ]; then
    self_test
else
    cd "$tools/.." || exit 1
    if check_all; then
        echo "check: floors, doors, names, lengths, headers and format hold"
    else
        echo "check: rules are broken, see above"
        exit 1
    fi
fi
