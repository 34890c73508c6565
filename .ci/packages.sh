# Sourced by examples/run and tests/run: installs missing Debian packages, configures and
# builds. Does nothing, quickly, when all is there.

build_packages="build-essential pkg-config meson ninja-build python3 libpng-dev
libfreetype-dev libharfbuzz-dev libfontconfig-dev libkissfft-dev libtiff-dev qt6-base-dev
libqt6opengl6-dev fonts-dejavu-core"
test_packages="clang clang-format llvm libclang-rt-14-dev locales xvfb xdotool libegl1
libgl1-mesa-dri libgles2 tzdata"

say() { printf '%s\n' "$*" >&2; }

# need_packages NAME...: all installed afterwards, or one clear message and status 1.
need_packages() {
    [ -n "${PLOTLIB_NO_INSTALL:-}" ] && return 0
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        say "This is not Debian. Install what these Debian packages hold, then run again with"
        say "PLOTLIB_NO_INSTALL=1: $(echo "$@" | tr '\n' ' ')"
        exit 1
    fi
    missing=
    for package in "$@"; do
        case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -z "$missing" ] && return 0
    as_root=
    if [ "$(id -u)" != 0 ]; then
        as_root=sudo
        if ! command -v sudo >/dev/null 2>&1; then
            say "Please install as root: apt-get install$missing"
            exit 1
        fi
    fi
    say "Installing:$missing"
    $as_root apt-get update -q >/dev/null || say "apt-get update failed: using the old lists"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
        --no-install-recommends $missing >/dev/null || {
        say "Could not install:$missing"
        exit 1
    }
}

# build_dir DIR [meson options]: configured once, then only brought up to date.
build_dir() {
    dir=$1
    shift
    mkdir -p "$dir"
    if [ ! -f "$dir/build.ninja" ]; then
        say "Configuring $dir"
        meson setup "$dir" "$@" >"$dir/setup.log" 2>&1 || {
            tail -n 20 "$dir/setup.log" >&2
            exit 1
        }
    fi
    ninja -C "$dir" >"$dir/ninja.log" 2>&1 || {
        grep -E 'error|warning|FAILED|undefined' "$dir/ninja.log" | head -n 40 >&2
        say "The build failed: see $dir/ninja.log"
        exit 1
    }
}
