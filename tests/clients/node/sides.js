// Two calendars as a mirror sees them: read a root event as { title, start, end, rule, exceptions }, write such a state.
const { GRAPH_USER } = process.env;
const zone = 'Europe/Warsaw';
const property = 'String {3f1c9d2a-7b7e-4a52-9c36-0d6f1f5a9b11} Name Mirror';
const from = '2027-03-01T00:00:00Z', until = '2027-05-01T00:00:00Z';  // summer time begins on March 28
const days = { SU: 'sunday', MO: 'monday', TU: 'tuesday', WE: 'wednesday', TH: 'thursday', FR: 'friday', SA: 'saturday' };
const seconds = (instant) => new Date(instant).toISOString().slice(0, 19) + 'Z';

function graphSide(graph) {
  const base = `/users/${GRAPH_USER}/events`;
  const utc = (time) => seconds(time.dateTime + 'Z');
  const rule = ({ pattern, range }) => `FREQ=${pattern.type.toUpperCase()};COUNT=${range.numberOfOccurrences}` +
    (pattern.type === 'weekly' ? `;BYDAY=${pattern.daysOfWeek.map((day) => day.slice(0, 2).toUpperCase()).sort()}` : '');
  const recurrence = (text, start) => {
    const part = Object.fromEntries(text.split(';').map((each) => each.split('=')));
    return { pattern: { type: part.FREQ.toLowerCase(), interval: 1, ...(part.BYDAY && { daysOfWeek: part.BYDAY.split(',').map((day) => days[day]), firstDayOfWeek: 'monday' }) },
      range: { type: 'numbered', startDate: start.slice(0, 10), numberOfOccurrences: Number(part.COUNT), recurrenceTimeZone: zone } };
  };
  const side = {
    name: 'graph', link: null,
    async changed() {
      const roots = new Set();
      let page = await graph.api(side.link ?? `/users/${GRAPH_USER}/calendarView/delta?startDateTime=${from}&endDateTime=${until}`).header('Prefer', 'odata.maxpagesize=7').get();
      for (;;) {
        for (const row of page.value) roots.add(row.seriesMasterId ?? row.id);
        if (!page['@odata.nextLink']) break;
        page = await graph.api(page['@odata.nextLink']).header('Prefer', 'odata.maxpagesize=7').get();
      }
      side.link = page['@odata.deltaLink'];
      return roots;
    },
    async read(id) {
      const event = await graph.api(`${base}/${id}`).expand(`exceptionOccurrences,singleValueExtendedProperties($filter=id eq '${property}')`).get().catch((error) => error.statusCode === 404 ? null : Promise.reject(error));
      if (!event) return null;
      if (event.seriesMasterId) return null;  // a row of a series is read with its master
      const state = { title: event.subject, start: utc(event.start), end: utc(event.end), rule: event.recurrence && rule(event.recurrence), exceptions: {} };
      for (const each of event.exceptionOccurrences ?? []) state.exceptions[seconds(each.originalStart)] = { title: each.subject, start: utc(each.start), end: utc(each.end) };
      for (const each of event.cancelledOccurrences ?? []) state.exceptions[each.slice(-10)] = null;  // "OID.<id>.<date>"
      return { state, other: event.singleValueExtendedProperties?.[0].value };
    },
    async occurrence(id, key) {
      const around = new Date(key).getTime() - 36e5 * 24;
      const rows = await graph.api(`${base}/${id}/instances`).query({ startDateTime: seconds(around), endDateTime: seconds(around + 36e5 * 72) }).get();
      return rows.value.find((row) => seconds(row.originalStart ?? row.start.dateTime + 'Z') === key || (key.length === 10 && row.start.dateTime.startsWith(key)))?.id;
    },
    body: (state, wall) => ({ subject: state.title, start: { dateTime: wall?.start ?? state.start, timeZone: wall ? zone : 'UTC' }, end: { dateTime: wall?.end ?? state.end, timeZone: wall ? zone : 'UTC' } }),
    async create(state, other, wall) {
      const made = await graph.api(base).post({ ...side.body(state, wall), ...(state.rule && { recurrence: recurrence(state.rule, wall.start) }), ...(other && { singleValueExtendedProperties: [{ id: property, value: other }] }) });
      return made.id;
    },
    patch: (id, state, wall) => graph.api(`${base}/${id}`).patch(side.body(state, wall)),
    tie: (id, other) => graph.api(`${base}/${id}`).patch({ singleValueExtendedProperties: [{ id: property, value: other }] }),
    remove: (id) => graph.api(`${base}/${id}`).delete(),
    async shown() {
      const all = [];
      let page = await graph.api(`/users/${GRAPH_USER}/calendarView`).query({ startDateTime: from, endDateTime: until }).top(50).get();
      for (; ; page = await graph.api(page['@odata.nextLink']).get()) {
        all.push(...page.value.map((row) => `${utc(row.start)} ${utc(row.end)} ${row.subject}`));
        if (!page['@odata.nextLink']) return all.sort();
      }
    },
  };
  return side;
}

