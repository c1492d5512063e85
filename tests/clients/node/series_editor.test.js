// What Outlook and Google's calendar do when one edits a series: this occurrence, this and the following ones, all of them.
const assert = require('node:assert/strict');
const test = require('node:test');
const { calendarOf } = require('./google.js');
const { client } = require('./graph.js');

const { GRAPH_USER: user, PEER, OTHER_USER } = process.env;
const zone = 'Europe/Warsaw';
const at = (day, clock) => ({ dateTime: `2027-${day}T${clock}:00`, timeZone: zone });
const before = ['03-15 09', '03-22 09', '03-29 09', '04-05 09', '04-12 09', '04-19 09'];
const after = ['03-15 11', '03-23 14', '04-05 10', '04-12 10', '04-19 10'];  // moved, cancelled, split off, and the rest moved

test('Graph: one, this and following, all', async () => {
  const graph = client(), events = `/users/${user}/events`;
  const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' };
  const range = { type: 'numbered', startDate: '2027-03-15', numberOfOccurrences: 6 };
  const shown = async (of) => (await graph.api(`/users/${of}/calendarView`).query({ startDateTime: '2027-03-01T00:00:00Z', endDateTime: '2027-05-01T00:00:00Z' }).header('Prefer', `outlook.timezone="${zone}"`).filter("startswith(subject,'Edited')").top(50).get()).value;
  const hours = (rows) => rows.map((row) => row.start.dateTime.slice(5, 13).replace('T', ' '));
  const series = await graph.api(events).post({ subject: 'Edited', start: at('03-15', '09:00'), end: at('03-15', '10:00'), recurrence: { pattern, range }, attendees: [{ emailAddress: { address: OTHER_USER }, type: 'required' }] });
  assert.deepEqual(hours(await shown(user)), before);
  // This and the following: the old one ends before, a new one begins.
  await graph.api(`${events}/${series.id}`).patch({ recurrence: { pattern, range: { type: 'endDate', startDate: '2027-03-15', endDate: '2027-03-31' } } });
  await graph.api(events).post({ subject: 'Edited', start: at('04-05', '10:00'), end: at('04-05', '11:00'), attendees: series.attendees.map(({ emailAddress, type }) => ({ emailAddress, type })),
    recurrence: { pattern, range: { type: 'numbered', startDate: '2027-04-05', numberOfOccurrences: 3 } } });
  // All: the rest moves.
  await graph.api(`${events}/${series.id}`).patch({ start: at('03-15', '11:00'), end: at('03-15', '12:00') });
  // This one: an exception; and one that is cancelled.
  const [, second, third] = await shown(user);
  const moved = await graph.api(`${events}/${second.id}`).patch({ start: at('03-23', '14:00'), end: at('03-23', '15:00') });
  assert.deepEqual([moved.type, moved.seriesMasterId, moved.originalStart], ['exception', series.id, '2027-03-22T10:00:00Z']);
  await graph.api(`${events}/${third.id}/cancel`).post({ comment: 'not this time' });
  assert.deepEqual(hours(await shown(user)), after);
  await assert.rejects(graph.api(`${events}/${third.id}`).get(), (error) => error.statusCode === 404);
  const theirs = (await shown(OTHER_USER)).filter((row) => !row.isCancelled);
  assert.deepEqual(hours(theirs), after, 'the guest sees the same');
});

test('Google: one, this and following, all', async () => {
  const google = calendarOf(), calendarId = 'primary';
  const shown = async (calendar) => (await calendar.events.list({ calendarId, singleEvents: true, orderBy: 'startTime', q: 'Edited', timeMin: '2027-03-01T00:00:00Z', timeMax: '2027-05-01T00:00:00Z', timeZone: zone })).data.items;
  const hours = (rows) => rows.map((row) => row.start.dateTime.slice(5, 13).replace('T', ' '));
  const { data: series } = await google.events.insert({ calendarId, requestBody: { summary: 'Edited', start: at('03-15', '09:00'), end: at('03-15', '10:00'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'], attendees: [{ email: PEER }] } });
  assert.deepEqual(hours(await shown(google)), before);
  await google.events.patch({ calendarId, eventId: series.id, requestBody: { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20270404T215959Z'] } });
  await google.events.insert({ calendarId, requestBody: { summary: 'Edited', start: at('04-05', '10:00'), end: at('04-05', '11:00'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'], attendees: [{ email: PEER }] } });
  await google.events.patch({ calendarId, eventId: series.id, requestBody: { start: at('03-15', '11:00'), end: at('03-15', '12:00') } });
  const [, second, third] = await shown(google);
  const { data: moved } = await google.events.patch({ calendarId, eventId: second.id, requestBody: { start: at('03-23', '14:00'), end: at('03-23', '15:00') } });
  assert.deepEqual([moved.recurringEventId, moved.originalStartTime.dateTime], [series.id, '2027-03-22T11:00:00+01:00']);
  await google.events.delete({ calendarId, eventId: third.id });
  assert.deepEqual(hours(await shown(google)), after);
  assert.equal((await google.events.get({ calendarId, eventId: third.id })).data.status, 'cancelled');
  assert.deepEqual(hours(await shown(calendarOf(PEER))), after, 'the guest sees the same');
});
