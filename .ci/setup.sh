# shellcheck shell=bash disable=SC2034
# What run.sh and test.sh share: installing packages, building a preset, and
# telling how far they are. Sourced by both; sets `top`, the root of the tree.

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$top/build/logs

# What the analyser needs to be built and to run, and the real code it analyses.
build_packages=(
  clang-19 lld-19 llvm-19-dev libclang-19-dev libclang-cpp19-dev
  nlohmann-json3-dev cmake ninja-build
  libasio-dev libboost1.81-dev libboost1.81-doc libssl-dev
)
# What the tests need on top: the hosts to compare with, the sanitizers'
# runtimes, a second compiler for the runtime, lit and FileCheck.
test_packages=(
  clang-tidy-19 clangd-19 llvm-19-tools libclang-rt-19-dev g++ libgtest-dev
  neovim python3
)

# Progress goes to stderr: stdout belongs to the findings.
say() { printf '== %s\n' "$*" >&2; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 2; }

# logged NAME COMMAND…: runs COMMAND with its output in the log of that name,
# and shows the end of the log only if it fails.
logged() {
  local log=$logs/$1.log status=0
  shift
  mkdir -p "$logs"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    printf '%s\n' "-- failed ($status): $*" "-- the end of ${log#"$top"/}:" >&2
    tail -n 40 "$log" >&2
  fi
  return "$status"
}

# install PACKAGE…: asks apt only for what is absent, so that a second run needs
# neither root nor a network.
install() {
  command -v dpkg-query >/dev/null ||
    fail "cannot install packages: this is not Debian; needed are: $*"
  local installed missing=() package
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$installed" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "as root, run: apt-get install --no-install-recommends ${missing[*]}"
    root=(sudo)
  fi
  say "installing ${missing[*]}"
  logged apt-update "${root[@]}" apt-get -o Acquire::Retries=3 update -q ||
    fail "could not update the list of packages"
  logged apt-install "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get \
    -o Acquire::Retries=3 install -y -q --no-install-recommends "${missing[@]}" ||
    fail "could not install ${missing[*]}"
}

# Prints the folder with Boost's examples. Minimal systems tell dpkg to leave out
# /usr/share/doc; there the package is unpacked beside the build instead.
boost_examples() {
  local packaged=/usr/share/doc/libboost1.81-doc/examples
  local unpacked=$top/build/boost-doc$packaged
  if [ -d "$packaged/libs" ]; then
    echo "$packaged"
  else
    if [ ! -d "$unpacked/libs" ]; then
      say "fetching Boost's examples, which this system's dpkg leaves out"
      mkdir -p "$top/build/boost-doc"
      (cd "$top/build/boost-doc" && logged boost-doc apt-get download libboost1.81-doc &&
        dpkg-deb -x libboost1.81-doc_*.deb .) || return 1
    fi
    echo "$unpacked"
  fi
}

# configure PRESET OPTION…
configure() {
  local preset=$1 launcher=()
  shift
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  (cd "$top" && logged "configure-$preset" cmake --preset "$preset" "${launcher[@]}" "$@")
}

# build PRESET [TARGET…]; goes on after an error, so that what can be built is.
build() {
  local preset=$1 targets=() start=$SECONDS
  shift
  if [ $# -gt 0 ]; then targets=(--target "$@"); fi
  say "building $preset"
  # ccache looks inside a precompiled header's users only if told to.
  CCACHE_SLOPPINESS=pch_defines,time_macros \
    logged "build-$preset" cmake --build "$top/build/$preset" "${targets[@]}" -- -k 0 ||
    return 1
  say "built $preset in $((SECONDS - start)) s"
}
