#!/bin/bash
# The same promises with every kernel of OpenBLAS that this CPU runs, with the reference BLAS and
# with OpenBLAS's other builds: OpenBLAS chooses its kernel by the CPU, so each of these is what
# some machine computes with. What is predicted is the same to the last bit with all of them, since
# no forward pass uses the library; a training gives the same bits with any number of threads.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/lib.sh"
built=$(dirname "$HPA")/tests
[ -x "$built/kern/test_gemm" ] || {
    echo "the unit tests are not built: $built"
    exit 77
}
kernels="Haswell Zen SkylakeX Nehalem Prescott Core2 Penryn Dunnington Sandybridge Atom Nano
    Opteron Opteron_SSE3 Barcelona Bobcat Bulldozer Piledriver Steamroller Excavator Cooperlake
    SapphireRapids ARMV8 CORTEXA53 CORTEXA55 CORTEXA57 CORTEXA72 CORTEXA73 CORTEXX1 CORTEXX2
    CORTEXA510 CORTEXA710 FALKOR THUNDERX THUNDERX2T99 THUNDERX3T110 TSV110 EMAG8180 NEOVERSEN1
    NEOVERSEV1 NEOVERSEN2 FT2000 ARMV8SVE ARMV9SME A64FX VORTEX POWER8 POWER9 POWER10 ZARCH_GENERIC
    Z13 Z14"
# They differ most: each gets the long tests, too; with SOAK every kernel does.
thorough=" Haswell Zen SkylakeX Nehalem Prescott "

unit() { # FILTER PROGRAM: a unit test, from the folder where it finds its vectors
    { (cd "$root" && TEST_FILTER=$1 exec "$built/$2" >"$work/out" 2>"$work/err" </dev/null); } 2>/dev/null
}

check_unit() { # NAME FILTER PROGRAM
    if unit "$2" "$3" && grep -q 'PASSED.*[1-9][0-9]* test' "$work/out" "$work/err"; then
        pass "$1: $3${2:+, $2}"
    else
        fail "$1" "$3 $2"
    fi
}

chosen() { # what computes the products, as test_gemm says it
    unit '' kern/test_gemm || return 1
    sed -n 's/^BLAS: //p' "$work/out"
}

train() { # NAME OPTIONS...: the weights at the end
    local name=$1
    shift
    hpa -q train --name "$name" "$@"
    [ $code = 0 ] && hpa -q export "$name" --checkpoint last --safetensors "$name.st" --force &&
        cksum <"$name.st" && rm "$name.st"
    hpa -q runs rm "$name" --yes
}

hpa -q synth data --samples 40 --test 0 --size 40 --seed 3
cat data/hpa.conf - >hpa.conf <<'END_CONF'
[split]
folds = 2
[train]
model = resnet18
size = 40
batch = 7
epochs = 1
frozen_epochs = 0
validate_steps = 0
END_CONF
hpa -q train --name base
code 0 "a run to predict with"
scores() {
    rm -f scores.csv
    hpa -q eval base --split all --probs scores.csv && cksum <scores.csv
}
want_scores=$(scores)

check_quick() { # NAME: with what the environment chooses
    same "$want_scores" "$(scores)" "$1: the same scores"
    check_unit "$1" '' kern/test_gemm
    check_unit "$1" '*batch' nn/test_conv
    check_unit "$1" test_features_are_the_loaders job/test_phases
}

check_all() { # NAME
    local one
    check_quick "$1"
    check_unit "$1" '' nn/test_gradcam
    check_unit "$1" '' nn/test_places
    one=$(train one --threads 1)
    [ -n "$one" ] || fail "$1" "no training"
    same "$one" "$(train many --threads 3)" "$1: the same weights with any number of threads"
}

tried=0
for kernel in $kernels; do
    export OPENBLAS_CORETYPE=$kernel
    name=$(chosen)
    case $name in
    *"kernel: $kernel")
        tried=$((tried + 1))
        case $thorough in
        *" $kernel "*) check_all "$kernel" ;;
        *) if [ "${SOAK:-0}" = 0 ]; then check_quick "$kernel"; else check_all "$kernel"; fi ;;
        esac
        ;;
    '')
        echo "skipped: $kernel: this CPU does not run it"
        ;;
    esac
done
unset OPENBLAS_CORETYPE
echo "kernels tried: $tried"

# Other libraries in place of the one that the program was linked with. The loader looks for
# libopenblas.so.0 whatever is inside.
mkdir reference
for file in /usr/lib/*/blas/libblas.so.3; do # where Debian and its kin put them
    [ -e "$file" ] && ln -sf "$file" reference/libopenblas.so.0
done
library() { # NAME FOLDER WANTED
    if [ ! -e "$2/libopenblas.so.0" ]; then
        echo "skipped: $1: not installed"
        return
    fi
    export LD_LIBRARY_PATH=$2 OMP_NUM_THREADS=3
    case $(chosen) in
    $3) check_all "$1" ;;
    *) fail "$1" "not what computes: $(chosen)" ;;
    esac
    unset LD_LIBRARY_PATH OMP_NUM_THREADS
}
folder_of() { # BUILD: of Debian's packages
    local folder
    for folder in /usr/lib/*/openblas-"$1"; do echo "$folder"; done | head -n 1
}
library "reference BLAS" "$PWD/reference" "libblas*"
library "OpenBLAS with OpenMP" "$(folder_of openmp)" "OpenBLAS*"
library "serial OpenBLAS" "$(folder_of serial)" "OpenBLAS*"
finish
