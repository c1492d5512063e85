// A tool that mirrors a Graph calendar and a Google calendar into one another, as such tools are written: by delta rounds
// and sync tokens, series as series, the other side's id in a property of each event. 200 acts at random, then both are compared.
const assert = require('node:assert/strict');
const test = require('node:test');
const { calendarOf } = require('./google.js');
const { client } = require('./graph.js');
const { googleSide, graphSide, from, zone } = require('./sides.js');

const { GRAPH_USER } = process.env;
let seed = 20270301;
const chance = (n) => (seed = (seed * 1103515245 + 12345) % 2 ** 31, Math.floor(seed / 2 ** 31 * n));
const local = (day, hour) => `2027-${day < 31 ? '03' : '04'}-${String(day < 31 ? day + 1 : day - 30).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00`;

const warsaw = (instant) => new Date(instant).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');
const inWarsaw = (state) => ({ start: warsaw(state.start), end: warsaw(state.end) });

async function carry(side, other, id, known) {
  const read = await side.read(id);
  const pair = known.get(`${side.name} ${id}`);
  if (!read) {
    if (!pair || pair.gone) return;
    pair.gone = true;
    return other.remove(pair[other.name]);
  }
  const { state } = read;
  if (!pair) {
    const made = { [side.name]: id, state: { ...state, exceptions: {} } };
    made[other.name] = await other.create(state, id, inWarsaw(state));
    for (const each of [side, other]) known.set(`${each.name} ${made[each.name]}`, made);
    await side.tie(id, made[other.name]);
    return carry(side, other, id, known);
  }
  const target = pair[other.name], before = pair.state;
  if (state.title !== before.title || state.start !== before.start || state.end !== before.end) await other.patch(target, state, inWarsaw(state));
  for (const [key, value] of Object.entries(state.exceptions)) {
    if (key in before.exceptions && JSON.stringify(before.exceptions[key]) === JSON.stringify(value)) continue;
    const occurrence = await other.occurrence(target, key);
    assert.ok(occurrence, `${other.name} has no occurrence at ${key} of ${state.title}`);
    await (value ? other.patch(occurrence, value, inWarsaw(value)) : other.remove(occurrence));
  }
  pair.state = state;
}

test('a calendar of Graph and one of Google are kept alike over 200 acts', async () => {
  const sides = [graphSide(client()), googleSide(calendarOf())];
  const known = new Map();
  const sync = async () => {
    for (const [side, other] of [sides, [...sides].reverse()]) for (const id of await side.changed()) await carry(side, other, id, known);
  };
  await sync();
  const live = () => [...new Set(known.values())].filter((pair) => !pair.gone && pair.state.title.startsWith('act '));
  for (let n = 1; n <= 200; ++n) {
    const side = sides[chance(2)], all = live(), what = chance(10), pair = all[chance(all.length || 1)];
    const day = chance(40), hour = 8 + chance(9), at = { start: local(day, hour), end: local(day, hour + 1) }, title = `act ${n}`;
    const rule = ['FREQ=DAILY;COUNT=5', 'FREQ=WEEKLY;COUNT=4;BYDAY=MO,TH'][chance(2)];
    if (what < 3 || !pair) await side.create({ title }, null, at);
    else if (what < 5) await side.create({ title, rule }, null, at);
    else if (what === 5) await side.remove(pair[side.name]);
    else if (pair.state.rule) {
      const rows = sides[0] === side ? (await side.read(pair.graph)) && (await client().api(`/users/${GRAPH_USER}/events/${pair.graph}/instances`).query({ startDateTime: from, endDateTime: '2027-08-01T00:00:00Z' }).get()).value.map((row) => ({ id: row.id, start: row.start.dateTime + 'Z' }))
        : (await calendarOf().events.instances({ calendarId: 'primary', eventId: pair.google })).data.items.map((row) => ({ id: row.id, start: row.start.dateTime }));
      if (rows.length < 2) continue;
      const row = rows[chance(rows.length)], start = new Date(new Date(row.start).getTime() + 15 * 60e3);
      if (what < 8) await side.remove(row.id);
      else await side.patch(row.id, { title }, inWarsaw({ start, end: new Date(start.getTime() + 36e5) }));
    } else await side.patch(pair[side.name], { title }, at);
    if (chance(3) > 0) await sync();
    else if (what >= 5) await sync();
  }
  await sync();
  await sync();
  const [graph, google] = [await sides[0].shown(), await sides[1].shown()];
  assert.ok(graph.length > 60, `${graph.length} are shown`);
  assert.deepEqual(graph, google);
  assert.deepEqual([...await sides[0].changed()].concat([...await sides[1].changed()]).length, 0, 'and nothing goes to and fro');
});
