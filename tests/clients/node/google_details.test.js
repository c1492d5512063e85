// The finer print of Google by its own clients: groups, narrowed watches, ID tokens, sequence numbers.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { OAuth2Client } = require('google-auth-library');
const { account, calendarOf, meeting } = require('./google.js');
const { receive } = require('./receiver.js');

const { GOOGLE_BASE, PEER, SUBJECT } = process.env;
const google = calendarOf();
const calendarId = 'primary';
const everyone = `everyone@${SUBJECT.split('@')[1]}`;

test('an invited group brings its members, and asked for its free/busy it names them', async () => {
  const { data: made } = await google.events.insert({ calendarId, requestBody: meeting('All hands', 3, { attendees: [{ email: everyone }] }) });
  const guests = made.attendees.map(({ email }) => email);
  assert.ok(guests.includes(everyone) && guests.includes(PEER), String(guests));
  const { data: theirs } = await calendarOf(PEER).events.get({ calendarId, eventId: made.id });
  assert.equal(theirs.summary, 'All hands');
  const range = { timeMin: new Date(Date.parse(made.start.dateTime) - 60_000).toISOString(), timeMax: made.end.dateTime };
  const { data } = await google.freebusy.query({ requestBody: { ...range, items: [{ id: everyone }, { id: 'nobody@elsewhere.example' }] } });
  assert.ok(data.groups[everyone].calendars.includes(PEER));
  assert.equal(data.calendars[PEER].busy.length, 1);
  assert.equal(data.calendars['nobody@elsewhere.example'].errors[0].reason, 'notFound');
  const few = await google.freebusy.query({ requestBody: { ...range, groupExpansionMax: 1, items: [{ id: everyone }] } });
  assert.equal(few.data.groups[everyone].errors[0].reason, 'groupTooBig');
  await google.events.delete({ calendarId, eventId: made.id });
});

test('sharing with a group is sharing with its members', async () => {
  await google.acl.insert({ calendarId, requestBody: { role: 'reader', scope: { type: 'group', value: everyone } } });
  const { data } = await calendarOf(PEER).events.list({ calendarId: SUBJECT });
  assert.equal(data.accessRole, 'reader');
  await google.acl.delete({ calendarId, ruleId: `group:${everyone}` });
  await assert.rejects(calendarOf(PEER).events.list({ calendarId: SUBJECT }), (error) => error.status === 404);
});

test('a narrowed watch hears of what it asked for', async () => {
  const receiver = await receive(() => ({ status: 200 }));
  const { data: channel } = await google.events.watch({ calendarId, q: 'budget', requestBody: { id: 'narrow-1', type: 'web_hook', address: receiver.address } });
  await receiver.first(({ headers }) => headers['x-goog-resource-state'] === 'sync');
  await google.events.insert({ calendarId, requestBody: meeting('Picnic', 3) });
  await new Promise((over) => setTimeout(over, 700));
  assert.equal(receiver.seen.length, 1, 'nothing but sync');
  await google.events.insert({ calendarId, requestBody: meeting('Budget round', 3) });
  await receiver.first(({ headers }) => headers['x-goog-resource-state'] === 'exists');
  await google.channels.stop({ requestBody: { id: channel.id, resourceId: channel.resourceId } });
  receiver.close();
});

test('an ID token for a target audience is verified by the published certificates', async () => {
  const audience = 'https://our.service.example';
  const plain = account(null, undefined);
  const idToken = await plain.fetchIdToken(audience);
  const verifier = new OAuth2Client({ endpoints: { oauth2FederatedSignonPemCertsUrl: `${GOOGLE_BASE}/oauth2/v1/certs`, oauth2FederatedSignonJwkCertsUrl: `${GOOGLE_BASE}/oauth2/v3/certs` } });
  const ticket = await verifier.verifyIdToken({ idToken, audience });
  const { aud, email, email_verified, iss } = ticket.getPayload();
  assert.deepEqual([aud, email, email_verified, iss], [audience, plain.email, true, 'https://accounts.google.com']);
  await assert.rejects(verifier.verifyIdToken({ idToken, audience: 'https://another.example' }), /audience/i);
  const bent = idToken.slice(0, -6) + (idToken.endsWith('A', idToken.length - 5) ? 'B' : 'A') + idToken.slice(-5);
  await assert.rejects(verifier.verifyIdToken({ idToken: bent, audience }));
  const { keys } = await (await fetch(`${GOOGLE_BASE}/oauth2/v3/certs`)).json();
  assert.equal(keys[0].kid, JSON.parse(Buffer.from(idToken.split('.')[0], 'base64url')).kid);
});

test('sequence: an older one is refused', async () => {
  const { data: made } = await google.events.insert({ calendarId, requestBody: meeting('Numbered', 5, { sequence: 4 }) });
  assert.equal(made.sequence, 4);
  await assert.rejects(google.events.update({ calendarId, eventId: made.id, requestBody: { ...meeting('Numbered', 5), sequence: 3 } }), (error) => error.status === 400 && /sequence/.test(error.message));
});
