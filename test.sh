#!/usr/bin/env bash
# Installs what is missing, builds everything and runs the tests.
#
#   ./test.sh                 all of them
#   ./test.sh SUITE…          some of: unit lit runtime hosts meta
#
# Ends with a line `N passed, M failed`, which counts single cases; the exit
# status is 0 only if everything was built, every suite ran, and nothing failed.

. "$(dirname "${BASH_SOURCE[0]}")/.ci/setup.sh"

all=(unit lit runtime hosts meta)
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=("${all[@]}")
for suite in "${suites[@]}"; do
  [[ " ${all[*]} " == *" $suite "* ]] || fail "no suite '$suite'; there are: ${all[*]}"
done
wanted() { [[ " ${suites[*]} " == *" $1 "* ]]; }

install "${build_packages[@]}" "${test_packages[@]}"
mkdir -p "$top/build"
exec 9>"$top/build/.lock"
flock 9

# test_suite TREE SUITE: leaves the result in the tree's reports, from which the
# summary tells what failed.
test_suite() {
  local tree=$1 suite=$2 start=$SECONDS
  say "testing $suite ($tree)"
  ctest --test-dir "$top/build/$tree" --label-regex "^$suite\$" --timeout 300 \
    --parallel "$(nproc)" --output-junit "$top/build/$tree/reports/ctest-$suite.xml" \
    >"$logs/ctest-$tree-$suite.log" 2>&1 </dev/null 9>&- || true
  say "tested $suite ($tree) in $((SECONDS - start)) s"
}

# prepare TREE: configures and builds, remembers what went wrong.
broken=()
prepare() {
  local tree=$1
  rm -rf "$top/build/$tree/reports"
  say "configuring $tree"
  configure "$tree" -DCOROLINT_BUILD_TESTS=ON || { broken+=("configuring $tree"); return 1; }
  # The meta tests read the sources only.
  [ "${suites[*]}" = meta ] || build "$tree" || broken+=("building $tree")
}

trees=(dev)
if prepare dev; then
  for suite in "${suites[@]}"; do test_suite dev "$suite"; done
fi
# The runtime is tested again under the sanitizers, in trees that hold nothing
# else.
if wanted runtime; then
  for tree in tsan asan; do
    trees+=("$tree")
    if prepare "$tree"; then test_suite "$tree" runtime; fi
  done
fi

python3 "$top/tests/summary.py" --trees "${trees[@]/#/$top/build/}" \
  --suites "${suites[@]}" --broken "${broken[@]}"
