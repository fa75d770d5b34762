// Signs in with tokens: sign-in.js ADDRESS TOKEN EXPIRED
'use strict';
const assert = require('node:assert/strict');
const { MilvusClient, ErrorCode } = require('@zilliz/milvus2-sdk-node');

const [address, token, expired] = process.argv.slice(2);

async function collections(credential) {
  const client = new MilvusClient({ address, token: credential, maxRetries: 0 });
  try {
    await client.connectPromise;
    const answer = await client.listCollections();
    if (answer.status.error_code !== ErrorCode.SUCCESS) {
      throw new Error(answer.status.reason);
    }
    return answer.data.map((collection) => collection.name);
  } finally {
    await client.closeConnection();
  }
}

async function main() {
  assert.deepEqual(await collections(token), ['books']);
  await assert.rejects(collections(expired), /the token has expired/);
  await assert.rejects(collections(token.slice(0, -20) + 'A'.repeat(20)), /the token is invalid/);
  console.log('the scenario passed');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
