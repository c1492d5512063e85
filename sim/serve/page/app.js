// What happens: asks the control plane, and does what is clicked.
import { addDays, answerWord, dayOf, el, exchangeTable, faultTable, fill, hour, longTime, mondayOf, nameOfWeek, personButton, personFacts, plainBody, screenCards, shortTime, subscriptionTable, weekDays } from "./view.js";

const at = id => document.getElementById(id);
const polled_ms = 1000, hidden_ms = 10000, exchanges_shown = 25;

const page = { revision: "", state: null, person: "", detail: null, provider: "microsoft", week: 0, offset_ms: 0, event: null };

// ---- the control plane --------------------------------------------------------------------------------------------------

class Refused extends Error {}

async function ask(method, path, body) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const token = sessionStorage.getItem("calrig token");
  if (token) headers.Authorization = "Bearer " + token;
  let reply;
  try {
    reply = await fetch("/_calrig" + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" });
  } catch {
    throw new Refused("calrig serve does not answer: is it still running?");
  }
  if (reply.status === 401 && !at("token-dialog").open) at("token-dialog").showModal();
  const value = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Refused([value.error?.message ?? `status ${reply.status}`, value.error?.help].filter(Boolean).join("\n"));
  return value;
}

// ---- time -----------------------------------------------------------------------------------------------------------------

const zone = () => page.state?.clock.zone ?? "UTC";
const now = () => page.state?.clock.virtual ? new Date(page.state.clock.now) : new Date(Date.now() + page.offset_ms);
function takeClock(clock) {
  page.state.clock = clock;
  page.offset_ms = Date.parse(clock.now) - Date.now();
  showClock();
}
function showClock() {
  if (!page.state) return;
  at("now").textContent = longTime(now(), zone());
  at("now").dateTime = now().toISOString();
  at("zone").textContent = `${zone()}, ${page.state.clock.virtual ? "stands still" : "runs"}`;
}
const monday = () => addDays(mondayOf(dayOf(now(), zone())), 7 * page.week);

// ---- showing ----------------------------------------------------------------------------------------------------------------

function showState() {
  const state = page.state;
  at("world").textContent = state.world.title || state.world.path;
  document.title = (state.world.title ? state.world.title + " – " : "") + "calrig";
  const people = state.people.filter(one => one.kind === "person"), rooms = state.people.filter(one => one.kind === "room");
  if (!state.people.some(one => one.key === page.person)) page.person = (people[0] ?? rooms[0])?.key ?? "";
  fill(at("people"), people.length ? people.map(one => personButton(one, page.person, choose)) : el("li", { class: "empty" }, "No people in this world."));
  fill(at("rooms"), rooms.length ? rooms.map(one => personButton(one, page.person, choose)) : el("li", { class: "empty" }, "No rooms."));
  const counts = state.counts;
  at("counts").textContent = `Seed ${state.seed} · ${counts.exchanges} exchanges · ${counts.subscriptions + counts.channels} subscriptions · ${counts.armedFaults} armed faults · ${counts.mails} mails`;
  fill(at("subscriptions"), subscriptionTable(state.subscriptions, zone(), id => command("POST", "/subscriptions/drop", { id }, "The service has forgotten it.")));
  at("restart-engine").hidden = !state.engine;
  showClock();
}

function showPerson() {
  const detail = page.detail;
  if (!detail) return;
  at("who").textContent = detail.person.name;
  at("who-more").textContent = personFacts(detail.person);
  at("week-name").textContent = nameOfWeek(monday());
  const events = detail.calendars[page.provider] ?? [];
  fill(at("week"), weekDays(monday(), dayOf(now(), zone()), events, zone(), openEvent));
  fill(at("screens"), screenCards(detail.screens, zone(), now()));
  for (const button of document.querySelectorAll("[data-provider]")) button.setAttribute("aria-pressed", String(button.dataset.provider === page.provider));
  at("replies").disabled = at("new-meeting").disabled = !detail.person.mailbox || detail.person.kind === "room";
}

async function loadPerson() {
  if (!page.person) return;
  const wanted = page.person;
  // A day more on both sides: the zone's midnight is not UTC's.
  const detail = await ask("GET", `/people/${encodeURIComponent(wanted)}?from=${addDays(monday(), -1)}T00:00:00Z&until=${addDays(monday(), 8)}T00:00:00Z&provider=${page.provider}`);
  if (wanted !== page.person) return;
  page.detail = detail;
  showPerson();
}

async function loadExchanges() {
  const { exchanges } = await ask("GET", `/exchanges?limit=${exchanges_shown}`);
  fill(at("exchanges"), exchangeTable(exchanges, page.state.origins.main, zone()));
}

async function loadFaults() {
  const { faults } = await ask("GET", "/faults");
  fill(at("faults"), faultTable(faults, one => command("DELETE", `/faults/${one.number}`, undefined, "Disarmed.")));
}

/// Something small that is done at once; what goes wrong is said at the top.
async function command(method, path, body, done) {
  try {
    await ask(method, path, body);
    trouble("");
    say(done);
  } catch (problem) {
    trouble(problem.message);
  }
  await poll();
}

