#!/usr/bin/env bash
# Measures the whole server as a process: start to ready, memory at rest, search through the official SDK.
# Usage: bench/server.sh [DIR with base.fvecs, query.fvecs, truth.ivecs]   (L2)
set -euo pipefail
cd "$(dirname "$0")/.."
exec ./mvnw -B verify -pl dist -am -DskipTests=false -Dsurefire.skip=true -Delanus.lint.skip=true \
  -Dtest=NoSuchTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=ServerBench -Dfailsafe.failIfNoSpecifiedTests=false \
  ${1:+-Delanus.bench.set="$(cd "$1" && pwd)"}
