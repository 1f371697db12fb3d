#!/bin/sh
# deps.sh GROUP...: install what the groups (build, test, check, coverage, mutants, valgrind, aarch64) need and this machine lacks.
# Looks for what is used, not for how it was installed; says nothing and returns at once when all
# is there. Debian and its kin through apt-get (sudo unless root); elsewhere the list to install.
set -u

missing="" # Debian packages
have() { command -v "$1" >/dev/null 2>&1; }
want_command() { have "$1" || missing="$missing $2"; }
want_library() { pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"; }

look() {
    missing=""
    for group in "$@"; do
        case $group in
        build)
            want_command gcc gcc
            have gcc && ! printf '#include <stdio.h>\n' | gcc -E - >/dev/null 2>&1 && missing="$missing libc6-dev"
            have gcc || missing="$missing libc6-dev"
            want_command make make
            want_command pkg-config pkg-config
            want_library ncursesw libncurses-dev
            want_library libpng libpng-dev
            want_library libdeflate libdeflate-dev
            want_library openblas libopenblas-dev
            want_library sqlite3 libsqlite3-dev
            want_library jansson libjansson-dev
            want_library inih libinih-dev
            want_library libxxhash libxxhash-dev
            want_library glib-2.0 libglib2.0-dev # libchafa-dev needs it without saying so
            want_library chafa libchafa-dev
            ;;
        test)
            want_library cmocka libcmocka-dev
            want_command tmux tmux
            want_command strace strace
            want_command sqlite3 sqlite3
            want_command zsh zsh # tests/tui/completion.sh
            # What tests/cli/float32.sh compares with.
            have apt-get && ! /usr/bin/python3 -c 'import numpy' 2>/dev/null && missing="$missing python3-numpy"
            # The reference BLAS, small; tests/cli/blas.sh skips it elsewhere.
            have apt-get && ! ls /usr/lib/*/blas/libblas.so.3 >/dev/null 2>&1 && missing="$missing libblas3"
            ;;
        check)
            want_command git git
            want_command clang clang
            want_command clang-format clang-format
            ;;
        coverage)
            want_command gcovr gcovr
            ;;
        mutants)
            want_command python3 python3
            want_command bwrap bubblewrap
            ;;
        valgrind)
            want_command valgrind valgrind
            ;;
        aarch64)
            want_command aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
            want_command qemu-aarch64 qemu-user
            ;;
        *)
            echo "deps.sh: no group '$group' (build, test, check, coverage, mutants, valgrind, aarch64)" >&2
            exit 64
            ;;
        esac
    done
}

install_debian() {
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif have sudo; then
        as_root="sudo"
    else
        echo "Missing:$missing" >&2
        echo "Install them as root: apt-get install$missing" >&2
        exit 1
    fi
    echo "Installing:$missing"
    # shellcheck disable=SC2086
    {
        # The package lists may be absent or too old to name files that still exist: fetch and retry.
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing </dev/null ||
            { $as_root apt-get update -q </dev/null &&
                $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing </dev/null; }
    } || {
        echo "apt-get could not install:$missing" >&2
        exit 1
    }
}

print_lists() {
    cat >&2 <<'LIST'
Some tools or libraries are missing, and this system has no apt-get. Install them with one of:

  conda-forge  conda install -c conda-forge gcc_linux-64 make pkg-config ncurses libpng libdeflate \
                 openblas sqlite jansson inih xxhash chafa cmocka tmux
  Spack        spack install gcc gmake pkgconf ncurses libpng libdeflate openblas sqlite jansson \
                 inih xxhash chafa cmocka tmux strace
LIST
    echo "Not found here (names of Debian):$missing" >&2
    exit 1
}

look "$@"
[ -n "$missing" ] || exit 0
if have apt-get; then
    install_debian
else
    print_lists
fi
look "$@"
if [ -n "$missing" ]; then
    echo "Still missing after the installation:$missing" >&2
    exit 1
fi
