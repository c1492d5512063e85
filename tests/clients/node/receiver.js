// The clients' own receiver of notifications: HTTPS on 127.0.0.1 with a certificate of the clients' own authority.
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');

const folder = process.env.CALRIG_CLIENTS;

/** `answer({headers, url, text})` gives {status, type, text, after}, the last in milliseconds; every request is kept in `seen`. */
async function receive(answer) {
  const seen = [];
  const server = https.createServer({ key: fs.readFileSync(path.join(folder, 'receiver.key')), cert: fs.readFileSync(path.join(folder, 'receiver.pem')) }, (request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => {
      const one = { headers: request.headers, url: new URL(request.url, 'https://127.0.0.1'), text };
      seen.push(one);
      const { status = 200, type = 'text/plain', text: body = '', after = 0 } = answer(one) ?? {};
      setTimeout(() => response.writeHead(status, { 'content-type': type }).end(body), after);
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    seen,
    address: `https://127.0.0.1:${server.address().port}/notify`,
    /** The first request that `wanted` likes, waited for up to ten seconds. */
    async first(wanted) {
      for (let waited = 0; waited < 10_000; waited += 50) {
        const found = seen.find(wanted);
        if (found) return found;
        await new Promise((over) => setTimeout(over, 50));
      }
      throw new Error(`nothing of that kind came; what came: ${JSON.stringify(seen.map(({ headers, url, text }) => [headers, url.search, text]), null, 1)}`);
    },
    close: () => (server.closeAllConnections(), server.close()),
  };
}

module.exports = { receive };
