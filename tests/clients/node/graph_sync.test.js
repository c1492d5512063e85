// Following a calendar: calendarView, delta rounds with tombstones, lost state; and several requests in one batch.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { BatchRequestContent, BatchResponseContent, GraphError, PageIterator } = require('@microsoft/microsoft-graph-client');
const { client, meeting } = require('./graph.js');
const { holdGraph } = require('./published.js');

const { GRAPH_BASE, GRAPH_USER: user, DENIED_USER: denied } = process.env;
const graph = client();
const events = `/users/${user}/calendar/events`;
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const range = { startDateTime: inDays(0), endDateTime: inDays(60) };

/** One round: what came, and the link for the next one. */
async function round(request) {
  const seen = [];
  const iterator = new PageIterator(graph, await request.header('Prefer', 'odata.maxpagesize=2').get(), (event) => Boolean(seen.push(event)), { headers: { Prefer: 'odata.maxpagesize=2' } });
  await iterator.iterate();
  return { seen, next: iterator.getDeltaLink() };
}

test('delta rounds tell what came, what changed and what went', async () => {
  const first = await round(graph.api(`/users/${user}/calendarView/delta`).query(range));
  assert.ok(first.seen.length > 2, 'more than a page');
  assert.ok(first.next.startsWith(`${GRAPH_BASE}/v1.0/`));

  const kept = await graph.api(events).post(meeting('Kept', 4));
  const second = await round(graph.api(first.next));
  assert.deepEqual(second.seen.map((one) => one.subject), ['Kept']);

  await graph.api(`${events}/${kept.id}`).patch({ subject: 'Renamed' });
  const third = await round(graph.api(second.next));
  assert.deepEqual(third.seen.map((one) => [one.id, one.subject]), [[kept.id, 'Renamed']]);

  await graph.api(`${events}/${kept.id}`).delete();
  const fourth = await round(graph.api(third.next));
  assert.deepEqual(fourth.seen.map((one) => [one.id, one['@removed']?.reason]), [[kept.id, 'deleted']]);
  assert.deepEqual((await round(graph.api(fourth.next))).seen, []);
});

test('a state token that is not known asks for a new start', async () => {
  const { next } = await round(graph.api(`/users/${user}/calendarView/delta`).query(range));
  const spoilt = next.replace(/(deltatoken=)[^&]{6}/i, '$1AAAAAA');
  await assert.rejects(graph.api(spoilt).get(), (error) => {
    assert.ok(error instanceof GraphError);
    assert.deepEqual([error.statusCode, error.code], [410, 'SyncStateNotFound']);
    return true;
  });
});

test('calendarView shows occurrences in order', async () => {
  const view = await graph.api(`/users/${user}/calendarView`).query(range).orderby('start/dateTime').top(5).get();
  const starts = view.value.map((one) => one.start.dateTime);
  assert.equal(starts.length, 5);
  assert.deepEqual(starts, [...starts].sort());
  assert.ok(view.value.some((one) => one.type === 'occurrence'));
});

test('a batch answers each of its requests', async () => {
  const request = (id, verb, target, body) => ({ id, request: new Request(`${GRAPH_BASE}${target}`, { method: verb, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }) });
  const asked = [
    request('add', 'POST', events, meeting('In a batch', 5)),
    request('settings', 'GET', `/users/${user}/mailboxSettings`),
    request('denied', 'GET', `/users/${denied}/calendar/events`),
  ];
  const content = new BatchRequestContent(asked);
  const answers = new BatchResponseContent(await graph.api('/$batch').post(await content.getContent()));
  for (const [id, status] of [['add', 201], ['settings', 200], ['denied', 403]]) {
    const answer = answers.getResponseById(id);
    assert.equal(answer.status, status);
    const one = asked.find((item) => item.id === id).request;
    holdGraph(one.method, new URL(one.url).pathname, status, await answer.json());
  }
});
