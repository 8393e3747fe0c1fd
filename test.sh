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

install "${build_packages[@]}" "${test_packages[@]}"
boost_examples >/dev/null || fail "Boost's examples are not there"
mkdir -p "$top/build"
exec 9>"$top/build/.lock"
flock 9

reports=$top/build/dev/reports
broken=()
rm -rf "$reports"
say "configuring"
if configure dev -DCOROLINT_BUILD_TESTS=ON; then
  # The meta tests read the sources only.
  [ "${suites[*]}" = meta ] || build dev || broken+=("the build")
  for suite in "${suites[@]}"; do
    say "testing $suite"
    start=$SECONDS
    # What failed is told by the summary, from the reports.
    ctest --test-dir "$top/build/dev" --label-regex "^$suite\$" --timeout 300 \
      --parallel "$(nproc)" --output-junit "$reports/ctest-$suite.xml" \
      >"$logs/ctest-$suite.log" 2>&1 </dev/null 9>&- || true
    say "tested $suite in $((SECONDS - start)) s"
  done
else
  broken+=("the configuration")
fi

python3 "$top/tests/summary.py" "$reports" --suites "${suites[@]}" --broken "${broken[@]}"
