// The fourteen Google operations of the reference, by Google's own clients.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { uncalled } = require('./control.js');
const { calendarOf, gmailOf, meeting } = require('./google.js');
const { receive } = require('./receiver.js');

const { SUBJECT, PEER } = process.env;
const google = calendarOf();
const calendarId = 'primary';
const ids = async (call) => (await call).data.items.map((one) => one.id);

test('an event is created, read, patched with private properties, and deleted', async () => {
  const { data: made } = await google.events.insert({ calendarId, sendUpdates: 'none', requestBody: meeting('Made', 1, { attendees: [{ email: PEER }] }) });
  assert.equal(made.organizer.email, SUBJECT);
  const { data: read } = await google.events.get({ calendarId, eventId: made.id });
  assert.deepEqual(read, made);
  const { data: patched } = await google.events.patch({
    calendarId,
    eventId: made.id,
    requestBody: { location: '@webex', description: 'Join: https://meet.example/1', extendedProperties: { private: { calrig: 'written' } } },
  });
  assert.notEqual(patched.etag, made.etag);
  assert.equal(patched.summary, 'Made');
  assert.deepEqual(await ids(google.events.list({ calendarId, privateExtendedProperty: ['calrig=written'] })), [made.id]);
  assert.equal((await google.events.delete({ calendarId, eventId: made.id })).status, 204);
  assert.equal((await google.events.get({ calendarId, eventId: made.id })).data.status, 'cancelled');
});

test('a guest accepts by patching the own answer', async () => {
  const { data: made } = await google.events.insert({ calendarId, requestBody: meeting('Please come', 2, { attendees: [{ email: PEER }] }) });
  const guest = calendarOf(PEER);
  await guest.events.patch({ calendarId, eventId: made.id, requestBody: { attendees: [{ email: PEER, responseStatus: 'accepted' }] } });
  const { data: seen } = await google.events.get({ calendarId, eventId: made.id });
  assert.equal(seen.attendees.find((one) => one.email === PEER).responseStatus, 'accepted');
});

test('the list is walked by pages', async () => {
  for (let i = 1; i <= 5; ++i) await google.events.insert({ calendarId, requestBody: meeting(`Page ${i}`, 40 + i) });
  const seen = [];
  for (let pageToken; ; ) {
    const { data } = await google.events.list({ calendarId, q: 'Page', singleEvents: true, orderBy: 'startTime', maxResults: 2, pageToken });
    assert.ok(data.items.length <= 2);
    seen.push(...data.items.map((one) => one.summary));
    if (!(pageToken = data.nextPageToken)) break;
  }
  assert.deepEqual(seen, [1, 2, 3, 4, 5].map((i) => `Page ${i}`));
});

test('a series has instances, moved ones too', async () => {
  const { data: series } = await google.events.insert({ calendarId, requestBody: meeting('Series', 7, { recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] }) });
  const all = async () => (await google.events.instances({ calendarId, eventId: series.id })).data.items;
  const [, second] = await all();
  assert.equal((await all()).length, 4);
  await google.events.patch({ calendarId, eventId: second.id, requestBody: { summary: 'Not like the others' } });
  assert.deepEqual((await all()).map((one) => one.summary), ['Series', 'Not like the others', 'Series', 'Series']);
  await google.events.delete({ calendarId, eventId: second.id });
  assert.equal((await all()).length, 3);
});

test('a line of text becomes an event', async () => {
  const { data } = await google.events.quickAdd({ calendarId, text: 'Coffee tomorrow 3pm-4pm' });
  assert.equal(data.summary, 'Coffee');
  assert.equal(Date.parse(data.end.dateTime) - Date.parse(data.start.dateTime), 3_600_000);
});

test('a calendar is watched, and no more', async () => {
  const receiver = await receive(() => ({ status: 200 }));
  const { data: channel } = await google.events.watch({ calendarId, requestBody: { id: 'operations-1', type: 'web_hook', address: receiver.address, token: 'ours' } });
  assert.equal(channel.id, 'operations-1');
  await google.channels.stop({ requestBody: { id: channel.id, resourceId: channel.resourceId } });
  await assert.rejects(google.channels.stop({ requestBody: { id: channel.id, resourceId: channel.resourceId } }), { status: 404 });
  receiver.close();
});

test('settings and vacation are read', async () => {
  const { data: locale } = await google.settings.get({ setting: 'locale' });
  assert.deepEqual(locale, { kind: 'calendar#setting', etag: locale.etag, id: 'locale', value: 'en_GB' });
  const { data: vacation } = await gmailOf().users.settings.getVacation({ userId: 'me' });
  assert.notEqual(vacation.enableAutoReply, true);
});

test('a calendar is shared and shared no more', async () => {
  const { data: rule } = await google.acl.insert({ calendarId, sendNotifications: false, requestBody: { role: 'reader', scope: { type: 'user', value: PEER } } });
  assert.equal(rule.id, `user:${PEER}`);
  const guest = calendarOf(PEER);
  assert.ok((await guest.events.list({ calendarId: SUBJECT, maxResults: 1 })).data.items.length > 0);
  await google.acl.delete({ calendarId, ruleId: rule.id });
  await assert.rejects(guest.events.list({ calendarId: SUBJECT }), { status: 404 });
});

test('free and busy', async () => {
  const { data: made } = await google.events.insert({ calendarId, requestBody: meeting('Busy', 20) });
  const day = made.start.dateTime.slice(0, 10);
  const { data } = await google.freebusy.query({ requestBody: { timeMin: `${day}T00:00:00Z`, timeMax: `${day}T23:59:59Z`, items: [{ id: SUBJECT }, { id: 'nobody@elsewhere.example' }] } });
  assert.ok(data.calendars[SUBJECT].busy.some((one) => Date.parse(one.start) === Date.parse(made.start.dateTime)));
  assert.equal(data.calendars['nobody@elsewhere.example'].errors[0].reason, 'notFound');
});

test('no operation of the reference was left out', async () => assert.deepEqual(await uncalled('OP-G-'), []));