async function refresh() {
  const state = await ask("GET", "/state" + (page.revision ? `?since=${page.revision}` : ""));
  if (!state.changed) return takeClock(state.clock);
  page.state = state;
  page.revision = state.revision;
  takeClock(state.clock);
  showState();
  await Promise.all([loadPerson(), loadExchanges(), loadFaults()]);
}

let again = 0, lost = false, running = Promise.resolve();
/// One after the other; whoever waits sees what was there when they asked, or later.
function poll() {
  clearTimeout(again);
  running = running.then(pollOnce);
  return running;
}
async function pollOnce() {
  try {
    await refresh();
    if (lost) trouble("");
    lost = false;
    document.documentElement.dataset.ready = "yes";
  } catch (problem) {
    lost = true;
    trouble(problem instanceof Refused ? problem.message : String(problem));
  }
  clearTimeout(again);
  again = setTimeout(poll, document.hidden ? hidden_ms : polled_ms);
}

function trouble(text, place = at("trouble")) {
  place.textContent = text;
  place.hidden = !text;
}
let said = 0;
function say(text) {
  clearTimeout(said);
  at("said").textContent = text;
  said = setTimeout(() => { at("said").textContent = ""; }, 3500);
}

// ---- choosing -----------------------------------------------------------------------------------------------------------------

// What is chosen stands behind the # of the address: reloading keeps it, going back returns to it.
function readAddress() {
  const chosen = new URLSearchParams(location.hash.slice(1));
  page.person = chosen.get("of") ?? "";
  page.provider = chosen.get("at") === "google" ? "google" : "microsoft";
  page.week = Math.trunc(Math.min(Math.max(Number(chosen.get("week")) || 0, -5000), 5000));
}
function look(changes) {
  Object.assign(page, changes);
  history.pushState(null, "", "#" + new URLSearchParams({ of: page.person, at: page.provider, week: page.week }));
  showChoice();
}
function showChoice() {
  if (!page.state) return;
  showState();
  loadPerson().catch(problem => trouble(problem.message));
}
const choose = key => look({ person: key });
for (const button of document.querySelectorAll("[data-provider]")) button.addEventListener("click", () => look({ provider: button.dataset.provider }));
for (const button of document.querySelectorAll("[data-week]"))
  button.addEventListener("click", () => look({ week: Number(button.dataset.week) === 0 ? 0 : page.week + Number(button.dataset.week) }));
addEventListener("popstate", () => { readAddress(); showChoice(); });
readAddress();

// ---- the clock ----------------------------------------------------------------------------------------------------------------

async function move(path, method, body, place) {
  const buttons = document.querySelectorAll(".clock button");
  for (const button of buttons) button.disabled = true;
  try {
    const clock = await ask(method, path, body);
    takeClock(clock);
    say(`It is ${clock.local ?? clock.now} now.`);
    trouble("", place);
  } catch (problem) {
    trouble(problem.message, place);
  }
  for (const button of buttons) button.disabled = false;
  await poll();
}
for (const button of document.querySelectorAll("[data-by]"))
  button.addEventListener("click", () => move("/clock/advance", "POST", { by: button.dataset.by }, at("trouble")).then(() => button.focus()));
at("set-clock").addEventListener("submit", event => {
  event.preventDefault();
  const to = at("clock-to").value.trim();
  if (to) move("/clock", "PUT", { now: to }, at("trouble"));
});
setInterval(() => { if (page.state && !page.state.clock.virtual) showClock(); }, 1000);

// ---- acts -----------------------------------------------------------------------------------------------------------------

/// Does the act, closes the dialog; or says in the dialog why not.
async function act(dialog, acts, done) {
  const place = dialog.querySelector(".trouble");
  trouble("", place);
  try {
    const { acts: outcome } = await ask("POST", "/acts", acts);
    const refusal = outcome.find(one => !one.done);
    await poll();
    dialog.close();
    say(refusal ? `${done} (${refusal.provider}: ${refusal.refusal})` : done);
  } catch (problem) {
    trouble(problem.message, place);
  }
}
for (const dialog of document.querySelectorAll("dialog"))
  for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());

const name = () => page.detail.person.key;
const minutesOf = event => Math.round((Date.parse(event.end) - Date.parse(event.start)) / 60000);

at("new-meeting").addEventListener("click", () => {
  const form = at("meeting-form");
  trouble("", form.querySelector(".trouble"));
  const next = new Date(Math.ceil((now().getTime() + 60000) / 1800000) * 1800000);
  form.elements.day.value = dayOf(next, zone());
  form.elements.from.value = hour(next, zone());
  fill(at("invitees"), page.state.people.filter(one => one.key !== name() && one.mailbox)
    .map(one => el("label", {}, el("input", { type: "checkbox", name: "invites", value: one.key }), el("span", {}, one.name))));
  at("meeting-dialog").showModal();
  form.elements.title.focus();
});
at("meeting-form").addEventListener("submit", event => {
  event.preventDefault();
  const form = event.target, title = form.elements.title.value.trim();
  const invites = [...form.querySelectorAll("input[name=invites]:checked")].map(one => one.value);
  const body = { id: "page-" + Date.now().toString(36), title, when: `${form.elements.day.value} ${form.elements.from.value} for ${form.elements.minutes.value}m` };
  if (form.elements.location.value.trim()) body.location = form.elements.location.value.trim();
  if (invites.length) body.invites = invites;
  act(at("meeting-dialog"), { [name() + " creates"]: body }, `${title} is in the calendars.`).then(() => { if (!at("meeting-dialog").open) form.elements.title.value = ""; });
});

