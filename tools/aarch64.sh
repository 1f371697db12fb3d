#!/bin/bash
# aarch64.sh BUILD: build the unit tests of the floors that compute for aarch64, and run them under qemu.
#
# Debian's cross compiler and emulator are used; headers and libraries come from Debian's arm64 packages,
# unpacked below BUILD. Nothing of this system changes and no root is needed, except to install those two
# (tools/deps.sh aarch64).
set -eu

build=$1
mkdir -p "$build"
root=$(cd "$build" && pwd)/sysroot
libraries=$root/usr/lib/aarch64-linux-gnu

# A state of apt of its own, for another architecture and with nothing installed, gives every package
# that the development packages need.
fetch_packages() { # FOLDER
    local options=(-q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Debug::NoLocking=1
        -o "Dir::State=$1" -o "Dir::State::status=$1/status" -o "Dir::State::lists=$1/lists" -o "Dir::Cache=$1")
    mkdir -p "$1/lists/partial" "$1/archives/partial"
    : >"$1/status"
    apt-get "${options[@]}" update
    apt-get "${options[@]}" install -y --download-only --no-install-recommends libc6-dev libpng-dev \
        libdeflate-dev libopenblas-pthread-dev libjansson-dev libinih-dev libxxhash-dev libcmocka-dev
}

make_sysroot() {
    local fetched=$root.packages package
    rm -rf "$root" "$fetched"
    fetch_packages "$fetched"
    mkdir -p "$root/usr/lib"
    ln -s usr/lib "$root/lib"
    for package in "$fetched"/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink --no-same-owner
    done
    touch "$root/complete"
    rm -rf "$fetched"
}

[ -e "$root/complete" ] || make_sysroot >"$build/sysroot.log" 2>&1 || {
    tail -n 20 "$build/sysroot.log"
    echo "aarch64.sh: no packages of arm64 (the whole log: $build/sysroot.log)" >&2
    exit 1
}

export PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_LIBDIR=$libraries/pkgconfig:$libraries/openblas-pthread/pkgconfig
# Debian chooses among BLAS libraries with links that its packages make when they are installed.
export RUN="qemu-aarch64 -L $root -E LD_LIBRARY_PATH=/usr/lib/aarch64-linux-gnu/openblas-pthread"
exec make --no-print-directory CC="aarch64-linux-gnu-gcc --sysroot=$root" AR=aarch64-linux-gnu-ar \
    BUILD="$build" FLOORS="base data kern metric nn" \
    PACKAGES="libpng libdeflate openblas jansson inih libxxhash" unit
