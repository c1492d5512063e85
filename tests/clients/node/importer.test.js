// An importer of iCalendar files, as migrations have one: series, exceptions and cancelled occurrences by events.import, again and again.
const assert = require('node:assert/strict');
const test = require('node:test');
const { calendarOf } = require('./google.js');

const file = `BEGIN:VCALENDAR
BEGIN:VEVENT
UID:retro@old.example
SUMMARY:Retro\\, weekly
SEQUENCE:2
ORGANIZER:mailto:lead@old.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:${process.env.SUBJECT}
DTSTART;TZID=Europe/Warsaw:20270315T090000
DTEND;TZID=Europe/Warsaw:20270315T100000
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Europe/Warsaw:20270329T090000
END:VEVENT
BEGIN:VEVENT
UID:retro@old.example
RECURRENCE-ID;TZID=Europe/Warsaw:20270322T090000
SUMMARY:Retro\\, moved
SEQUENCE:2
DTSTART;TZID=Europe/Warsaw:20270323T140000
DTEND;TZID=Europe/Warsaw:20270323T150000
END:VEVENT
BEGIN:VEVENT
UID:holiday@old.example
SUMMARY:Holiday
DTSTART;VALUE=DATE:20270503
DTEND;VALUE=DATE:20270504
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR`;

const date = (text) => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
const time = ({ value, params }) => params.VALUE === 'DATE' ? { date: date(value) } : { dateTime: `${date(value)}T${value.slice(9, 11)}:${value.slice(11, 13)}:${value.slice(13, 15)}`, timeZone: params.TZID };

function events(text) {
  return text.split('BEGIN:VEVENT\n').slice(1).map((block) => {
    const lines = block.split('END:VEVENT')[0].trim().split('\n').map((line) => {
      const colon = line.indexOf(':'), [name, ...params] = line.slice(0, colon).split(';');
      return { name, line, value: line.slice(colon + 1).replace(/\\,/g, ','), params: Object.fromEntries(params.map((each) => each.split('='))) };
    });
    const of = (name) => lines.find((line) => line.name === name);
    return {
      iCalUID: of('UID').value, summary: of('SUMMARY').value, sequence: Number(of('SEQUENCE')?.value ?? 0), start: time(of('DTSTART')), end: time(of('DTEND')),
      ...(of('TRANSP') && { transparency: of('TRANSP').value.toLowerCase() }),
      ...(of('RECURRENCE-ID') && { originalStartTime: time(of('RECURRENCE-ID')) }),
      ...(of('RRULE') && { recurrence: lines.filter((line) => ['RRULE', 'EXDATE'].includes(line.name)).map((line) => line.line) }),
      ...(of('ORGANIZER') && { organizer: { email: of('ORGANIZER').value.slice(7) } }),
      ...(of('ATTENDEE') && { attendees: [{ email: of('ATTENDEE').value.slice(7), responseStatus: 'accepted' }] }),
    };
  });
}

test('a file is imported as often as one likes', async () => {
  const google = calendarOf(), calendarId = 'primary';
  const shown = async () => (await google.events.list({ calendarId, singleEvents: true, orderBy: 'startTime', timeMin: '2027-03-01T00:00:00Z', timeMax: '2027-06-01T00:00:00Z' })).data.items
    .map((one) => `${one.summary} ${one.start.dateTime ?? one.start.date}`);
  const wanted = ['Retro, weekly 2027-03-15T09:00:00+01:00', 'Retro, moved 2027-03-23T14:00:00+01:00', 'Retro, weekly 2027-04-05T09:00:00+02:00', 'Holiday 2027-05-03'];
  const ids = [];
  for (let turn = 0; turn < 3; ++turn) {
    for (const requestBody of events(file)) {
      const { data } = await google.events.import({ calendarId, requestBody });
      if (requestBody.originalStartTime) assert.equal(data.recurringEventId, ids[0], 'an occurrence belongs to its series');
      else ids.push(data.id);
    }
    assert.deepEqual(await shown(), wanted, `turn ${turn}`);
  }
  assert.equal(new Set(ids).size, 2, 'nothing is there twice');
  const { data: series } = await google.events.get({ calendarId, eventId: ids[0] });
  assert.deepEqual([series.organizer.email, series.attendees[0].responseStatus, series.sequence], ['lead@old.example', 'accepted', 2]);
  await assert.rejects(google.events.import({ calendarId, requestBody: { ...events(file)[0], sequence: 1 } }), (error) => error.status === 400, 'an older version is refused');
});
