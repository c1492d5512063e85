// The vendors' published schemas: every JSON answer a client gets is held against them.
const fs = require('node:fs');
const path = require('node:path');
const Ajv = require('ajv').default;
const addFormats = require('ajv-formats').default;

const ask = globalThis.fetch; // before anybody puts checkedFetch in its place
const folder = path.resolve(__dirname, '../../../../shared/api');
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
const there = fs.existsSync(folder);
if (!there) console.log('not validated: the published schemas (../shared/api) are not there');

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('date', /^\d{4}-\d{2}-\d{2}$/);

/** Google's discovery schemas are JSON Schema but for `$ref: "Event"`; a member they do not name is a mistake. */
function fromDiscovery(schema) {
  if (Array.isArray(schema)) return schema.map(fromDiscovery);
  if (schema === null || typeof schema !== 'object') return schema;
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (['id', 'annotations', 'default'].includes(key) || value === 'any') continue;
    if (key === '$ref') out.$ref = `#/definitions/${value}`;
    else if (key === 'properties') out.properties = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fromDiscovery(one)]));
    else out[key] = fromDiscovery(value);
  }
  if (out.type === 'object' && out.properties && out.additionalProperties === undefined) out.additionalProperties = false;
  return out;
}

function methodsOf(resources, root, out = []) {
  for (const resource of Object.values(resources ?? {})) {
    for (const method of Object.values(resource.methods ?? {}))
      out.push({ verb: method.httpMethod, path: root + (method.flatPath ?? method.path), schema: method.response?.$ref });
    methodsOf(resource.resources, root, out);
  }
  return out;
}

/** What the three kinds of attachments have in common, and what one of them has besides. */
const attachmentOf = (type, besides) => ({
  type: 'object', required: ['@odata.type', 'id'], additionalProperties: false,
  properties: {
    '@odata.context': { type: 'string' }, '@odata.type': { const: `#microsoft.graph.${type}` }, '@odata.mediaContentType': { type: 'string' },
    id: { type: 'string' }, lastModifiedDateTime: { type: 'string', format: 'date-time' }, name: { type: 'string' }, contentType: { type: ['string', 'null'] },
    size: { type: 'integer' }, isInline: { type: 'boolean' }, ...besides,
  },
});
// What the subset leaves out, as the vendor's pages show it ("fileAttachment resource type", and those of items and links).
const own = {
  attachment: {
    oneOf: [
      attachmentOf('fileAttachment', { contentId: { type: ['string', 'null'] }, contentLocation: { type: ['string', 'null'] }, contentBytes: { type: 'string' } }),
      attachmentOf('itemAttachment', { 'item@odata.context': { type: 'string' }, 'item@odata.associationLink': { type: 'string' }, 'item@odata.navigationLink': { type: 'string' }, item: { type: 'object', required: ['@odata.type'] } }),
      attachmentOf('referenceAttachment', {}),
    ],
  },
  // "calendar resource type", "calendarGroup resource type", "uploadSession resource type"
  calendar: {
    type: 'object', required: ['id'], additionalProperties: false,
    properties: {
      '@odata.context': { type: 'string' }, id: { type: 'string', minLength: 1 }, name: { type: 'string' }, color: { enum: ['auto', 'lightBlue', 'lightGreen', 'lightOrange', 'lightGray', 'lightYellow', 'lightTeal', 'lightPink', 'lightBrown', 'lightRed', 'maxColor'] },
      hexColor: { type: 'string' }, isDefaultCalendar: { type: 'boolean' }, changeKey: { type: 'string' }, canShare: { type: 'boolean' }, canViewPrivateItems: { type: 'boolean' }, canEdit: { type: 'boolean' },
      allowedOnlineMeetingProviders: { type: 'array', items: { type: 'string' } }, defaultOnlineMeetingProvider: { type: 'string' }, isTallyingResponses: { type: 'boolean' }, isRemovable: { type: 'boolean' },
      owner: { type: 'object', required: ['name', 'address'], additionalProperties: false, properties: { name: { type: 'string' }, address: { type: 'string' } } },
    },
  },
  calendarGroup: {
    type: 'object', required: ['id', 'name', 'classId', 'changeKey'], additionalProperties: false,
    properties: { '@odata.context': { type: 'string' }, id: { type: 'string' }, name: { type: 'string' }, classId: { type: 'string', format: 'uuid' }, changeKey: { type: 'string' } },
  },
  uploadSession: {
    type: 'object', required: ['expirationDateTime', 'nextExpectedRanges'], additionalProperties: false,
    properties: { '@odata.context': { type: 'string' }, uploadUrl: { type: 'string', format: 'uri' }, expirationDateTime: { type: 'string', format: 'date-time' }, nextExpectedRanges: { type: 'array', items: { type: 'string' } } },
  },
};
ajv.addSchema({ $id: 'own', definitions: own });
/** By what a path ends with. */
const ownPaths = [
  [/\/attachments\/createUploadSession$|\/AttachmentSessions\/[^/]+$/, 'uploadSession'],
  [/\/attachments($|\/)/, 'attachment'],
  [/\/calendars(\/[^/]+)?$/, 'calendar'],
  [/\/calendarGroups(\/[^/]+)?$/, 'calendarGroup'],
];

