// SPDX-License-Identifier: Apache-2.0

// The program of docs/tutorials/node.md.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { connectAs, newAnswerKey, newResident, Refused } from './smartb.mjs';

const city = connectAs('city/steward');
const community = connectAs('community/steward');
const events = await city.events();

const noticeId = `notice-${randomUUID()}`;
const content = JSON.parse(readFileSync('../../../docs/samples/energy-sharing.notice.json'));
await community.submit('consent:PublishNotice', { ...content, noticeId });
await setTimeout(2000); // the city's peer may get the block a moment later
const notice = await city.evaluate('consent:GetNotice', { noticeId, version: 1 });
console.log('published', noticeId, 'version', notice.version);

const alice = await newResident(city.profile);
const consentId = randomUUID();
const consent = {
  consentId, noticeId, noticeVersion: 1, noticeSha256: notice.sha256, taxonomyVersion: notice.taxonomyVersion,
  controller: notice.controller.msp, purpose: notice.purpose, lawfulBasis: notice.lawfulBases[0],
  dataCategories: ['smartb:LoadCurve'], recipients: ['UtilityMSP'], type: 'expressed',
  validUntil: '2030-12-31T00:00:00Z',
};
const { state } = await city.submit('consent:Relay', await alice.sign('consent:Give', consent));
console.log(state, 'by', alice.pseudonym);

const key = await newAnswerKey();
const question = await alice.sign('consent:Receipt', { consentId, format: 'kantara' }, { answerTo: key.jwk });
const receipt = await city.evaluatePrivate('consent:Receipt', question, key);
if (receipt.piiPrincipalId !== alice.pseudonym) throw new Error('this is the receipt of somebody else');
console.log('receipt of consent', consentId, 'under the notice of', notice.controller.msp);

for await (const { eventName, blockNumber, payload } of events) {
  if (JSON.parse(Buffer.from(payload)).consentId !== consentId) continue;
  console.log('event', eventName, 'in block', Number(blockNumber));
  break;
}

try {
  await city.evaluate('consent:GetNotice', { noticeId: 'nobody-published-this', version: 1 });
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.log(`refused: ${error.code} (${error.status})`);
}

events.close();
city.close();
community.close();
