// Graph under its own limits: four requests at once, slow endpoints, partial grants, lifecycle events, new signing keys.
const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { call } = require('./control.js');
const { application, client, meeting, scope } = require('./graph.js');
const { receive } = require('./receiver.js');
const { graphSchema, hold, there } = require('./published.js');

const { AUTHORITY_BASE, GRAPH_BASE, GRAPH_USER: user, OTHER_USER: other, TENANT } = process.env;
const graph = client();
const events = `/users/${user}/calendar/events`;
const inHours = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
let receiver, slowness = 0;
before(async () => {
  receiver = await receive(({ url }) => (url.searchParams.has('validationToken') ? { text: url.searchParams.get('validationToken') } : { status: 202, after: slowness }));
});
after(() => receiver.close());
const subscribe = (more, by = graph) => by.api('/subscriptions').post({ changeType: 'created,updated,deleted', notificationUrl: receiver.address, resource: `/users/${user}/events`, expirationDateTime: inHours(1), clientState: 'ours', ...more });

test('a fifth request at once to one mailbox is refused, and only there', async () => {
  const { accessToken } = await application().acquireTokenByClientCredential({ scopes: [scope] });
  const ask = (whose) => fetch(`${GRAPH_BASE}/v1.0/users/${whose}/calendar/events?$top=1`, { headers: { Authorization: `Bearer ${accessToken}` } });
  const answers = await Promise.all([user, user, user, user, user, other].map(ask));
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 429).length, 1, String(statuses));
  assert.equal(statuses[5], 200);
  const refused = answers.find(({ status }) => status === 429);
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  const { error } = await refused.json();
  assert.equal(error.code, 'ApplicationThrottled');
  assert.match(error.message, /MailboxConcurrency/);
});

test('lifecycle events come to their own address', async () => {
  const life = await receive(({ url }) => (url.searchParams.has('validationToken') ? { text: url.searchParams.get('validationToken') } : { status: 202 }));
  const subscription = await subscribe({ lifecycleNotificationUrl: life.address });
  for (const event of ['missed', 'reauthorizationRequired', 'subscriptionRemoved']) {
    await call('POST', '/subscriptions/lifecycle', { event, id: subscription.id });
    const { text } = await life.first((one) => one.text.includes(`"${event}"`));
    const body = JSON.parse(text);
    if (there) hold(graphSchema('profile.changeNotificationCollection'), body, event);
    assert.deepEqual([body.value[0].subscriptionId, body.value[0].lifecycleEvent, body.value[0].clientState, body.value[0].resourceData], [subscription.id, event, 'ours', undefined]);
    if (event === 'reauthorizationRequired') await graph.api(`/subscriptions/${subscription.id}/reauthorize`).post();
  }
  await assert.rejects(graph.api(`/subscriptions/${subscription.id}`).get(), { statusCode: 404 });
  life.close();
});

test('a subscription with a filter hears of those events only', async () => {
  const subscription = await subscribe({ resource: `/users/${user}/events?$filter=contains(subject,'Narrow')` });
  const unheard = await graph.api(events).post(meeting('Wide', 3));
  const heard = await graph.api(events).post(meeting('Narrow', 3));
  await receiver.first(({ text }) => text.includes(heard.id));
  assert.ok(!receiver.seen.some(({ text }) => text.includes(unheard.id)));
  await graph.api(`/subscriptions/${subscription.id}`).delete();
});

test('a new signing key: the document has both, or only the new one', async () => {
  const keys = async () => (await (await fetch(`${AUTHORITY_BASE}/${TENANT}/discovery/v2.0/keys`)).json()).keys.map(({ kid }) => kid);
  const kid = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
  const token = async () => (await application().acquireTokenByClientCredential({ scopes: [scope] })).accessToken;
  const [first] = await keys();
  await call('POST', '/keys/rotate');
  const both = await keys();
  assert.equal(both.length, 2);
  assert.ok(both.includes(first));
  assert.equal(kid(await token()), both.find((one) => one !== first));
  const last = await token();
  await call('POST', '/keys/rotate', { 'at once': true });
  const now = await keys();
  assert.equal(now.length, 1);
  assert.ok(!both.includes(now[0]));
  const answer = await fetch(`${GRAPH_BASE}/v1.0/users/${user}/mailboxSettings`, { headers: { Authorization: `Bearer ${last}` } });
  assert.equal(answer.status, 401);
  assert.equal((await answer.json()).error.code, 'InvalidAuthenticationToken');
});

test('an endpoint that answers late is told late', async () => {
  const graph = client(); // the key of the former token is gone
  const subscription = await subscribe({}, graph);
  slowness = 3200;
  const told = async (subject) => {
    const { id } = await graph.api(events).post(meeting(subject, 4));
    await receiver.first(({ text }) => text.includes(id));
    return id;
  };
  for (const number of [1, 2]) await told(`Late ${number}`);
  await new Promise((over) => setTimeout(over, slowness + 300)); // the last answer
  slowness = 0;
  const { id } = await graph.api(events).post(meeting('Later still', 4));
  await new Promise((over) => setTimeout(over, 2000));
  assert.ok(!receiver.seen.some(({ text }) => text.includes(id)), 'a slow endpoint waits ten minutes');
  const { subscriptions } = await call('GET', '/state');
  assert.ok(JSON.stringify(subscriptions).includes('slow'), JSON.stringify(subscriptions));
  await graph.api(`/subscriptions/${subscription.id}`).delete();
});

test('part of the permissions: a token comes, and what it lacks is refused', async () => {
  await call('POST', '/acts', { 'admin grants': ['Calendars.ReadWrite'] });
  const limited = client();
  assert.ok((await limited.api(events).get()).value.length > 0);
  await assert.rejects(limited.api(`/users/${user}/mailboxSettings`).get(), { statusCode: 403, code: 'ErrorAccessDenied' });
});
