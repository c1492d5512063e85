// Subscribing, being told, unsubscribing: with a receiver of the clients' own.
const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { GraphError } = require('@microsoft/microsoft-graph-client');
const { client, meeting } = require('./graph.js');
const { receive } = require('./receiver.js');
const { graphSchema, hold, there } = require('./published.js');

const { GRAPH_USER: user } = process.env;
const graph = client();
const inHours = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
let receiver;
before(async () => {
  receiver = await receive(({ url }) => (url.searchParams.has('validationToken') ? { text: url.searchParams.get('validationToken') } : { status: 202 }));
});
after(() => receiver.close());

const wanted = (more) => ({ changeType: 'created,updated,deleted', notificationUrl: receiver.address, resource: `/users/${user}/events`, expirationDateTime: inHours(1), clientState: 'only we know', ...more });

test('a subscription is proved, tells what happens, is prolonged and ends', async () => {
  const subscription = await graph.api('/subscriptions').post(wanted());
  assert.ok(receiver.seen[0].url.searchParams.has('validationToken'), 'the handshake comes before the answer');
  assert.equal((await graph.api(`/subscriptions/${subscription.id}`).get()).id, subscription.id);
  assert.ok((await graph.api('/subscriptions').get()).value.some((one) => one.id === subscription.id));

  const made = await graph.api(`/users/${user}/calendar/events`).post(meeting('Told', 3));
  const told = await receiver.first(({ text }) => text.includes(made.id) && text.includes('"created"'));
  const body = JSON.parse(told.text);
  if (there) hold(graphSchema('profile.changeNotificationCollection'), body, 'a notification');
  const [one] = body.value;
  assert.deepEqual([one.subscriptionId, one.clientState, one.resourceData.id], [subscription.id, 'only we know', made.id]);
  await graph.api(`/users/${user}/events/${made.id}`).delete();
  await receiver.first(({ text }) => text.includes(made.id) && text.includes('"deleted"'));

  const longer = inHours(5);
  const prolonged = await graph.api(`/subscriptions/${subscription.id}`).patch({ expirationDateTime: longer });
  assert.equal(Date.parse(prolonged.expirationDateTime), Date.parse(longer));
  await graph.api(`/subscriptions/${subscription.id}`).delete();
  await assert.rejects(graph.api(`/subscriptions/${subscription.id}`).get(), { statusCode: 404 });

  const untold = await graph.api(`/users/${user}/calendar/events`).post(meeting('Untold', 3));
  await new Promise((over) => setTimeout(over, 1500));
  assert.ok(!receiver.seen.some(({ text }) => text.includes(untold.id)));
});

test('a receiver that does not repeat the token gets no subscription', async () => {
  const stranger = await receive(() => ({ text: 'hello' }));
  await assert.rejects(graph.api('/subscriptions').post(wanted({ notificationUrl: stranger.address })), (error) => {
    assert.ok(error instanceof GraphError);
    assert.deepEqual([error.statusCode, error.code], [400, 'ValidationError']);
    return true;
  });
  stranger.close();
});
