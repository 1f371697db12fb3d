#!/bin/bash
# readme.sh PROGRAM          renew the generated parts of README.md and hpa.conf.example
# readme.sh PROGRAM --check  exit 1 when one of them is not what the program says
#
# A generated part of README.md stands between <!-- begin NAME --> and <!-- end NAME -->.
set -eu
cd "$(dirname "$0")/.."
hpa=$1
mode=${2-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Every key as a row: section, name, default, meaning (the comment above it).
part_configuration() {
    echo '| Key | Default | Meaning |'
    echo '|---|---|---|'
    env -i PATH="$PATH" OPENBLAS_NUM_THREADS=1 HOME="$work" "$hpa" config example | awk '
        /^\[/ { section = substr($0, 2, length($0) - 2); next }
        section != "" && /^# / { meaning = substr($0, 3); gsub(/\|/, "\\|", meaning); next }
        section != "" && /^#[a-z]/ {
            name = substr($0, 2, index($0, " =") - 2)
            value = substr($0, index($0, "=") + 2)
            printf "| `%s.%s` | %s | %s |\n", section, name, value == "" ? "" : "`" value "`", meaning
        }'
}

# As the program showed it: these files are renewed by hand (see CONTRIBUTING.md).
frame() { # NAME
    echo '```'
    cat "assets/frames/$1.txt"
    echo '```'
}

part_keys() {
    "$hpa" help keys
}

renew() { # NAME [COMMAND]: README with the part between its marks replaced
    ${2:-part_$1} >"$work/part"
    grep -q "^<!-- begin $1 -->$" "$work/README.md" || {
        echo "README.md has no part '$1'" >&2
        exit 1
    }
    awk -v name="$1" -v part="$work/part" '
        $0 == "<!-- begin " name " -->" { print; while ((getline line < part) > 0) print line; inside = 1 }
        $0 == "<!-- end " name " -->" { inside = 0 }
        !inside { if (!($0 == "<!-- begin " name " -->")) print }' "$work/README.md" >"$work/next"
    mv "$work/next" "$work/README.md"
}

cp README.md "$work/README.md"
for path in assets/frames/*.txt; do
    name=$(basename "$path" .txt)
    renew "$name" "frame $name"
done
renew configuration
renew keys
env -i PATH="$PATH" OPENBLAS_NUM_THREADS=1 HOME="$work" "$hpa" config example >"$work/hpa.conf.example"

for file in README.md hpa.conf.example; do
    if [ "$mode" = --check ]; then
        diff -u "$file" "$work/$file" || {
            echo "$file is not what the program says: make readme" >&2
            exit 1
        }
    else
        cmp -s "$file" "$work/$file" || { cp "$work/$file" "$file" && echo "renewed $file"; }
    fi
done
