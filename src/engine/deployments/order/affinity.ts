import { hash } from 'node:crypto';
import type { Call } from '../../../core/call.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Tokens } from '../../../core/units.ts';

/** Shorter prompts are in no provider's cache, so their calls may go anywhere. */
const shortestCached: Tokens = 1_024;
/** This much of each text is enough to distinguish conversations. */
const longestPiece = 4_096;

/**
 * Returns the identity of a call's conversation, used to send it back to where its prompt is still cached: the session
 * that the caller or its client names, otherwise the beginning of the conversation (its system prompt and the first
 * user message). Absent if there is no cache worth returning to.
 */
export function affinityOf({ sessionId, request, principal }: Call, inputTokens: Tokens): string | undefined {
  if (sessionId !== undefined) return `${principal.keyId} ${sessionId}`;
  if (inputTokens < shortestCached) return undefined;
  if (request.session !== undefined) return `${principal.keyId} ${request.session}`;
  let start = '';
  for (const { role, content } of request.messages) {
    for (const part of content) if (part.type === 'text') start += part.text.slice(0, longestPiece);
    if (role === 'user') break;
  }
  return start === '' ? undefined : hash('sha1', start, 'base64');
}

/**
 * Returns the deployment that a conversation belongs to: weighted rendezvous hashing, so that every process chooses the
 * same one, and adding or removing a deployment moves only its own conversations (Schindelhauer and Schomaker,
 * "Weighted distributed hash tables", 2005).
 */
export function homeOf(candidates: readonly Candidate[], affinity: string): Candidate | undefined {
  let home: Candidate | undefined;
  let best = -Infinity;
  for (const candidate of candidates) {
    const { id, weight } = candidate.deployment;
    const score = -weight / Math.log(uniform(`${affinity} ${id}`));
    if (score <= best) continue;
    best = score;
    home = candidate;
  }
  return home;
}

/** 0 < x < 1: FNV-1a with the last steps of MurmurHash3, which spread inputs that differ in few characters. */
function uniform(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (((h ^ (h >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}
