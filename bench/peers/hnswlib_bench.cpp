// hnswlib over .fvecs files, printed in the CSV of `bin/elanus bench index`. A peer to compare with; never shipped.
//   g++ -O3 -march=native -std=c++17 -o hnswlib_bench hnswlib_bench.cpp -pthread     (Debian: libhnswlib-dev)
//   hnswlib_bench BASE QUERY TRUTH l2|ip|cosine M EF_CONSTRUCTION EF[,EF...] K SWEEPS
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

struct Rows {
    int count = 0;
    int dimension = 0;
    std::vector<float> values;
    const float *row(int i) const { return values.data() + static_cast<size_t>(i) * dimension; }
};

static Rows read(const char *path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    size_t bytes = in.tellg();
    in.seekg(0);
    Rows rows;
    in.read(reinterpret_cast<char *>(&rows.dimension), 4);
    rows.count = bytes / (4 + 4 * static_cast<size_t>(rows.dimension));
    rows.values.resize(static_cast<size_t>(rows.count) * rows.dimension);
    in.seekg(0);
    for (int i = 0; i < rows.count; i++) {
        int32_t dimension;
        in.read(reinterpret_cast<char *>(&dimension), 4);
        in.read(reinterpret_cast<char *>(rows.values.data() + static_cast<size_t>(i) * rows.dimension),
                4 * static_cast<size_t>(rows.dimension));
    }
    return rows;
}

static void normalise(Rows &rows) {
    for (int i = 0; i < rows.count; i++) {
        float *row = rows.values.data() + static_cast<size_t>(i) * rows.dimension;
        double sum = 0;
        for (int j = 0; j < rows.dimension; j++) sum += static_cast<double>(row[j]) * row[j];
        float factor = sum > 0 ? static_cast<float>(1 / std::sqrt(sum)) : 0;
        for (int j = 0; j < rows.dimension; j++) row[j] *= factor;
    }
}

int main(int count, char **arguments) {
    if (count != 10) {
        fprintf(stderr, "usage: hnswlib_bench BASE QUERY TRUTH l2|ip|cosine M EFC EF[,EF...] K SWEEPS\n");
        return 2;
    }
    Rows base = read(arguments[1]);
    Rows queries = read(arguments[2]);
    Rows truth = read(arguments[3]);
    std::string metric = arguments[4];
    int m = atoi(arguments[5]);
    int efc = atoi(arguments[6]);
    int k = atoi(arguments[8]);
    int sweeps = atoi(arguments[9]);
    if (metric == "cosine") {
        normalise(base);
        normalise(queries);
    }
    std::unique_ptr<hnswlib::SpaceInterface<float>> space;
    if (metric == "l2") {
        space = std::make_unique<hnswlib::L2Space>(base.dimension);
    } else {
        space = std::make_unique<hnswlib::InnerProductSpace>(base.dimension);
    }
    using clock = std::chrono::steady_clock;
    auto begin = clock::now();
    hnswlib::HierarchicalNSW<float> index(space.get(), base.count, m, efc);
    for (int i = 0; i < base.count; i++) index.addPoint(base.row(i), i);
    double build = std::chrono::duration<double>(clock::now() - begin).count();
    double bytes = static_cast<double>(index.size_data_per_element_);

    printf("index,params,recall,qps,p50_us,p99_us,build_s,bytes_per_vector\n");
    std::stringstream list(arguments[7]);
    std::string ef;
    while (std::getline(list, ef, ',')) {
        index.setEf(std::max(atoi(ef.c_str()), k));
        std::vector<double> latencies;
        std::vector<double> rates;
        size_t found = 0;
        for (int sweep = 0; sweep <= sweeps; sweep++) {
            auto start = clock::now();
            for (int i = 0; i < queries.count; i++) {
                auto from = clock::now();
                auto result = index.searchKnn(queries.row(i), k);
                if (sweep > 0) {
                    latencies.push_back(std::chrono::duration<double, std::micro>(clock::now() - from).count());
                    continue;
                }
                const int32_t *ids = reinterpret_cast<const int32_t *>(truth.row(i));
                while (!result.empty()) {
                    int32_t id = static_cast<int32_t>(result.top().second);
                    found += std::find(ids, ids + k, id) != ids + k;
                    result.pop();
                }
            }
            if (sweep > 0) rates.push_back(queries.count / std::chrono::duration<double>(clock::now() - start).count());
        }
        std::sort(latencies.begin(), latencies.end());
        std::sort(rates.begin(), rates.end());
        printf("hnswlib,M=%d;efConstruction=%d;ef=%s,%.4f,%.0f,%.1f,%.1f,%.2f,%.1f\n", m, efc, ef.c_str(),
               static_cast<double>(found) / (static_cast<double>(queries.count) * k), rates[rates.size() / 2],
               latencies[latencies.size() / 2], latencies[latencies.size() * 99 / 100], build, bytes);
        fflush(stdout);
    }
}
