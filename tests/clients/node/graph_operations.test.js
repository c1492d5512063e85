// The eight Graph operations of the reference, by Microsoft's own client.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { PageIterator } = require('@microsoft/microsoft-graph-client');
const { uncalled } = require('./control.js');
const { client, meeting } = require('./graph.js');
const { receive } = require('./receiver.js');

const { GRAPH_USER: user, OTHER_USER: other } = process.env;
const graph = client();
const events = `/users/${user}/calendar/events`;

test('an event is added, read, changed with extended properties, and deleted', async () => {
  const mark = 'String {66f5a359-4659-4830-9070-00040ec6ac6e} Name calrig';
  const made = await graph.api(events).post(meeting('Added', 1, { attendees: [{ emailAddress: { address: other }, type: 'required' }] }));
  assert.equal(made.subject, 'Added');
  const read = await graph.api(`/users/${user}/events/${made.id}`).get();
  assert.equal(read.iCalUId, made.iCalUId);
  assert.equal(read.attendees[0].emailAddress.address, other);

  const patched = await graph.api(`${events}/${made.id}`).patch({
    body: { contentType: 'html', content: '<p>Join: https://meet.example/1</p>' },
    singleValueExtendedProperties: [{ id: mark, value: 'written' }],
  });
  assert.notEqual(patched.changeKey, made.changeKey);
  const again = await graph.api(`/users/${user}/events/${made.id}`).expand(`singleValueExtendedProperties($filter=id eq '${mark}')`).get();
  assert.deepEqual(again.singleValueExtendedProperties.map((one) => one.value), ['written']);
  assert.match(again.body.content, /Join: https:\/\/meet\.example\/1/);

  await graph.api(`/users/${user}/events/${made.id}`).delete();
  await assert.rejects(graph.api(`/users/${user}/events/${made.id}`).get(), { statusCode: 404 });
});

test('the list is walked by the page iterator of the SDK', async () => {
  const subjects = ['Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5'];
  for (const [i, subject] of subjects.entries()) await graph.api(events).post(meeting(subject, 40 + i));
  const first = await graph.api(events).filter("startsWith(subject,'Page')").orderby('start/dateTime').select('subject,start').top(2).get();
  assert.equal(first.value.length, 2);
  const seen = [];
  const iterator = new PageIterator(graph, first, (event) => Boolean(seen.push(event.subject)));
  await iterator.iterate();
  assert.ok(iterator.isComplete());
  assert.deepEqual(seen, subjects);
});

test('a series shows its instances in a range', async () => {
  const start = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const series = await graph.api(events).post(
    meeting('Series', 7, { recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'numbered', startDate: start, numberOfOccurrences: 5 } } })
  );
  assert.equal(series.type, 'seriesMaster');
  const instances = await graph
    .api(`${events}/${series.id}/instances`)
    .query({ startDateTime: `${start}T00:00:00Z`, endDateTime: new Date(Date.parse(start) + 3 * 86_400_000).toISOString() })
    .header('Prefer', 'outlook.timezone="Europe/Warsaw"')
    .get();
  assert.equal(instances.value.length, 3);
  for (const one of instances.value) {
    assert.equal(one.seriesMasterId, series.id);
    assert.equal(one.start.timeZone, 'Europe/Warsaw');
    assert.match(one.start.dateTime, /T10:00:00/);
  }
});

test("the person's language and automatic replies are read", async () => {
  const settings = await graph.api(`/users/${user}/mailboxSettings`).get();
  assert.equal(settings.language.locale, 'en-GB');
  assert.equal(settings.automaticRepliesSetting.status, 'disabled');
});

test('a calendar is subscribed to, and no more', async () => {
  const receiver = await receive(({ url }) => ({ text: url.searchParams.get('validationToken') }));
  const wanted = { changeType: 'updated', notificationUrl: receiver.address, resource: `/users/${user}/events`, expirationDateTime: new Date(Date.now() + 3_600_000).toISOString() };
  const { id } = await graph.api('/subscriptions').post(wanted);
  await graph.api(`/subscriptions/${id}`).delete();
  receiver.close();
});

test('no operation of the reference was left out', async () => assert.deepEqual(await uncalled('OP-M-'), []));
