// Google's SDKs, pointed at calrig serve.
const { calendar } = require('@googleapis/calendar');
const { gmail } = require('@googleapis/gmail');
const { JWT } = require('google-auth-library');
const fs = require('node:fs');
const { checkedFetch } = require('./published.js');

const { GOOGLE_BASE, GOOGLE_TOKEN_URI, SA_KEY_JSON, SUBJECT } = process.env;
const scopes = ['https://www.googleapis.com/auth/calendar', 'https://www.googleapis.com/auth/gmail.settings.basic'];

/** google-auth-library asks Google's own token address, whatever the key file says: that one address is replaced. */
const fetchImplementation = (url, init) => checkedFetch(String(url) === 'https://oauth2.googleapis.com/token' ? GOOGLE_TOKEN_URI : url, init);

function account(subject = SUBJECT, asked = scopes) {
  const key = JSON.parse(fs.readFileSync(SA_KEY_JSON, 'utf8'));
  return new JWT({ email: key.client_email, key: key.private_key, keyId: key.private_key_id, scopes: asked, subject, transporterOptions: { fetchImplementation } });
}

const rootUrl = `${GOOGLE_BASE}/`;
const calendarOf = (subject) => calendar({ version: 'v3', auth: account(subject), rootUrl });
const gmailOf = (subject) => gmail({ version: 'v1', auth: account(subject), rootUrl });

/** A meeting `days` from now, at ten in Warsaw. */
function meeting(summary, days, more = {}) {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const at = (clock) => ({ dateTime: `${day}T${clock}`, timeZone: 'Europe/Warsaw' });
  return { summary, start: at('10:00:00'), end: at('11:00:00'), ...more };
}

module.exports = { account, calendarOf, gmailOf, meeting, scopes };
