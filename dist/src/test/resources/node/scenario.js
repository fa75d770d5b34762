// The scenario of the Java SDK's test, with the Node SDK: scenario.js ADDRESS VECTORS WORDS
// Every answer is compared with an exact one; the first difference ends the process with an error.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const {
  MilvusClient,
  DataType,
  MetricType,
  IndexType,
  ConsistencyLevelEnum,
  ErrorCode,
} = require('@zilliz/milvus2-sdk-node');

const DIMENSION = 100;
const ROWS = 4000;
const BATCH = 1000;

const [address, vectorsFile, wordsFile] = process.argv.slice(2);
const words = fs.readFileSync(wordsFile, 'utf8').split('\n').slice(0, ROWS);
const bytes = fs.readFileSync(vectorsFile);
const vectors = [];
for (let row = 0; row < ROWS; row++) {
  const vector = [];
  for (let i = 0; i < DIMENSION; i++) {
    vector.push(bytes.readFloatLE(4 * (row * DIMENSION + i)));
  }
  vectors.push(vector);
}

function cosine(a, b) {
  let dot = 0;
  let left = 0;
  let right = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    left += a[i] * a[i];
    right += b[i] * b[i];
  }
  return dot / Math.sqrt(left * right);
}

function nearest(query, k, passes) {
  const rows = [];
  for (let row = 0; row < ROWS; row++) {
    if (passes(row)) {
      rows.push({ row, score: cosine(query, vectors[row]) });
    }
  }
  return rows.sort((a, b) => b.score - a.score).slice(0, k);
}

function ok(answer) {
  const status = answer.status || answer;
  assert.equal(status.error_code, ErrorCode.SUCCESS, status.reason);
  assert.equal(Number(status.code || 0), 0, status.reason);
  return answer;
}

function sameHits(found, expected) {
  assert.equal(found.length, expected.length);
  found.forEach((hit, i) => {
    // Neighbours with nearly equal scores may stand in either order.
    assert.ok(Math.abs(hit.score - expected[i].score) < 1e-4, `hit ${i}: ${hit.score} and ${expected[i].score}`);
  });
  const share = found.filter(hit => expected.some(one => String(one.row) === String(hit.id))).length;
  assert.ok(share >= expected.length - 1, `${share} of ${expected.length} hits are the exact ones`);
}

// Rows of queries keep what the schema does not name under the name of the dynamic field.
function valueOf(item, key) {
  return key in item ? item[key] : item.$meta[key];
}

async function insertAll(client, collection) {
  for (let from = 0; from < ROWS; from += BATCH) {
    const data = [];
    for (let row = from; row < from + BATCH; row++) {
      data.push({ id: row, word: words[row], length: words[row].length, vector: vectors[row] });
    }
    const inserted = ok(await client.insert({ collection_name: collection, data }));
    assert.equal(Number(inserted.insert_cnt), BATCH);
  }
}

async function scenario(client, collection, dynamic) {
  const strong = { collection_name: collection, consistency_level: ConsistencyLevelEnum.Strong };
  const count = ok(await client.count({ collection_name: collection }));
  assert.equal(Number(count.data), ROWS);

  for (const row of [0, 17, 1234]) {
    const plain = ok(await client.search({ ...strong, data: vectors[row], limit: 10, output_fields: ['id', 'word'] }));
    sameHits(plain.results, nearest(vectors[row], 10, () => true));
    assert.equal(plain.results[0].word, words[row]);

    const short = other => words[other].length <= 4 && other % 2 === 0;
    const filtered = ok(
      await client.search({
        ...strong,
        data: vectors[row],
        limit: 10,
        filter: 'length <= 4 and id % 2 == 0',
        output_fields: ['id', 'word', 'length'],
      })
    );
    sameHits(filtered.results, nearest(vectors[row], 10, short));
    filtered.results.forEach(hit => assert.ok(Number(hit.length) <= 4));
  }

  const many = ok(await client.search({ ...strong, data: [vectors[3], vectors[5]], limit: 4, output_fields: ['id'] }));
  assert.equal(many.results.length, 2);
  sameHits(many.results[0], nearest(vectors[3], 4, () => true));
  sameHits(many.results[1], nearest(vectors[5], 4, () => true));

  const queried = ok(
    await client.query({ ...strong, filter: 'length == 3 and id < 500', output_fields: ['id', 'word', 'length'] })
  );
  const expected = words.slice(0, 500).flatMap((word, row) => (word.length === 3 ? [row] : []));
  assert.deepEqual(
    queried.data.map(item => Number(item.id)).sort((a, b) => a - b),
    expected
  );
  queried.data.forEach(item => assert.equal(valueOf(item, 'word'), words[Number(item.id)]));

  const got = ok(await client.get({ ...strong, ids: [7, 9], output_fields: ['id', 'vector'] }));
  assert.equal(got.data.length, 2);
  got.data.forEach(item =>
    item.vector.forEach((value, i) => assert.equal(Math.fround(value), vectors[Number(item.id)][i]))
  );

  ok(await client.delete({ collection_name: collection, filter: 'id in [0, 1, 2]' }));
  const rest = ok(await client.query({ ...strong, filter: 'id < 5', output_fields: ['id'] }));
  assert.deepEqual(rest.data.map(item => Number(item.id)).sort(), [3, 4]);
  const without = ok(await client.search({ ...strong, data: vectors[0], limit: 5, output_fields: ['id'] }));
  sameHits(without.results, nearest(vectors[0], 5, row => row > 2));

  ok(
    await client.upsert({
      collection_name: collection,
      data: [{ id: 3, word: 'changed', length: 7, vector: vectors[8] }],
    })
  );
  const changed = ok(await client.get({ ...strong, ids: [3], output_fields: ['word', 'vector'] }));
  assert.equal(changed.data.length, 1);
  assert.equal(valueOf(changed.data[0], 'word'), 'changed');
  assert.equal(Math.fround(changed.data[0].vector[0]), vectors[8][0]);
  if (dynamic) {
    ok(await client.insert({ collection_name: collection, data: [{ id: 9999, vector: vectors[4], colour: 'green' }] }));
    const keyed = ok(await client.query({ ...strong, filter: 'colour == "green"', output_fields: ['colour'] }));
    assert.deepEqual(keyed.data.map(item => [Number(item.id), valueOf(item, 'colour')]), [[9999, 'green']]);
  }
}

