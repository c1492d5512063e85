// A person's further calendars, and files too large for one request, by Microsoft's client.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { FileUpload, GraphError, LargeFileUploadTask, PageIterator } = require('@microsoft/microsoft-graph-client');
const { client, meeting } = require('./graph.js');

const { GRAPH_USER: user, OTHER_USER: other } = process.env;
const graph = client();
const calendars = `/users/${user}/calendars`;
const failed = (status, code) => (error) => {
  assert.ok(error instanceof GraphError, String(error));
  assert.deepEqual([error.statusCode, error.code], [status, code], error.message);
  return true;
};

test('a calendar is made, found by name, renamed and deleted with its events', async () => {
  const made = await graph.api(calendars).post({ name: 'Volunteer', color: 'lightGreen' });
  assert.deepEqual([made.name, made.color, made.isDefaultCalendar, made.canEdit], ['Volunteer', 'lightGreen', false, true]);
  const { value: found } = await graph.api(calendars).filter("name eq 'Volunteer'").select('id,name').get();
  assert.deepEqual(found.map((one) => [one.id, one.name]), [[made.id, 'Volunteer']]);
  await assert.rejects(graph.api(calendars).post({ name: 'Volunteer' }), failed(409, 'ErrorFolderExists'));
  assert.equal((await graph.api(`${calendars}/${made.id}`).patch({ name: 'Choir' })).name, 'Choir');
  const event = await graph.api(`${calendars}/${made.id}/events`).post(meeting('Rehearsal', 4));
  await graph.api(`${calendars}/${made.id}`).delete();
  await assert.rejects(graph.api(`/users/${user}/events/${event.id}`).get(), failed(404, 'ErrorItemNotFound'));
  const { value: [first] } = await graph.api(calendars).filter('isDefaultCalendar eq true').get();
  await assert.rejects(graph.api(`${calendars}/${first.id}`).delete(), failed(400, 'ErrorDeleteDistinguishedFolder'));
});

test('its events, views and invitations are its own', async () => {
  const { id } = await graph.api(calendars).post({ name: 'Project' });
  const path = `${calendars}/${id}`;
  const event = await graph.api(`${path}/events`).post(meeting('Kick-off', 5, { attendees: [{ emailAddress: { address: other }, type: 'required' }] }));
  const { value: all } = await graph.api(`/users/${user}/events`).filter("subject eq 'Kick-off'").get();
  assert.deepEqual(all, [], 'the default calendar does not show it');
  const { value: [theirs] } = await graph.api(`/users/${other}/events`).filter(`iCalUId eq '${event.iCalUId}'`).get();
  await graph.api(`/users/${other}/events/${theirs.id}/accept`).post({ sendResponse: true });
  assert.equal((await graph.api(`/users/${user}/events/${event.id}`).get()).attendees[0].status.response, 'accepted', 'by its id alone');

  const days = (n) => new Date(Date.now() + n * 86_400_000).toISOString();
  const subjects = [];
  const first = await graph.api(`${path}/calendarView/delta`).query({ startDateTime: days(0), endDateTime: days(30) }).get();
  const pages = new PageIterator(graph, first, (row) => subjects.push(row.subject) > 0);
  await pages.iterate();
  assert.deepEqual(subjects, ['Kick-off']);
  await graph.api(`${path}/events/${event.id}`).delete();
  const { value: [gone] } = await graph.api(pages.getDeltaLink()).get();
  assert.deepEqual([gone.id, gone['@removed'].reason], [event.id, 'deleted']);
});

test('the group of calendars holds them all', async () => {
  const { value: [group] } = await graph.api(`/users/${user}/calendarGroups`).get();
  assert.equal(group.name, 'My Calendars');
  const { value: inside } = await graph.api(`/users/${user}/calendarGroups/${group.id}/calendars`).get();
  const { value: all } = await graph.api(calendars).get();
  assert.deepEqual(inside.map((one) => one.id), all.map((one) => one.id));
});

test('a large file is uploaded in ranges by the SDK itself', async () => {
  const event = await graph.api(`/users/${user}/events`).post(meeting('With plans', 6));
  const bytes = Buffer.alloc(5 * 1024 * 1024 + 11, 'plan');
  const file = new FileUpload(bytes, 'plans.bin', bytes.length);
  const session = await LargeFileUploadTask.createUploadSession(graph, `/users/${user}/events/${event.id}/attachments/createUploadSession`, {
    AttachmentItem: { attachmentType: 'file', name: 'plans.bin', size: bytes.length },
  });
  const done = await new LargeFileUploadTask(graph, file, session, { rangeSize: 320 * 1024 * 6 }).upload();
  assert.ok(done.location, 'the attachment has an address');
  const { value: [kept] } = await graph.api(`/users/${user}/events/${event.id}/attachments`).select('id,name,size').get();
  assert.deepEqual([kept.name, kept.size], ['plans.bin', bytes.length]);

  const dropped = await LargeFileUploadTask.createUploadSession(graph, `/users/${user}/events/${event.id}/attachments/createUploadSession`, {
    AttachmentItem: { attachmentType: 'file', name: 'other.bin', size: bytes.length },
  });
  const task = new LargeFileUploadTask(graph, file, dropped);
  await task.cancel();
  await assert.rejects(task.getStatus(), failed(404, 'ErrorItemNotFound'));
});
