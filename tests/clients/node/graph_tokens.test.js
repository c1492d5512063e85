// How an application proves who it is, by msal-node.
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { ServerError } = require('@azure/msal-node');
const { application, scope } = require('./graph.js');
const { graphSchema, hold, there } = require('./published.js');

const { AUTHORITY_BASE, CALRIG_CLIENTS, CLIENT_ID, GRAPH_USER, GRAPH_BASE, TENANT } = process.env;
const scopes = [scope];
const asks = (token) => fetch(`${GRAPH_BASE}/v1.0/users/${GRAPH_USER}/mailboxSettings`, { headers: { Authorization: `Bearer ${token}` } });

test('a secret gives a token, and the second one comes from the cache', async () => {
  const app = application();
  const first = await app.acquireTokenByClientCredential({ scopes });
  assert.equal(first.fromCache, false);
  assert.ok(first.expiresOn > Date.now());
  assert.equal((await asks(first.accessToken)).status, 200);
  const second = await app.acquireTokenByClientCredential({ scopes });
  assert.equal(second.fromCache, true);
  assert.equal(second.accessToken, first.accessToken);
});

test('a wrong secret is a ServerError with its AADSTS number', async () => {
  await assert.rejects(application({ clientSecret: 'wrong' }).acquireTokenByClientCredential({ scopes }), (error) => {
    assert.ok(error instanceof ServerError, String(error));
    assert.equal(error.errorCode, 'invalid_client');
    assert.match(error.errorMessage, /AADSTS7000215/);
    return true;
  });
});

/** What MSAL wants of a certificate; `keyOf` another file's key. */
function certificate(name, keyOf = name) {
  const { raw } = new crypto.X509Certificate(fs.readFileSync(path.join(CALRIG_CLIENTS, `${name}.pem`)));
  const privateKey = fs.readFileSync(path.join(CALRIG_CLIENTS, `${keyOf}.key`), 'utf8');
  return { clientCertificate: { thumbprintSha256: crypto.createHash('sha256').update(raw).digest('hex'), privateKey } };
}

test('an assertion signed by the registered certificate gives a token', async () => {
  const { accessToken } = await application(certificate('application')).acquireTokenByClientCredential({ scopes });
  assert.equal((await asks(accessToken)).status, 200);
});

for (const [what, credential, number] of [
  ['a certificate nobody registered', () => certificate('receiver', 'application'), /AADSTS7000(27|25)/],
  ['a signature by another key', () => certificate('application', 'stranger'), /AADSTS700027/],
])
  test(`${what} proves nothing`, async () => {
    await assert.rejects(application(credential()).acquireTokenByClientCredential({ scopes }), (error) => {
      assert.ok(error instanceof ServerError, String(error));
      assert.equal(error.errorCode, 'invalid_client');
      assert.match(error.errorMessage, number);
      return true;
    });
  });

test('the raw answers are as published', { skip: !there }, async () => {
  const ask = async (secret) => {
    const form = new URLSearchParams({ client_id: CLIENT_ID, client_secret: secret, grant_type: 'client_credentials', scope });
    const response = await fetch(`${AUTHORITY_BASE}/${TENANT}/oauth2/v2.0/token`, { method: 'POST', body: form });
    return response.json();
  };
  hold(graphSchema('profile.tokenResponse'), await ask(process.env.CLIENT_SECRET), 'a token');
  hold(graphSchema('profile.tokenError'), await ask('wrong'), 'a refusal');
  const discovery = await fetch(`${AUTHORITY_BASE}/${TENANT}/v2.0/.well-known/openid-configuration`);
  hold(graphSchema('profile.openidConfiguration'), await discovery.json(), 'the discovery document');
});
