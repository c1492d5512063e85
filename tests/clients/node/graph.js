// Microsoft's SDKs, pointed at calrig serve.
const { ConfidentialClientApplication } = require('@azure/msal-node');
const { Client } = require('@microsoft/microsoft-graph-client');
const { checkedFetch } = require('./published.js');

const { GRAPH_BASE, AUTHORITY_BASE, TENANT, CLIENT_ID, CLIENT_SECRET } = process.env;
const scope = 'https://graph.microsoft.com/.default';

const application = (credential = { clientSecret: CLIENT_SECRET }) =>
  new ConfidentialClientApplication({
    auth: { clientId: CLIENT_ID, authority: `${AUTHORITY_BASE}/${TENANT}`, knownAuthorities: [new URL(AUTHORITY_BASE).host], ...credential },
  });

function client() {
  const app = application();
  // The SDK's last middleware calls the global fetch: this is the only place to see its answers.
  globalThis.fetch = checkedFetch;
  return Client.initWithMiddleware({
    baseUrl: `${GRAPH_BASE}/`,
    customHosts: new Set([new URL(GRAPH_BASE).hostname]),
    authProvider: { getAccessToken: async () => (await app.acquireTokenByClientCredential({ scopes: [scope] })).accessToken },
  });
}

/** A meeting `days` from now, at ten in Warsaw. */
function meeting(subject, days, more = {}) {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const at = (clock) => ({ dateTime: `${day}T${clock}`, timeZone: 'Europe/Warsaw' });
  return { subject, start: at('10:00:00'), end: at('11:00:00'), ...more };
}

module.exports = { application, client, meeting, scope };
