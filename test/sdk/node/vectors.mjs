// SPDX-License-Identifier: Apache-2.0

// Writes the test vectors of docs/reference/signed-request.md to the standard output. The keys are those of
// RFC 7515 A.3 and RFC 8037 A.1.
import * as jose from 'jose';

const keys = {
  ES256: {
    kty: 'EC', crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
  },
  EdDSA: {
    kty: 'OKP', crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  },
};
const audience = `${'0123456789abcdef'.repeat(4)}/smartcity/smartb`;
const now = 1767225600;

async function sign(alg, change = {}, { key = {}, header = {} } = {}) {
  const { d, ...jwk } = keys[alg];
  const payload = {
    sub: await jose.calculateJwkThumbprint(jwk), aud: audience, txn: 'consent:Withdraw', req: { consentId: 'c-1' },
    iat: now, exp: now + 600, jti: '0123456789abcdef', ...change,
  };
  return new jose.CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg, typ: 'smartb-request+jwt', jwk: { ...jwk, ...key }, ...header })
    .sign(await jose.importJWK({ ...jwk, d }, alg));
}

const other = await jose.calculateJwkThumbprint({ ...keys.EdDSA, d: undefined });
const { kty, crv, x, y } = keys.ES256;
const good = await sign('ES256');
const foreign = await sign('ES256', { jti: 'f'.repeat(16) });
const vectors = [
  ['ES256', good],
  ['EdDSA', await sign('EdDSA')],
  ['a guardian signs for another resident', await sign('ES256', { for: other })],
  ['a private query, with the key for its answer',
    await sign('EdDSA', { txn: 'consent:Receipt', answerTo: { kty, crv, x, y } })],
  ['issued five minutes ahead of the transaction', await sign('ES256', { iat: now + 300, exp: now + 900 })],
  ['valid for more than an hour', await sign('ES256', { exp: now + 3601 }), 'SIGNED_REQUEST_MALFORMED', 'exp'],
  ['expired', await sign('ES256', { iat: now - 600, exp: now }), 'SIGNED_REQUEST_EXPIRED', 'exp'],
  ['issued more than five minutes ahead', await sign('ES256', { iat: now + 301, exp: now + 900 }),
    'SIGNED_REQUEST_NOT_YET_VALID', 'iat'],
  ['another network', await sign('ES256', { aud: 'other/smartcity/smartb' }), 'SIGNED_REQUEST_MISPLACED', 'aud'],
  ['sub of another key', await sign('ES256', { sub: other }), 'SIGNED_REQUEST_FORGED', 'sub'],
  ['a claim that nobody knows', await sign('ES256', { nbf: now }), 'SIGNED_REQUEST_MALFORMED', 'payload'],
  ['an id that is too short', await sign('ES256', { jti: '0123' }), 'SIGNED_REQUEST_MALFORMED', 'jti'],
  ['kid in the key, as libraries add it', await sign('ES256', {}, { key: { kid: '1' } }), 'SIGNED_REQUEST_MALFORMED', 'jwk'],
  ['kid in the header', await sign('ES256', {}, { header: { kid: '1' } }), 'SIGNED_REQUEST_MALFORMED', 'header'],
  ['typ of a usual token', await sign('ES256', {}, { header: { typ: 'JWT' } }), 'SIGNED_REQUEST_MALFORMED', 'typ'],
  ['another signature', good.slice(0, good.lastIndexOf('.')) + foreign.slice(foreign.lastIndexOf('.')),
    'SIGNED_REQUEST_FORGED', 'signature'],
].map(([name, signedRequest, code, member]) => ({ name, signedRequest, ...(code ? { code, member } : {}) }));
console.log(JSON.stringify({ audience, now, vectors }, null, 2));
