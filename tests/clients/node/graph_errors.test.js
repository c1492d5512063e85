// What Graph refuses arrives as the SDK's own GraphError, with code and status.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { GraphError } = require('@microsoft/microsoft-graph-client');
const { client, meeting } = require('./graph.js');
const { holdGraph, there } = require('./published.js');

const { GRAPH_USER: user, DENIED_USER: denied, NO_MAILBOX_USER: bare } = process.env;
const graph = client();
const events = `/users/${user}/calendar/events`;

async function refused(request, statusCode, code) {
  await assert.rejects(request, (error) => {
    assert.ok(error instanceof GraphError, String(error));
    assert.deepEqual([error.statusCode, error.code], [statusCode, code], error.message);
    assert.match(error.requestId, /^[0-9a-f-]{36}$/);
    return true;
  });
}

test('404: no such event, no such person, no mailbox', async () => {
  const gone = await graph.api(events).post(meeting('Gone', 1));
  await graph.api(`${events}/${gone.id}`).delete();
  await refused(graph.api(`${events}/${gone.id}`).get(), 404, 'ErrorItemNotFound');
  await refused(graph.api('/users/nobody@calrig.example/calendar/events').get(), 404, 'ErrorInvalidUser');
  await refused(graph.api(`/users/${bare}/calendar/events`).get(), 404, 'MailboxNotEnabledForRESTAPI');
});

test('403: a mailbox that the access policy keeps from the application', () => refused(graph.api(`/users/${denied}/calendar/events`).get(), 403, 'ErrorAccessDenied'));

test('412: a change of something that changed meanwhile', async () => {
  const made = await graph.api(events).post(meeting('Stale', 2));
  await graph.api(`${events}/${made.id}`).patch({ subject: 'Newer' });
  await refused(graph.api(`${events}/${made.id}`).header('If-Match', made['@odata.etag']).patch({ subject: 'Older' }), 412, 'ErrorIrresolvableConflict');
});

test('400: no id, a zone nobody knows, an end before the start', async () => {
  await refused(graph.api(`/users/${user}/events/abc`).get(), 400, 'ErrorInvalidIdMalformed');
  await refused(graph.api(events).post(meeting('Zone', 1, { start: { dateTime: '2030-01-01T10:00:00', timeZone: 'Mars' } })), 400, 'TimeZoneNotSupportedException');
  await refused(graph.api(events).post(meeting('Order', 1, { end: { dateTime: '2020-01-01T10:00:00', timeZone: 'UTC' } })), 400, 'ErrorPropertyValidationFailure');
});

test('401: a token nobody gave', async () => {
  await refused(graph.api(events).header('Authorization', 'Bearer nonsense').get(), 401, 'InvalidAuthenticationToken');
});

test('the check of answers can say no', { skip: !there }, () => {
  assert.throws(() => holdGraph('GET', `/users/${user}/mailboxSettings`, 200, { surprise: true }), /not as published/);
  assert.throws(() => holdGraph('GET', '/nowhere', 200, {}), /no published path/);
});
