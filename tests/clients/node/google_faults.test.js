// Bad days of Google, and what Google's client makes of them by itself.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { call, during } = require('./control.js');
const { calendarOf, meeting } = require('./google.js');

const google = calendarOf();
const calendarId = 'primary';
const list = () => google.events.list({ calendarId });

for (const answer of [429, 503])
  test(`${answer}: a GET is asked again`, async () => {
    await list(); // the token is there
    const struck = await during({ next: 2, 'calls to': 'calendar', answer }, async () => assert.ok((await list()).data.items.length > 0));
    assert.equal(struck, 2);
  });

test('503: a POST is not asked again', async () => {
  const struck = await during({ next: 5, 'calls to': 'calendar', answer: 503 }, () =>
    assert.rejects(google.events.insert({ calendarId, requestBody: meeting('Never', 1) }), { status: 503 })
  );
  assert.equal(struck, 1);
});

test('sync tokens end early: 410, and a full list works', async () => {
  const { data } = await google.events.list({ calendarId, maxResults: 250 });
  await call('POST', '/tokens/expire', { which: 'sync' });
  await assert.rejects(google.events.list({ calendarId, syncToken: data.nextSyncToken }), { status: 410 });
  assert.ok((await google.events.list({ calendarId, maxResults: 250 })).data.nextSyncToken);
});

test('an access token ends early: 401, for the library keeps it until its hour is over; a new client goes on', async () => {
  await list();
  await call('POST', '/tokens/expire', { which: 'access' });
  await assert.rejects(list(), { status: 401 });
  assert.ok((await calendarOf().events.list({ calendarId })).data.items.length > 0);
});
