import { isJsonObject } from '../json/json.ts';

// Proofs of reasoning go through clients as `dialect:{…}`. One that came with a call names it in there as `callId`.

/** Whether a proof came with the call of this id. */
export function isProofOfCall(proof: string, callId: string): boolean {
  return proof.includes('"callId"') && readProof(proof)?.members.callId === callId;
}

/** The same proof, of a call whose id is another one now. */
export function withCallId(proof: string, callId: string): string {
  const found = readProof(proof);
  return found ? `${found.dialect}:${JSON.stringify({ ...found.members, callId })}` : proof;
}

function readProof(proof: string) {
  const colon = proof.indexOf(':');
  try {
    const members: unknown = JSON.parse(proof.slice(colon + 1));
    return isJsonObject(members) ? { dialect: proof.slice(0, colon), members } : undefined;
  } catch {
    return undefined;
  }
}
