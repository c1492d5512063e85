// What Google refuses arrives as the SDK's own GaxiosError, with status and reason.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { account, calendarOf, meeting } = require('./google.js');
const { holdGoogle, there } = require('./published.js');

const { DENIED_USER, NO_MAILBOX_USER, PEER } = process.env;
const google = calendarOf();
const calendarId = 'primary';

async function refused(request, status, reason) {
  await assert.rejects(request, (error) => {
    assert.equal(error.constructor.name, 'GaxiosError', String(error));
    assert.deepEqual([error.status, error.response.data.error.errors?.[0].reason], [status, reason], JSON.stringify(error.response.data));
    assert.equal(error.response.data.error.code, status);
    return true;
  });
}

/** The token endpoint speaks OAuth: {error, error_description}. */
async function grantRefused(request, error) {
  await assert.rejects(request, (refusal) => refusal.constructor.name === 'GaxiosError' && refusal.response.data.error === error);
}

test('404: no such event, no such calendar, a calendar nobody shares', async () => {
  await refused(google.events.get({ calendarId, eventId: 'abcdef' }), 404, 'notFound');
  await refused(google.events.list({ calendarId: 'nobody@elsewhere.example' }), 404, 'notFound');
});

test('410: deleted twice, and a sync token that is not known', async () => {
  const { data: made } = await google.events.insert({ calendarId, requestBody: meeting('Gone', 1) });
  await google.events.delete({ calendarId, eventId: made.id });
  await refused(google.events.delete({ calendarId, eventId: made.id }), 410, 'deleted');
  const { data } = await google.events.list({ calendarId, maxResults: 250 });
  const spoilt = data.nextSyncToken.replace(/^.{6}/, 'AAAAAA');
  await refused(google.events.list({ calendarId, syncToken: spoilt }), 410, 'fullSyncRequired');
});

test('412: a change of something that changed meanwhile', async () => {
  const { data: made } = await google.events.insert({ calendarId, requestBody: meeting('Stale', 2) });
  await google.events.patch({ calendarId, eventId: made.id, requestBody: { summary: 'Newer' } });
  await refused(google.events.patch({ calendarId, eventId: made.id, requestBody: { summary: 'Older' } }, { headers: { 'If-Match': made.etag } }), 412, 'conditionNotMet');
});

test('409: an id that is taken', async () => {
  const id = 'calrig0taken0again';
  await google.events.insert({ calendarId, requestBody: meeting('First', 3, { id }) });
  await refused(google.events.insert({ calendarId, requestBody: meeting('Second', 3, { id }) }), 409, 'duplicate');
});

test('400: no end, an end before the start, a filter beside a sync token', async () => {
  await refused(google.events.insert({ calendarId, requestBody: { summary: 'Endless', start: { date: '2030-01-01' } } }), 400, 'required');
  await refused(google.events.insert({ calendarId, requestBody: meeting('Order', 1, { end: { dateTime: '2020-01-01T10:00:00Z' } }) }), 400, 'timeRangeEmpty');
  const { data } = await google.events.list({ calendarId, maxResults: 250 });
  await refused(google.events.list({ calendarId, syncToken: data.nextSyncToken, q: 'x' }), 400, 'syncTokenWithRequestRestrictions');
});

test('a mailbox the service may not touch, and one that is none', async () => {
  await assert.rejects(calendarOf(DENIED_USER).events.list({ calendarId }), (error) => [401, 403].includes(error.status));
  await assert.rejects(calendarOf(NO_MAILBOX_USER).events.list({ calendarId }));
});

test('no delegation for this scope or this person: no token', async () => {
  await grantRefused(account(PEER, ['https://www.googleapis.com/auth/drive']).authorize(), 'unauthorized_client');
  await grantRefused(account('nobody@calrig.example').authorize(), 'invalid_grant');
});

test('the check of answers can say no', { skip: !there }, () => {
  assert.throws(() => holdGoogle('GET', '/calendar/v3/calendars/primary/events', 200, { items: [{ surprise: true }] }), /not as published/);
  assert.throws(() => holdGoogle('GET', '/calendar/v3/nowhere', 200, {}), /no published method/);
});
