import { isJsonObject } from '../json/json.ts';

// Clients carry proofs of reasoning as `dialect:{…}`. A proof that came with a tool call contains its `callId`.

/** Returns the id of the tool call that a proof came with. */
export function callIdOfProof(proof: string): string | undefined {
  const callId = proof.includes('"callId"') ? readProof(proof)?.members.callId : undefined;
  return typeof callId === 'string' ? callId : undefined;
}

/** Returns the proof with the new id of its tool call. */
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
