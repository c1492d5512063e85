// Following a calendar by sync tokens, and being told of changes.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { calendarOf, meeting } = require('./google.js');
const { receive } = require('./receiver.js');

const google = calendarOf();
const calendarId = 'primary';

/** One round over all its pages: what came, and the token of the next round. */
async function round(asked) {
  const seen = [];
  for (let pageToken; ; ) {
    const { data } = await google.events.list({ calendarId, maxResults: 2, ...asked, pageToken });
    seen.push(...data.items);
    if (data.nextSyncToken) return { seen, syncToken: data.nextSyncToken };
    pageToken = data.nextPageToken;
    assert.ok(pageToken, 'a page ends with one of the two tokens');
  }
}

test('sync tokens tell what came, what changed, and tombstones', async () => {
  const first = await round({});
  assert.ok(first.seen.length > 2, 'more than a page');
  const { data: made } = await google.events.insert({ calendarId, requestBody: meeting('Kept', 4) });
  const second = await round({ syncToken: first.syncToken });
  assert.deepEqual(second.seen.map((one) => one.summary), ['Kept']);
  await google.events.patch({ calendarId, eventId: made.id, requestBody: { summary: 'Renamed' } });
  const third = await round({ syncToken: second.syncToken });
  assert.deepEqual(third.seen.map((one) => one.summary), ['Renamed']);
  await google.events.delete({ calendarId, eventId: made.id });
  const fourth = await round({ syncToken: third.syncToken });
  assert.deepEqual(fourth.seen.map((one) => [one.id, one.status]), [[made.id, 'cancelled']]);
  assert.deepEqual((await round({ syncToken: fourth.syncToken })).seen, []);
});

test('a watched calendar says sync first, then that something exists', async () => {
  const receiver = await receive(() => ({ status: 200 }));
  const { data: channel } = await google.events.watch({ calendarId, requestBody: { id: 'sync-1', type: 'web_hook', address: receiver.address, token: 'ours', params: { ttl: '3600' } } });
  const of = (state) => receiver.first(({ headers }) => headers['x-goog-resource-state'] === state);
  const sync = await of('sync');
  assert.equal(sync.headers['x-goog-channel-id'], 'sync-1');
  assert.equal(sync.headers['x-goog-message-number'], '1');
  assert.equal(sync.headers['x-goog-channel-token'], 'ours');
  assert.equal(sync.text, '');
  await google.events.insert({ calendarId, requestBody: meeting('Told', 5) });
  const exists = await of('exists');
  assert.equal(exists.headers['x-goog-resource-id'], channel.resourceId);
  assert.ok(Number(exists.headers['x-goog-message-number']) > 1);
  assert.ok(exists.headers['x-goog-channel-expiration']);

  await google.channels.stop({ requestBody: { id: channel.id, resourceId: channel.resourceId } });
  const before = receiver.seen.length;
  await google.events.insert({ calendarId, requestBody: meeting('Untold', 5) });
  await new Promise((over) => setTimeout(over, 1000));
  assert.equal(receiver.seen.length, before);
  receiver.close();
});
