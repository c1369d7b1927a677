// SPDX-License-Identifier: Apache-2.0

// A resident's consent, a private answer and an event, on the network whose export SMARTB_EXPORT names.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { connectAs, newAnswerKey, newResident, Refused } from './smartb.mjs';

let city, community, alice, notice, start;
const noticeId = `notice-${randomUUID()}`;
const consentId = randomUUID();

// A transaction of the city may be a block ahead of another organisation's peer, and the other way round.
async function eventually(call) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 50 || !error.code?.toString().includes('NOT_FOUND')) throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

// Everything that the ledger keeps in a consent is signed, and most of it is the notice's.
const giving = () => ({
  consentId, noticeId, noticeVersion: 1, noticeSha256: notice.sha256, taxonomyVersion: notice.taxonomyVersion,
  controller: notice.controller.msp, purpose: notice.purpose, lawfulBasis: notice.lawfulBases[0],
  dataCategories: ['smartb:LoadCurve'], recipients: ['UtilityMSP'], type: 'expressed',
  validUntil: '2030-12-31T00:00:00Z',
});

before(async () => {
  [city, community] = [connectAs('city/steward'), connectAs('community/steward')];
  alice = await newResident(city.profile);
  start = await city.events();
  const sample = new URL('../../../docs/samples/energy-sharing.notice.json', import.meta.url);
  const content = JSON.parse(readFileSync(sample));
  await community.submit('consent:PublishNotice', { ...content, noticeId });
  notice = await eventually(() => city.evaluate('consent:GetNotice', { noticeId, version: 1 }));
});

after(() => {
  start?.close();
  city?.close();
  community?.close();
});

test('a resident gives consent by a signed request that the city relays', async () => {
  const { state } = await city.submit('consent:Relay', await alice.sign('consent:Give', giving()));
  assert.equal(state, 'GIVEN');
  const { consents } = await city.evaluate('consent:ListBySubject', await alice.sign('consent:ListBySubject', {}));
  assert.deepEqual(consents.map(consent => consent.consentId), [consentId]);
});

test('only the resident opens the receipt', async () => {
  const key = await newAnswerKey();
  const question = await alice.sign('consent:Receipt', { consentId, format: 'kantara' }, { answerTo: key.jwk });
  const receipt = await city.evaluatePrivate('consent:Receipt', question, key);
  assert.equal(receipt.piiPrincipalId, alice.pseudonym);
});

test('the event of the consent names the resident', { timeout: 30_000 }, async () => {
  for await (const { eventName, payload } of start) {
    const event = JSON.parse(Buffer.from(payload));
    if (eventName === 'consent.ConsentGiven' && event.subject === alice.pseudonym) {
      assert.equal(event.consentId, consentId);
      return;
    }
  }
});

test('errors of both kinds of call bring code, status and field', async () => {
  const missing = { noticeId: `missing-${randomUUID()}`, version: 1 };
  await assert.rejects(() => city.evaluate('consent:GetNotice', missing), { code: 'NOTICE_NOT_FOUND', status: 404 });
  await assert.rejects(
    async () => city.submit('consent:Relay', await alice.sign('consent:Give', { ...giving(), noticeSha256: 'x' })),
    error => error instanceof Refused && error.code === 'INVALID_FIELD' && error.details.field === 'noticeSha256');
});

test('validators made of the metadata agree with the ledger', async () => {
  const metadata = await city.evaluate('org.hyperledger.fabric:GetMetadata');
  const { parameters } = metadata.contracts.consent.transactions.find(({ name }) => name === 'Give');
  const valid = addFormats(new Ajv({ strict: false })).compile(parameters[0].schema);
  const changes = [
    {}, { noticeSha256: 'A'.repeat(64) }, { noticeSha256: undefined }, { unknown: 1 }, { noticeVersion: '1' },
    { type: 'implied' }, { validUntil: '2030-12-31' }, { controller: undefined },
  ];
  for (const change of changes) {
    const request = { ...giving(), consentId: randomUUID(), ...change };
    const answer = await city.submit('consent:Relay', await alice.sign('consent:Give', request)).catch(error => error);
    if (!(answer instanceof Refused)) assert.ok(!(answer instanceof Error), answer);
    const accepted = !(answer instanceof Refused);
    assert.equal(valid(JSON.parse(JSON.stringify(request))), accepted, `${JSON.stringify(change)}: ${answer.code}`);
  }
});