function openEvent(event) {
  page.event = event;
  const form = at("event-form"), organizer = event.response === "organizer" || event.attendees.length === 0;
  trouble("", form.querySelector(".trouble"));
  at("event-name").textContent = event.title || "(no title)";
  const facts = [["When", event.allDay ? "all day, " + dayOf(new Date(event.start), zone()) : `${shortTime(new Date(event.start), zone())} – ${hour(new Date(event.end), zone())}`],
    ["Where", event.location], ["Own answer", answerWord(event.response)],
    ["Invited", event.attendees.map(one => `${one.address}: ${answerWord(one.response)}`).join("\n")], ["Text", plainBody(event)]];
  fill(at("event-facts"), facts.filter(([, value]) => value).flatMap(([key, value]) => [el("dt", {}, key), el("dd", {}, value)]));
  at("event-scope").hidden = !event.occurrence;
  at("event-organizer").hidden = !organizer || event.allDay;
  form.elements.day.value = dayOf(new Date(event.start), zone());
  form.elements.from.value = hour(new Date(event.start), zone());
  form.elements.minutes.value = minutesOf(event);
  const button = (text, doing, kind) => el("button", { type: "button", class: kind, on: { click: doing } }, text);
  const ends = verb => () => onEvent(verb, {}, `${event.title}: done.`);
  fill(at("event-acts"), organizer
    ? [button("Cancel it", ends("cancels"), "danger"), !event.allDay && button("Reschedule", reschedule, "primary")].filter(Boolean)
    : [button("Decline", ends("declines"), "danger"), button("Perhaps", ends("tentatively accepts")), button("Accept", ends("accepts"), "primary")]);
  at("event-dialog").showModal();
}
function onEvent(verb, more, done) {
  const event = page.event, target = { event: event.name ?? event.uid, ...more };
  if (event.occurrence && at("event-form").elements.scope.value === "one") target.occurrence = event.occurrence;
  return act(at("event-dialog"), { [`${name()} ${verb}`]: target }, done);
}
function reschedule() {
  const form = at("event-form"), whole = page.event.occurrence && form.elements.scope.value === "all";
  // A series keeps its days: only the time of day moves.
  const time = `${form.elements.from.value} for ${form.elements.minutes.value}m`;
  return onEvent("moves", { when: whole ? time : `${form.elements.day.value} ${time}` }, `${page.event.title} has another time.`);
}
at("event-form").addEventListener("submit", event => event.preventDefault());

at("replies").addEventListener("click", () => {
  trouble("", at("replies-form").querySelector(".trouble"));
  at("replies-dialog").showModal();
});
at("replies-form").addEventListener("submit", event => {
  event.preventDefault();
  const on = event.submitter?.value !== "off";
  const body = on ? { state: "always", message: event.target.elements.message.value || "I am away." } : { state: "off" };
  act(at("replies-dialog"), { [name() + " sets automatic replies"]: body }, on ? "Automatic replies are on." : "Automatic replies are off.");
});

at("token-form").addEventListener("submit", event => {
  event.preventDefault();
  sessionStorage.setItem("calrig token", event.target.elements.token.value);
  at("token-dialog").close();
  poll();
});

document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
poll();

// ---- the rude network, and the engine inside --------------------------------------------------------------------------------

at("restart-engine").addEventListener("click", () => command("POST", "/acts", { "engine restarts": {} }, "The engine begins anew with what it stored."));
at("new-fault").addEventListener("click", () => {
  const form = at("fault-form"), people = page.state.people.filter(one => one.mailbox && one.kind === "person");
  trouble("", form.querySelector(".trouble"));
  fill(form.elements.person, el("option", { value: "" }, "everybody"), people.map(one => el("option", { value: one.key }, one.name)));
  at("fault-dialog").showModal();
});
/// The form's fault in the words of scenarios.
function faultOf(elements) {
  const does = elements.does.value, next = Number(elements.next.value);
  if (does.startsWith("notifications ")) return { next, [does.slice(14)]: "notifications" };
  const fault = { next, "calls to": elements.to.value };
  if (elements.person.value) fault.person = elements.person.value;
  if (does === "lose") return { ...fault, cut: "before" };
  fault.answer = Number(does);
  if (does === "429") fault["retry after"] = "30s";
  return fault;
}
at("fault-form").addEventListener("submit", async event => {
  event.preventDefault();
  const place = event.target.querySelector(".trouble");
  try {
    await ask("POST", "/faults", faultOf(event.target.elements));
    at("fault-dialog").close();
    say("Armed.");
    await poll();
  } catch (problem) {
    trouble(problem.message, place);
  }
});