function googleSide(google) {
  const calendarId = 'primary';
  const time = (at) => seconds(at.dateTime);
  const side = {
    name: 'google', token: null,
    async changed() {
      const roots = new Set();
      for (let pageToken; ;) {
        const { data } = await google.events.list({ calendarId, maxResults: 7, pageToken, ...(side.token ? { syncToken: side.token } : {}) });
        for (const row of data.items) roots.add(row.recurringEventId ?? row.id);
        pageToken = data.nextPageToken;
        if (!pageToken) { side.token = data.nextSyncToken; return roots; }
      }
    },
    async read(eventId) {
      const { data } = await google.events.get({ calendarId, eventId });
      if (data.status === 'cancelled') return null;
      const state = { title: data.summary, start: time(data.start), end: time(data.end), rule: data.recurrence?.[0].slice(6), exceptions: {} };
      if (state.rule) {
        const rows = (await google.events.instances({ calendarId, eventId, showDeleted: true, maxResults: 250 })).data.items;
        for (const row of rows) {
          const key = time(row.originalStartTime);
          if (row.status === 'cancelled') state.exceptions[key.slice(0, 10)] = null;
          else if (row.summary !== state.title || time(row.start) !== key) state.exceptions[key] = { title: row.summary, start: time(row.start), end: time(row.end) };
        }
      }
      return { state, other: data.extendedProperties?.private?.mirror };
    },
    async occurrence(eventId, key) {
      const rows = (await google.events.instances({ calendarId, eventId, showDeleted: true, maxResults: 250 })).data.items;
      return rows.find((row) => time(row.originalStartTime).startsWith(key))?.id;
    },
    body: (state, wall) => ({ summary: state.title, start: { dateTime: wall?.start ?? state.start, timeZone: zone }, end: { dateTime: wall?.end ?? state.end, timeZone: zone } }),
    async create(state, other, wall) {
      const requestBody = { ...side.body(state, wall), ...(state.rule && { recurrence: [`RRULE:${state.rule}`] }), ...(other && { extendedProperties: { private: { mirror: other } } }) };
      return (await google.events.insert({ calendarId, requestBody })).data.id;
    },
    patch: (eventId, state, wall) => google.events.patch({ calendarId, eventId, requestBody: side.body(state, wall) }),
    tie: (eventId, other) => google.events.patch({ calendarId, eventId, requestBody: { extendedProperties: { private: { mirror: other } } } }),
    remove: (eventId) => google.events.delete({ calendarId, eventId }),
    async shown() {
      const all = [];
      for (let pageToken; ;) {
        const { data } = await google.events.list({ calendarId, singleEvents: true, orderBy: 'startTime', timeMin: from, timeMax: until, maxResults: 50, pageToken });
        all.push(...data.items.map((row) => `${time(row.start)} ${time(row.end)} ${row.summary}`));
        if (!(pageToken = data.nextPageToken)) return all.sort();
      }
    },
  };
  return side;
}

module.exports = { graphSide, googleSide, from, until, zone };
