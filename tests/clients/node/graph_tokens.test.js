// How an application proves who it is, by msal-node.
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
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

test('a certificate nobody registered proves nothing', async () => {
  const pem = fs.readFileSync(`${CALRIG_CLIENTS}/receiver_ca.pem`);
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const thumbprintSha256 = crypto.createHash('sha256').update(new crypto.X509Certificate(pem).raw).digest('hex');
  await assert.rejects(application({ clientCertificate: { thumbprintSha256, privateKey } }).acquireTokenByClientCredential({ scopes }), (error) => {
    assert.ok(error instanceof ServerError, String(error));
    assert.equal(error.errorCode, 'invalid_client');
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
