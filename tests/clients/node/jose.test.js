// jose reads everything that the engine published while all scenarios were played, and calrig opens what jose seals.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { webcrypto } = require('node:crypto'); // no global before Node 19
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const test = require('node:test');
const { CompactEncrypt, compactDecrypt, base64url } = require('jose');
const { CALRIG, PUBLISHED, SCENARIOS } = process.env; // PUBLISHED: a file for each folder of scenarios

// Members that hold ciphertext or are left out; title and displayName are those of meetings and spaces.
const SEALED = new Set(['encryptedSubject', 'encryptedLocation', 'encryptedNotes', 'encryptedEmailAddress', 'encryptedName', 'webexURI', 'webexURL',
  'spaceURI', 'spaceURL', 'spaceMeetURL', 'meetingJoinURI', 'meetingJoinURL', 'title', 'displayName']);
const ALGORITHMS = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };

function sealedTexts(value, pointer = '', name = '') {
  if (Array.isArray(value)) return value.flatMap((one, i) => sealedTexts(one, `${pointer}/${i}`, name));
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([key, one]) => sealedTexts(one, `${pointer}/${key}`, key));
  const looksSealed = typeof value === 'string' && /^[\w-]+\.[\w-]*\.[\w-]*\.[\w-]*\.[\w-]*$/.test(value);
  return SEALED.has(name) || looksSealed ? [{ pointer, text: value }] : [];
}

/// What is wrong with one published body; nothing: jose reads all of it, and reads what calrig's own reader does.
async function problemsOf({ body, k, opened }) {
  const problems = [];
  const texts = sealedTexts(body);
  if (texts.length === 0 && Object.keys(opened).length > 0) problems.push('nothing sealed was found');
  for (const { pointer, text } of texts) {
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(text, base64url.decode(k), ALGORITHMS);
      if (Object.keys(protectedHeader).sort().join() !== 'alg,enc') problems.push(`${pointer}: header ${JSON.stringify(protectedHeader)}`);
      const plain = new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
      if (plain !== opened[pointer]) problems.push(`${pointer}: jose and calrig read different texts`);
    } catch (error) {
      problems.push(`${pointer}: ${error.code ?? error.message}`);
    }
  }
  return { problems, count: texts.length };
}

const flipped = (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
const withPart = (compact, i, change) => compact.split('.').map((part, at) => (at === i ? change(part) : part)).join('.');
const SPOILED = {
  'a bit of the ciphertext': (text) => withPart(text, 3, flipped),
  'a bit of the tag': (text) => withPart(text, 4, flipped),
  'another IV': (text) => withPart(text, 2, flipped),
  'a header that was not sealed': (text) => withPart(text, 0, () => base64url.encode('{"alg":"dir","enc":"A256GCM"}')),
  'no tag': (text) => withPart(text, 4, () => ''),
  'the text in clear': () => 'Design review',
  'no text': () => null,
};

test('jose decrypts every item that was published', { timeout: 280_000 }, async () => {
  const folders = fs.readdirSync(SCENARIOS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const lines = async function* () {
    for (const { name } of folders) yield* readline.createInterface({ input: fs.createReadStream(path.join(PUBLISHED, `${name}.jsonl`)) });
  };
  let items = 0, texts = 0, sample;
  const cases = new Set(), problems = [];
  for await (const line of lines()) {
    const published = JSON.parse(line);
    ++items;
    cases.add(published.case);
    const found = await problemsOf(published);
    texts += found.count;
    problems.push(...found.problems.map((problem) => `${published.case} ${published.request} ${problem}`));
    if (found.count > 2) sample = published;
  }
  assert.deepEqual(problems.slice(0, 5), []);
  console.log(`${items} items and titles of ${cases.size} cases, ${texts} sealed texts: jose read them all`);
  assert.ok(cases.size > 300 && texts > 10 * cases.size, 'a run that publishes hardly anything proves nothing');

  for (const [what, spoil] of Object.entries(SPOILED)) {
    const malformed = structuredClone(sample);
    malformed.body.encryptedSubject = spoil(malformed.body.encryptedSubject);
    const { problems: said } = await problemsOf(malformed);
    assert.equal(said.length, 1, `${what}: ${said}`);
    assert.match(said[0], /^\/encryptedSubject: /, what);
  }
  const wrongKey = { ...sample, k: base64url.encode(new Uint8Array(32)) };
  const { problems: unread, count } = await problemsOf(wrongKey);
  assert.equal(unread.length, count, 'with another key nothing is read');
});

test('calrig opens what jose seals, and refuses what jose refuses', async () => {
  const k = webcrypto.getRandomValues(new Uint8Array(32));
  const texts = ['a', 'Plan für Zoë, 😀 \u202Eright to left', '{"not":"json"', 'x'.repeat(100_000), '\u0000\n\r\t'];
  const headers = [{ alg: 'dir', enc: 'A256GCM' }, { enc: 'A256GCM', alg: 'dir' }, { alg: 'dir', enc: 'A256GCM', kid: 'kms://kms.calrig.example/keys/4711' }];
  const asked = [];
  for (const text of texts)
    for (const header of headers) {
      const compact = await new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader(header).encrypt(k);
      asked.push({ compact, text, verdict: 'decrypt' });
      for (const part of [2, 3, 4]) asked.push({ compact: withPart(compact, part, flipped), verdict: 'reject' });
    }
  const zipped = withPart(asked[0].compact, 0, () => base64url.encode('{"alg":"dir","enc":"A256GCM","zip":"DEF"}'));
  asked.push({ compact: zipped, verdict: 'reject' });
  const input = asked.map(({ compact }) => JSON.stringify({ compact, key: base64url.encode(k) })).join('\n') + '\n';
  const { stdout, status } = spawnSync(CALRIG, ['inspect', 'jwe'], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(status, 0);
  const answers = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(answers.length, asked.length);
  answers.forEach((answer, i) => {
    assert.equal(answer.verdict, asked[i].verdict, asked[i].compact.slice(0, 200));
    if (asked[i].verdict === 'decrypt') assert.equal(answer.text, asked[i].text);
  });
});

test('jose opens what calrig seals', async () => {
  const key = base64url.encode(webcrypto.getRandomValues(new Uint8Array(32)));
  const texts = ['', 'Merger', '😀'.repeat(1000)];
  const { stdout } = spawnSync(CALRIG, ['inspect', 'jwe'], { input: texts.map((text) => JSON.stringify({ text, key })).join('\n'), encoding: 'utf8' });
  const made = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(made.length, texts.length);
  for (const [i, { compact }] of made.entries())
    assert.equal(new TextDecoder().decode((await compactDecrypt(compact, base64url.decode(key), ALGORITHMS)).plaintext), texts[i]);
});
