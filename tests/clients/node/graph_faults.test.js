// Bad days of Graph, and what Microsoft's client makes of them by itself.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { GraphError } = require('@microsoft/microsoft-graph-client');
const { call, during } = require('./control.js');
const { client, meeting } = require('./graph.js');

const { GRAPH_USER: user } = process.env;
const graph = client();
const events = `/users/${user}/calendar/events`;

test('429: the client waits as long as it is told and asks again', async () => {
  await graph.api(events).get(); // the token is there
  const begun = Date.now();
  const struck = await during({ next: 2, 'calls to': 'calendar', answer: 429, 'retry after': '1s' }, async () => {
    assert.ok((await graph.api(events).get()).value.length > 0);
  });
  assert.equal(struck, 2);
  assert.ok(Date.now() - begun >= 2000, 'twice a second');
});

test('503: a refused POST that is asked again makes one event', async () => {
  const struck = await during({ next: 1, 'calls to': 'calendar', answer: 503, 'retry after': '1s' }, () => graph.api(events).post(meeting('Once', 1)));
  assert.equal(struck, 1);
  assert.equal((await graph.api(events).filter("subject eq 'Once'").get()).value.length, 1);
});

test('500: not asked again, and a GraphError', async () => {
  const struck = await during({ next: 5, 'calls to': 'calendar', answer: 500 }, () =>
    assert.rejects(graph.api(events).get(), (error) => error instanceof GraphError && error.statusCode === 500)
  );
  assert.equal(struck, 1);
});

test('the state of a delta round ends early: 410, and a new round works', async () => {
  const range = { startDateTime: '2030-01-01T00:00:00Z', endDateTime: '2030-02-01T00:00:00Z' };
  const begin = () => graph.api(`/users/${user}/calendarView/delta`).query(range).get();
  const link = (await begin())['@odata.deltaLink'];
  await call('POST', '/tokens/expire', { which: 'sync' });
  await assert.rejects(graph.api(link).get(), { statusCode: 410 });
  assert.ok((await begin())['@odata.deltaLink']);
});

test('an access token ends early: 401', async () => {
  await call('POST', '/tokens/expire', { which: 'access' });
  await assert.rejects(graph.api(events).get(), { statusCode: 401, code: 'InvalidAuthenticationToken' });
});
