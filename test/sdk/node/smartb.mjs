// SPDX-License-Identifier: Apache-2.0

// smartb by @hyperledger/fabric-gateway and jose. docs/tutorials/node.md explains it; copy it into your own program.
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import * as jose from 'jose';
import { createPrivateKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const utf8 = new TextDecoder();

/** What the ledger refused: code, status and details as docs/reference/errors.md lists them. */
export class Refused extends Error {
  constructor({ code, status, message, details }, cause) {
    super(`${code}: ${message}`, { cause });
    Object.assign(this, { code, status, details });
  }
}

// Evaluate and endorse errors carry 'chaincode response 404, {"code":…}' in the messages of their details.
function refused(error) {
  for (const { message } of error.details ?? []) {
    const begin = message.indexOf('{');
    if (message.startsWith('chaincode response') && begin > 0) {
      return new Refused(JSON.parse(message.slice(begin)), error);
    }
  }
  return error; // no answer of the chaincode: the network failed
}

/** Connects as ORG/USER of the folder that `network export` wrote. */
export function connectAs(user, folder = process.env.SMARTB_EXPORT) {
  const [org, name] = user.split('/');
  const home = join(folder, org, 'users', name);
  const read = path => readFileSync(join(home, path));
  const profile = JSON.parse(read('profile.json'));
  const { address, tlsName, tlsCaCertificates } = profile.peers[0];
  const client = new grpc.Client(address, grpc.credentials.createSsl(read(tlsCaCertificates)), {
    'grpc.ssl_target_name_override': tlsName, // Node.js takes no IP address as a TLS name
  });
  const gateway = connect({
    client,
    hash: hash.sha256,
    identity: { mspId: profile.mspId, credentials: read(profile.certificate) },
    signer: signers.newPrivateKeySigner(createPrivateKey(read(profile.privateKey))),
    evaluateOptions: () => ({ deadline: Date.now() + 30_000 }),
    endorseOptions: () => ({ deadline: Date.now() + 30_000 }),
    submitOptions: () => ({ deadline: Date.now() + 30_000 }),
    commitStatusOptions: () => ({ deadline: Date.now() + 60_000 }),
  });
  const network = gateway.getNetwork(profile.channel);
  const contract = network.getContract(profile.chaincode);

  const call = async (how, transaction, request, options) => {
    try {
      return await contract[how](transaction, { arguments: [JSON.stringify(request)], ...options });
    } catch (error) {
      throw refused(error);
    }
  };
  const entries = transient => Object.fromEntries(
    Object.entries(transient).map(([entry, value]) => [entry, JSON.stringify(value)]));

  return {
    profile,
    /** Asks one peer. Nothing is written. */
    evaluate: async (transaction, request = {}) =>
      JSON.parse(utf8.decode(await call('evaluate', transaction, request, {}))),
    /** Writes; returns when the transaction is committed. The second object is the transient map. */
    submit: async (transaction, request, transient = {}) =>
      JSON.parse(utf8.decode(await call('submit', transaction, request, { transientData: entries(transient) }))),
    /** Asks a query whose answer is private (x-private-answer): as this user, or by a resident's signed request. */
    evaluatePrivate: async (transaction, request, answerKey) => {
      const key = answerKey ?? await newAnswerKey();
      const transientData = answerKey ? {} : entries({ answerTo: key.jwk }); // a resident signs answerTo instead
      const endorsingOrganizations = [profile.mspId]; // this organisation's peer answers, no other one
      const options = { transientData, endorsingOrganizations };
      return key.open(utf8.decode(await call('evaluate', transaction, request, options)));
    },
    /** Follows what is committed: {startBlock: 0n} from the beginning, {checkpoint} from where a program stopped. */
    events: options => network.getChaincodeEvents(profile.chaincode, options),
    close: () => { gateway.close(); client.close(); },
  };
}

/** A key pair for one private answer. The public half goes along with the question, only the private one opens it. */
export async function newAnswerKey() {
  const { publicKey, privateKey } = await jose.generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const { kty, crv, x, y } = await jose.exportJWK(publicKey);
  return {
    jwk: { kty, crv, x, y },
    open: async jwe => JSON.parse(utf8.decode((await jose.compactDecrypt(jwe, privateKey)).plaintext)),
  };
}

/** A resident: a key pair without a certificate, known by the thumbprint of the public key. */
export async function newResident({ network, channel, chaincode }) {
  const { publicKey, privateKey } = await jose.generateKeyPair('ES256');
  const { kty, crv, x, y } = await jose.exportJWK(publicKey); // exactly these members: kid, alg and use are refused
  const jwk = { kty, crv, x, y };
  const pseudonym = await jose.calculateJwkThumbprint(jwk);
  return {
    pseudonym,
    /** Signs one call. claims adds {answerTo} for a private query, {for} where a guardian signs. */
    sign: async (txn, req, claims = {}) => ({
      signedRequest: await new jose.SignJWT({ txn, req, ...claims })
        .setProtectedHeader({ alg: 'ES256', typ: 'smartb-request+jwt', jwk })
        .setSubject(pseudonym)
        .setAudience(`${network}/${channel}/${chaincode}`)
        .setIssuedAt()
        .setExpirationTime('4m') // a query's may be valid for five minutes, a submission's for an hour
        .setJti(randomBytes(16).toString('hex'))
        .sign(privateKey),
    }),
  };
}
