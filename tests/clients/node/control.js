// The control plane of the server beside us: faults, tokens' ends, what was called.
const assert = require('node:assert/strict');

const ask = globalThis.fetch;

async function call(method, path, body) {
  const response = await ask(process.env.CALRIG_CONTROL + path, { method, body: body && JSON.stringify(body), headers: body ? { 'Content-Type': 'application/json' } : {} });
  const text = await response.text();
  assert.equal(response.status, 200, `${method} ${path}: ${text}`);
  return JSON.parse(text);
}

/** Runs `story` while the fault is armed; how often it struck. */
async function during(fault, story) {
  await call('POST', '/faults', fault);
  try {
    await story();
    return (await call('GET', '/faults')).faults[0].struck;
  } finally {
    await call('DELETE', '/faults');
  }
}

/** Operations of the references (statement ids beginning so) that nobody called, or none of whose calls went well. */
async function uncalled(ids) {
  const of = (await call('GET', '/coverage')).operations.filter(({ id }) => id.startsWith(ids));
  assert.ok(of.length > 0, ids);
  return of.filter(({ good }) => good === 0).map(({ id }) => id);
}

module.exports = { call, during, uncalled };
