// The finer print of Graph by Microsoft's client: attachments, counts, short answers, multi-value properties, forwarding.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { GraphError, ResponseType } = require('@microsoft/microsoft-graph-client');
const { client, meeting } = require('./graph.js');

const { GRAPH_BASE, GRAPH_USER: user, OTHER_USER: other } = process.env;
const graph = client();
const events = `/users/${user}/events`;
const failed = (status, code) => (error) => {
  assert.ok(error instanceof GraphError, String(error));
  assert.deepEqual([error.statusCode, error.code], [status, code], error.message);
  return true;
};

test('a small file is attached, listed, read and taken off', async () => {
  const made = await graph.api(events).post(meeting('With a menu', 3, { attendees: [{ emailAddress: { address: other }, type: 'required' }] }));
  assert.equal(made.hasAttachments, false);
  const text = 'soup, bread';
  const menu = await graph.api(`${events}/${made.id}/attachments`).post({ '@odata.type': '#microsoft.graph.fileAttachment', name: 'menu.txt', contentType: 'text/plain', contentBytes: Buffer.from(text).toString('base64') });
  assert.deepEqual([menu['@odata.type'], menu.name, menu.isInline], ['#microsoft.graph.fileAttachment', 'menu.txt', false]);
  assert.equal((await graph.api(`${events}/${made.id}`).get()).hasAttachments, true);
  const { value } = await graph.api(`${events}/${made.id}/attachments`).select('id,name,size').get();
  assert.deepEqual(value.map((one) => [one.id, one.name, one.contentBytes]), [[menu.id, 'menu.txt', undefined]]);
  const bytes = await graph.api(`${events}/${made.id}/attachments/${menu.id}/$value`).responseType(ResponseType.TEXT).get();
  assert.equal(bytes, text);
  const whole = await graph.api(`${events}/${made.id}`).expand('attachments').get();
  assert.equal(Buffer.from(whole.attachments[0].contentBytes, 'base64').toString(), text);

  const { value: [theirs] } = await graph.api(`/users/${other}/events`).filter(`iCalUId eq '${made.iCalUId}'`).get();
  assert.equal(theirs.hasAttachments, true);
  await graph.api(`${events}/${made.id}/attachments/${menu.id}`).delete();
  await assert.rejects(graph.api(`${events}/${made.id}/attachments/${menu.id}`).get(), failed(404, 'ErrorItemNotFound'));
});

test('events and links are attached beside files, and long answers come packed', async () => {
  const made = await graph.api(events).post(meeting('With everything', 3, { body: { contentType: 'html', content: '<p>' + 'word '.repeat(1000) + '</p>' } }));
  const attachments = `${events}/${made.id}/attachments`;
  const item = await graph.api(attachments).post({ '@odata.type': '#microsoft.graph.itemAttachment', name: 'Holiday', item: { '@odata.type': 'microsoft.graph.event', ...meeting('Gifts', 30) } });
  assert.deepEqual([item['@odata.type'], item.contentType, item.item, item.contentBytes], ['#microsoft.graph.itemAttachment', null, undefined, undefined]);
  const whole = await graph.api(`${attachments}/${item.id}`).expand('microsoft.graph.itemAttachment/item').get();
  assert.deepEqual([whole.item['@odata.type'], whole.item.subject], ['#microsoft.graph.event', 'Gifts']);
  assert.match(await graph.api(`${attachments}/${item.id}/$value`).responseType(ResponseType.TEXT).get(), /SUMMARY:Gifts\r\n/);
  const link = await graph.api(attachments).post({ '@odata.type': '#microsoft.graph.referenceAttachment', name: 'Plans', sourceUrl: 'https://contoso.example/plans' });
  await assert.rejects(graph.api(`${attachments}/${link.id}/$value`).get(), (error) => error.statusCode === 405);
  await assert.rejects(graph.api(attachments).post({ '@odata.type': '#microsoft.graph.referenceAttachment', name: 'Plans' }), failed(400, 'ErrorInvalidProperty'));
  const raw = await graph.api(`${events}/${made.id}`).responseType(ResponseType.RAW).get();
  assert.deepEqual([raw.headers.get('content-encoding'), raw.headers.get('etag').startsWith('W/"'), (await raw.json()).id], ['gzip', true, made.id]);
});

test('a count is a bare number, with a filter too', async () => {
  const before = Number(await graph.api(`${events}/$count`).responseType(ResponseType.TEXT).get());
  await graph.api(events).post(meeting('Counted', 2));
  assert.equal(Number(await graph.api(`${events}/$count`).responseType(ResponseType.TEXT).get()), before + 1);
  assert.equal(Number(await graph.api(`${events}/$count`).filter("subject eq 'Counted'").responseType(ResponseType.TEXT).get()), 1);
  const page = await graph.api(events).count(true).top(1).get();
  assert.equal(page['@odata.count'], before + 1);
});

test('return=minimal: the address of what was made instead of the event', async () => {
  const raw = await graph.api(events).header('Prefer', 'return=minimal').responseType(ResponseType.RAW).post(meeting('Short', 2));
  assert.equal(raw.status, 204);
  assert.equal(raw.headers.get('preference-applied'), 'return=minimal');
  const address = raw.headers.get('odata-entityid');
  assert.equal(raw.headers.get('location'), address);
  assert.ok(address.startsWith(`${GRAPH_BASE}/v1.0/users(`), address);
  assert.equal((await graph.api(address).get()).subject, 'Short');
});

test('properties of many values come back by $expand only', async () => {
  const id = 'StringArray {66f5a359-4659-4830-9070-00050ec6ac6e} Name Palette';
  const made = await graph.api(events).post(meeting('Colours', 2, { multiValueExtendedProperties: [{ id, value: ['Green', 'Aquamarine', 'Blue'] }] }));
  assert.equal(made.multiValueExtendedProperties, undefined);
  const read = await graph.api(`${events}/${made.id}`).expand(`multiValueExtendedProperties($filter=id eq '${id}')`).get();
  assert.deepEqual(read.multiValueExtendedProperties, [{ id, value: ['Green', 'Aquamarine', 'Blue'] }]);
  await graph.api(`${events}/${made.id}`).patch({ multiValueExtendedProperties: [{ id, value: ['Red'] }] });
  const again = await graph.api(`${events}/${made.id}`).expand(`multiValueExtendedProperties($filter=id eq '${id}')`).get();
  assert.deepEqual(again.multiValueExtendedProperties[0].value, ['Red']);
});

test('a forwarded meeting has one guest more', async () => {
  const made = await graph.api(events).post(meeting('Passed on', 2, { attendees: [{ emailAddress: { address: other } }] }));
  await graph.api(`${events}/${made.id}/forward`).post({ ToRecipients: [{ emailAddress: { address: 'guest@elsewhere.example', name: 'Guest' } }], Comment: 'you, too' });
  const { attendees } = await graph.api(`${events}/${made.id}`).select('attendees').get();
  assert.deepEqual(attendees.map((one) => one.emailAddress.address), [other, 'guest@elsewhere.example']);
});

test('what cannot be asked is refused as a GraphError', async () => {
  await assert.rejects(graph.api(events).search('menu').get(), (error) => error instanceof GraphError && error.statusCode === 400);
  await assert.rejects(graph.api(`${events}/delta`).get(), (error) => error instanceof GraphError && error.statusCode === 400);
  await assert.rejects(graph.api(`${events}/AAMkshort/attachments`).get(), failed(400, 'ErrorInvalidIdMalformed'));
});
