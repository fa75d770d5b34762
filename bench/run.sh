#!/usr/bin/env bash
# Measures the HNSW index and hnswlib, its peer, on the same files in turns, and prints both as one CSV.
#   bench/run.sh DATA [ROUNDS]     DATA/<set>/{base.fvecs,query.fvecs,truth.ivecs} for the sets below
# Needs g++ and the headers of hnswlib (Debian: apt-get install libhnswlib-dev).
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
data=$1
rounds=${2:-1}
work=${TMPDIR:-/tmp}/elanus-bench-peers
mkdir -p "$work"
g++ -O3 -march=native -std=c++17 -o "$work/hnswlib_bench" "$home/bench/peers/hnswlib_bench.cpp" -pthread
efs=10,15,20,30,40,60,80,120,160,240
for round in $(seq "$rounds"); do
  while read -r set metric; do
    [ -d "$data/$set" ] || continue
    files=$data/$set
    "$work/hnswlib_bench" "$files/base.fvecs" "$files/query.fvecs" "$files/truth.ivecs" "$metric" 16 200 $efs 10 5 |
      sed "s/^/$round,$set,/"
    for codes in none fused; do
      "$home/bin/elanus" bench index --base "$files/base.fvecs" --query "$files/query.fvecs" --truth "$files/truth.ivecs" \
        --metric "$metric" --type HNSW --build "M=16,efConstruction=200,codes=$codes" --search ef=$efs --k 10 --threads 1 |
        sed "s/^/$round,$set,$codes,/"
    done
  done <<SETS
mnist784 l2
sift128 l2
javawords100 cosine
SETS
done
