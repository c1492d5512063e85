// What is shown: elements out of values. Every text goes in as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const out = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) out.addEventListener(event, act);
    else if (name === "class") out.className = value;
    else out.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== undefined && child !== null && child !== false) out.append(child);
  return out;
}

/// Replaces what is in `place`, and keeps the keyboard's focus on what has the same data-key.
export function fill(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  place.replaceChildren(...children.flat());
  if (focused !== undefined) [...place.querySelectorAll("[data-key]")].find(one => one.dataset.key === focused)?.focus();
}

// ---- time: the world's zone, whatever the browser's ----------------------------------------------------------------

const formats = new Map();
function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return formats.get(key);
}
export const hour = (at, zone) => format(zone, { hour: "2-digit", minute: "2-digit" }).format(at);
export const longTime = (at, zone) => format(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
export const shortTime = (at, zone) => format(zone, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);
export const clockTime = (at, zone) => format(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
/// "2026-03-02" of a moment in the zone.
export function dayOf(at, zone) {
  const parts = Object.fromEntries(format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(at).map(part => [part.type, part.value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}
export function addDays(day, count) {
  const date = new Date(day + "T12:00:00Z");
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}
export function mondayOf(day) {
  const weekday = (new Date(day + "T12:00:00Z").getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
}
const nameOfDay = day => format("UTC", { weekday: "short", day: "numeric", month: "short" }).format(new Date(day + "T12:00:00Z"));
export function nameOfWeek(monday) {
  return `${nameOfDay(monday)} – ${nameOfDay(addDays(monday, 6))}`;
}

// ---- parts of the page ------------------------------------------------------------------------------------------------

const away = person => person.presence === "out of office";

export function personButton(person, chosen, choose) {
  const buttons = person.screens.reduce((sum, screen) => sum + screen.joinButtons, 0);
  const dot = !person.mailbox || person.kind === "room" ? "dot none" : away(person) ? "dot away" : "dot";
  const said = !person.mailbox ? "no mailbox" : person.kind === "room" ? "room" : person.presence;
  return el("li", {}, el("button", { type: "button", "data-key": person.key, "aria-current": person.key === chosen ? "true" : undefined, on: { click: () => choose(person.key) } },
    el("span", { class: dot, title: said }), el("span", { class: "name" }, person.name), el("span", { class: "visually-hidden" }, said),
    buttons > 0 && el("span", { class: "badge good" }, "Join")));
}

export function personFacts(person) {
  const out = [person.address, person.kind === "room" ? "room" : away(person) ? "out of office" : "available"];
  if (!person.mailbox) out.push("no mailbox");
  if (person.status) out.push("service: " + person.status.toLowerCase() + (person.statusReason ? ` (${person.statusReason})` : ""));
  return out.join(" · ");
}

const answers = { accepted: "accepted", tentative: "perhaps", declined: "declined", none: "not answered", organizer: "organizer" };
export const answerWord = response => answers[response] ?? response;

function eventButton(event, zone, open) {
  const title = event.title || "(no title)";
  const when = event.allDay ? "All day" : `${hour(new Date(event.start), zone)}–${hour(new Date(event.end), zone)}`;
  return el("button", { type: "button", class: "event " + event.response, "data-key": event.uid + event.start, "aria-haspopup": "dialog", on: { click: () => open(event) } },
    el("span", { class: "when" }, when), el("span", { class: "title" }, title), event.private && el("span", { class: "where" }, "private"),
    event.location && el("span", { class: "where" }, event.location),
    event.response === "none" || event.response === "declined" || event.response === "tentative" ? el("span", { class: "visually-hidden" }, answerWord(event.response)) : null);
}

export function weekDays(monday, today, events, zone, open) {
  const out = [];
  for (let i = 0; i < 7; ++i) {
    const day = addDays(monday, i);
    // An all-day event begins at midnight of its own zone: its day is that of its middle.
    const mine = events.filter(event => !event.cancelled && (event.allDay ? covers(event, day, zone) : dayOf(new Date(event.start), zone) === day));
    out.push(el("li", { class: "day" + (day === today ? " today" : i > 4 ? " off" : ""), "aria-current": day === today ? "date" : undefined },
      el("h3", {}, el("span", {}, nameOfDay(day)), day === today && el("span", {}, "today")),
      mine.map(event => eventButton(event, zone, open))));
  }
  return out;
}
function covers(event, day, zone) {
  const noon = 12 * 3600 * 1000;
  return dayOf(new Date(Date.parse(event.start) + noon), zone) <= day && day <= dayOf(new Date(Date.parse(event.end) - noon), zone);
}

export function screenCards(screens, zone, now) {
  if (screens.length === 0) return [el("p", { class: "empty sheet" }, "No app and no device: give the person one in the world file (`app: yes`, `device: desk`).")];
  return screens.map(screen => {
    const coming = screen.meetings.filter(meeting => Date.parse(meeting.start) + meeting.minutes * 60000 >= now.getTime()).slice(0, 8);
    const body = screen.meetings.length === 0
      ? el("p", { class: "empty" }, "The meeting list is empty. It fills when a sync engine publishes meetings to the meeting cloud: point yours here, or start with ", el("code", {}, "calrig serve --with-engine microsoft"), ".")
      : coming.length === 0 ? el("p", { class: "empty" }, "Nothing is coming; all listed meetings are over.")
      : el("ul", {}, coming.map(meeting => meetingRow(meeting, zone)));
    return el("article", { class: "screen" }, el("header", {}, el("h3", {}, screen.name), el("span", { class: "quiet" }, `${screen.count} listed`)), body);
  });
}
function meetingRow(meeting, zone) {
  const when = meeting.allDay ? "all day, " + nameOfDay(dayOf(new Date(meeting.start), zone)) : `${shortTime(new Date(meeting.start), zone)}, ${meeting.minutes} min`;
  // Only what a browser can join is a link; a sip: address is told.
  const link = /^https:\/\//.test(meeting.join) ? meeting.join : undefined;
  return el("li", { class: "meeting" }, el("div", {}, el("p", { class: "title" }, meeting.unreadable ? `Unreadable: ${meeting.unreadable}` : meeting.title || "(no title)"),
    el("p", { class: "quiet" }, [when, meeting.organizer, meeting.location].filter(Boolean).join(" · "))),
    meeting.button ? el(link ? "a" : "span", { class: "join", href: link, target: link && "_blank", rel: link && "noreferrer", title: meeting.join }, "Join") : meeting.join ? el("span", { class: "badge" }, "joinable") : null);
}

export function faultTable(faults, disarm) {
  if (faults.length === 0) return el("p", { class: "empty sheet" }, "No fault is armed: every call is answered as the services answer.");
  return el("div", { class: "sheet scroll", tabindex: "0", role: "region", "aria-label": "Armed faults" }, table(["What", "To", "Only", "Struck", ""],
    faults.map(one => [one.does, one.to, [one.operation, one.person].filter(Boolean).join(", "), `${one.struck}${one.next ? " of " + one.next : ""}${one.spent ? ", over" : ""}`,
      el("button", { type: "button", "data-key": "fault " + one.number, "aria-label": `Disarm fault ${one.number}`, on: { click: () => disarm(one) } }, "Disarm")])));
}

export function subscriptionTable(subscriptions, zone, drop) {
  const rows = [...subscriptions.microsoft.map(one => ["Graph", one.mailbox, one.changes, one.to, one.expires, one.id]),
    ...subscriptions.google.map(one => ["Google", one.openedBy, one.resource.replace(/^https:\/\/www\.googleapis\.com\/calendar\/v3\//, "").replace(/\?.*/, ""), one.to, one.expires, one.id])];
  if (rows.length === 0)
    return el("p", { class: "empty sheet" }, "Nobody watches a calendar. A client opens one with ", el("code", {}, "POST /v1.0/subscriptions"), " or ", el("code", {}, "POST /calendar/v3/calendars/…/events/watch"), ".");
  return el("div", { class: "sheet scroll", tabindex: "0", role: "region", "aria-label": "Subscriptions and channels" }, table(["Service", "Whose", "What", "To", "Until", ""],
    rows.map(row => [row[0], row[1], row[2], el("code", {}, row[3]), shortTime(new Date(row[4]), zone),
      el("button", { type: "button", "data-key": "drop " + row[5], "aria-label": `Drop ${row[0]} of ${row[1]}`, title: "The service forgets it, without a word", on: { click: () => drop(row[5]) } }, "Drop")])));
}

export function exchangeTable(exchanges, origin, zone) {
  if (exchanges.length === 0)
    return el("p", { class: "empty sheet" }, "Nobody has asked anything yet. Point a client here: ", el("code", {}, `${origin}/v1.0`), " is Graph, ", el("code", {}, `${origin}/calendar/v3`), " is Google Calendar; ", el("code", {}, "--out DIR"), " writes env.sh with everything else.");
  const rows = [...exchanges].reverse().map(one => [clockTime(new Date(one.at), zone), one.outgoing ? `→ ${one.what || one.actor}` : one.actor, one.method,
    el("code", { title: one.target }, one.target), statusBadge(one), one.operation ?? ""]);
  return el("div", { class: "sheet scroll", tabindex: "0", role: "region", "aria-label": "Last exchanges" }, table(["At", "With", "", "What", "Status", "Operation"], rows, 3));
}
function statusBadge(one) {
  const kind = one.status === 0 || one.status >= 500 ? "bad" : one.status >= 400 ? "warn" : "good";
  return el("span", { class: "badge " + kind, title: one.why }, one.status === 0 ? "no answer" : String(one.status));
}
function table(head, rows, wide = -1) {
  return el("table", {}, el("thead", {}, el("tr", {}, head.map(text => el("th", { scope: "col" }, text)))),
    el("tbody", {}, rows.map(row => el("tr", {}, row.map((cell, i) => el("td", { class: i === wide ? "wide" : undefined }, cell))))));
}

/// The text of an invitation without its markup: parsed in a document of its own, where nothing runs or loads.
export function plainBody(event) {
  if (!event.html) return event.body;
  const page = new DOMParser().parseFromString(event.body.replace(/<br\s*\/?>|<\/p>|<\/div>|<\/tr>|<\/h\d>/gi, "$&\n"), "text/html");
  for (const hidden of page.querySelectorAll("style, script, head")) hidden.remove();
  return page.documentElement.textContent.replace(/[ \t]+/g, " ").replace(/\n\s*\n+/g, "\n").trim();
}
