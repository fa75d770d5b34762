// Prints what a run of the Node SDK's suite passed, by file: node-suite-report.js RESULTS [LIST]
'use strict';
const fs = require('fs');
const path = require('path');

// These files need services beside Milvus: an object store, a model provider, a global cluster.
const EXTERNAL = /^(BulkWriter|Import\.|TextEmbedding|ExternalCollection|GlobalCluster)/;
// Users, roles and privileges.
const SECURITY = /^(User)\./;

const results = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const rows = [];
const list = [];
for (const file of results.testResults) {
  const name = path.basename(file.name);
  const row = { name, passed: 0, failed: 0, skipped: 0 };
  for (const test of file.assertionResults) {
    if (test.status === 'passed') {
      row.passed++;
    } else if (test.status === 'failed') {
      row.failed++;
      const message = (test.failureMessages[0] || '').replace(/\u001b\[[0-9;]*m/g, '');
      const lines = message.split('\n').map(line => line.trim()).filter(line => line);
      const where = lines.find(line => line.includes(`${name}:`)) || '';
      const at = (where.match(/:(\d+):\d+\)?$/) || [])[1] || '';
      list.push([name, at, test.fullName, lines.slice(0, 4).join(' | ')].join('\t'));
    } else {
      row.skipped++;
    }
  }
  if (file.assertionResults.length === 0) {
    row.failed++;
    list.push([name, '', '(the file)', (file.message || '').replace(/\u001b\[[0-9;]*m/g, '').split('\n').slice(0, 8).join(' | ')].join('\t'));
  }
  rows.push(row);
}
rows.sort((a, b) => a.name.localeCompare(b.name));

function total(title, chosen) {
  const passed = chosen.reduce((sum, row) => sum + row.passed, 0);
  const failed = chosen.reduce((sum, row) => sum + row.failed, 0);
  const rate = passed + failed === 0 ? 0 : (100 * passed) / (passed + failed);
  console.log(`${title}: ${passed} of ${passed + failed} passed, ${rate.toFixed(1)} %`);
}

console.log('passed failed skipped  file');
for (const row of rows) {
  const mark = EXTERNAL.test(row.name) ? '  (external service)' : SECURITY.test(row.name) ? '  (security)' : '';
  console.log(
    `${String(row.passed).padStart(6)} ${String(row.failed).padStart(6)} ${String(row.skipped).padStart(7)}  ${row.name}${mark}`
  );
}
total('all cases', rows);
const own = rows.filter(row => !EXTERNAL.test(row.name));
total('cases that need no external service', own);
total('cases that need no external service, without users and roles', own.filter(row => !SECURITY.test(row.name)));
if (process.argv[3]) {
  fs.writeFileSync(process.argv[3], list.join('\n') + '\n');
}