const google = [];
const graphPaths = [];
if (there) {
  ajv.addSchema({ $id: 'graph', components: read('graph-openapi-subset.json').components });
  for (const [template, verbs] of Object.entries(read('graph-openapi-subset.json').paths))
    for (const [verb, one] of Object.entries(verbs)) if (one.responses) graphPaths.push({ verb: verb.toUpperCase(), path: template, responses: one.responses });
  for (const [name, root] of [['calendar', '/calendar/v3/'], ['gmail', '/']]) {
    const document = read(`${name}-discovery-subset.json`);
    ajv.addSchema({ $id: name, definitions: fromDiscovery(document.schemas) });
    google.push(...methodsOf(document.resources, root).map((method) => ({ ...method, document: name })));
  }
}

const samePath = (template, actual) => {
  const [a, b] = [template.split('/'), actual.split('/')];
  return a.length === b.length && a.every((part, i) => part.startsWith('{') || part === b[i]);
};

function hold(reference, value, what) {
  const validate = ajv.getSchema(reference);
  if (!validate) throw new Error(`no schema ${reference}`);
  if (validate(value)) return;
  const errors = validate.errors.slice(0, 6).map((e) => `  ${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`);
  throw new Error(`${what} is not as published (${reference}):\n${errors.join('\n')}\n${JSON.stringify(value, null, 1).slice(0, 3000)}`);
}
const graphSchema = (name) => `graph#/components/schemas/${name}`;

/** One answer of Graph; `target` begins after the version. */
function holdGraph(verb, target, status, body) {
  if (!there) return;
  const { pathname: sent, searchParams } = new URL(target, 'https://graph');
  const pathname = sent.replace(/\('([^']*)'\)/g, '/$1') // users('x') is users/x
    .replace(/\/calendars\/[^/]+\//, '/'); // a calendar's events and views look like the default one's
  const what = `${verb} ${target} ${status}`;
  const [, mine] = ownPaths.find(([path]) => path.test(pathname)) ?? [];
  if (mine) {
    if (status >= 400) return hold(graphSchema('profile.error'), body, what);
    return (body.value ?? [body]).forEach((one) => hold(`own#/definitions/${mine}`, one, what));
  }
  const operation = graphPaths.find((one) => one.verb === verb && samePath(one.path, decodeURIComponent(pathname)));
  if (!operation) throw new Error(`${what}: no published path`);
  const answer = operation.responses[status] ?? operation.responses[`${String(status)[0]}XX`];
  if (!answer) throw new Error(`${what}: no published status`);
  let schema = answer.content?.['application/json'].schema.$ref.split('/').pop();
  if (schema === undefined) return;
  if (searchParams.has('$select')) schema = { 'profile.event': 'profile.event.any', 'profile.eventCollection': 'profile.eventCollection.selected' }[schema] ?? schema;
  hold(graphSchema(schema), body, what);
}

function holdGoogle(verb, pathname, status, body) {
  if (!there || status >= 400) return; // Google publishes no schema of its error bodies; the SDKs read them
  const what = `${verb} ${pathname} ${status}`;
  const method = google.find((one) => one.verb === verb && samePath(one.path, pathname));
  if (!method) throw new Error(`${what}: no published method`);
  if (!method.schema) throw new Error(`${what}: a body where none is published`);
  hold(`${method.document}#/definitions/${method.schema}`, body, what);
}

/** A `fetch` that holds every JSON answer against what is published. */
async function checkedFetch(input, init) {
  const response = await ask(input, init);
  if (!(response.headers.get('content-type') ?? '').startsWith('application/json')) return response;
  const verb = (init?.method ?? input.method ?? 'GET').toUpperCase();
  const { pathname, search } = new URL(input.url ?? input);
  const body = await response.clone().json();
  if (pathname.startsWith('/v1.0/')) holdGraph(verb, pathname.slice('/v1.0'.length) + search, response.status, body);
  else if (/^\/(calendar|gmail)\//.test(pathname)) holdGoogle(verb, pathname, response.status, body);
  return response;
}

module.exports = { hold, holdGoogle, holdGraph, graphSchema, checkedFetch, there };
