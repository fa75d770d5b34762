#!/usr/bin/env bash
# Measures every log beside what its engine allows, in turns in the same run, and prints tables for RESULTS.md: the local
# log beside a file with fdatasync, Kafka and Pulsar beside a bare producer and consumer. Takes about three minutes.
# Usage: bench/wal.sh [SECONDS a run, 2] [DIRECTORY on the disk to measure, a temporary one]
set -euo pipefail
cd "$(dirname "$0")/.."
exec ./mvnw -B -q test -pl plugins/wal-local,plugins/wal-kafka,plugins/wal-pulsar -am -Delanus.lint.skip=true \
  -Dtest='LocalRates,KafkaRates,PulsarRates' -Dsurefire.failIfNoSpecifiedTests=false -Delanus.bench.seconds="${1:-2}" \
  ${2:+-Delanus.bench.directory="$(cd "$2" && pwd)"}