async function quick(client) {
  ok(await client.createCollection({ collection_name: 'node_quick', dimension: DIMENSION, auto_id: false }));
  await insertAll(client, 'node_quick');
  await scenario(client, 'node_quick', true);
  ok(await client.dropCollection({ collection_name: 'node_quick' }));
  assert.equal(ok(await client.hasCollection({ collection_name: 'node_quick' })).value, false);
}

async function explicit(client) {
  const collection = 'node_explicit';
  ok(
    await client.createCollection({
      collection_name: collection,
      fields: [
        { name: 'id', data_type: DataType.Int64, is_primary_key: true },
        { name: 'word', data_type: DataType.VarChar, max_length: 128 },
        { name: 'length', data_type: DataType.Int16 },
        { name: 'vector', data_type: DataType.FloatVector, dim: DIMENSION },
      ],
      shards_num: 2,
    })
  );
  await insertAll(client, collection);
  ok(await client.flushSync({ collection_names: [collection] }));
  ok(
    await client.createIndex({
      collection_name: collection,
      field_name: 'vector',
      index_type: IndexType.IVF_FLAT,
      metric_type: MetricType.COSINE,
      params: { nlist: 128 },
    })
  );
  ok(await client.loadCollectionSync({ collection_name: collection }));
  const described = ok(await client.describeIndex({ collection_name: collection, field_name: 'vector' }));
  const parameters = Object.fromEntries(described.index_descriptions[0].params.map(pair => [pair.key, pair.value]));
  assert.equal(parameters.index_type, 'IVF_FLAT');
  assert.equal(parameters.nlist, '128');
  await scenario(client, collection, false);
  ok(await client.dropCollection({ collection_name: collection }));
}

/** A dense and a sparse vector in each row, searched together. */
async function hybrid(client) {
  const collection = 'node_hybrid';
  ok(
    await client.createCollection({
      collection_name: collection,
      fields: [
        { name: 'id', data_type: DataType.VarChar, max_length: 16, is_primary_key: true },
        { name: 'vector', data_type: DataType.FloatVector, dim: DIMENSION },
        { name: 'letters', data_type: DataType.SparseFloatVector },
      ],
      index_params: [
        { field_name: 'vector', index_type: IndexType.AUTOINDEX, metric_type: MetricType.COSINE },
        { field_name: 'letters', index_type: IndexType.SPARSE_INVERTED_INDEX, metric_type: MetricType.IP },
      ],
    })
  );
  const letters = word => {
    const counts = {};
    for (const letter of word) {
      const index = letter.codePointAt(0);
      counts[index] = (counts[index] || 0) + 1;
    }
    return counts;
  };
  const product = (a, b) => Object.keys(a).reduce((sum, key) => sum + a[key] * (b[key] || 0), 0);
  const rows = 500;
  const data = [];
  for (let row = 0; row < rows; row++) {
    data.push({ id: `w${row}`, vector: vectors[row], letters: letters(words[row]) });
  }
  ok(await client.insert({ collection_name: collection, data }));
  const strong = { collection_name: collection, consistency_level: ConsistencyLevelEnum.Strong };

  const query = letters('elephant');
  const sparse = ok(await client.search({ ...strong, anns_field: 'letters', data: query, limit: 10, output_fields: ['id'] }));
  const products = words.slice(0, rows).map(word => product(query, letters(word)));
  const best = products.filter(value => value > 0).sort((a, b) => b - a).slice(0, 10);
  assert.deepEqual(sparse.results.map(hit => hit.score), best);
  sparse.results.forEach(hit => assert.equal(hit.score, products[Number(hit.id.slice(1))]));

  const together = ok(
    await client.hybridSearch({
      ...strong,
      data: [
        { anns_field: 'vector', data: vectors[42] },
        { anns_field: 'letters', data: letters(words[42]) },
      ],
      rerank: { strategy: 'rrf', params: { k: 60 } },
      limit: 5,
      output_fields: ['id'],
    })
  );
  assert.equal(together.results.length, 5);
  assert.ok(together.results.some(hit => hit.id === 'w42'));
  ok(await client.dropCollection({ collection_name: collection }));
}

async function main() {
  const client = new MilvusClient({ address });
  await client.connectPromise;
  const version = ok(await client.getVersion());
  assert.match(version.version, /^v2\./);
  await quick(client);
  await explicit(client);
  await hybrid(client);
  await client.closeConnection();
  console.log(`the scenario passed with SDK ${MilvusClient.sdkInfo.version}`);
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
