import type { JsonObject } from '../../core/json/json.ts';
import { refuse } from '../problem.ts';
import { listOf, member, objectOf, textOf } from '../read-json.ts';
import { signatureOf } from '../signature.ts';

/** The signature that Gemini 3 puts on the first call of a turn and requires to be sent back. */
export function thoughtSignature(name: string, args: JsonObject): string {
  return signatureOf(`${name} ${JSON.stringify(args)}`);
}

export function signsThoughts(model: string): boolean {
  return /gemini-(?:[3-9]|\d\d)/.test(model);
}

/** Signatures that the documentation allows for calls made by another model. */
const dummies: ReadonlySet<string> = new Set([
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
]);

/**
 * Checks the calls since the user's last message; earlier ones do not matter.
 * @throws Refused
 */
export function checkThoughtSignatures(model: string, contents: readonly JsonObject[]): void {
  if (!signsThoughts(model)) return;
  const spoken = contents.findLastIndex(
    ({ role, parts }) =>
      role !== 'model' && listOf(parts).some((part) => typeof objectOf(part)['text'] === 'string'),
  );
  for (const content of contents.slice(spoken + 1)) {
    const first = listOf(content['parts'])
      .map(objectOf)
      .find((part) => member(part, 'functionCall') !== undefined);
    if (first) checkSigned(first);
  }
}

function checkSigned(part: JsonObject): void {
  const { name, args } = objectOf(member(part, 'functionCall'));
  const signature = textOf(member(part, 'thoughtSignature'));
  if (signature === '') {
    refuse(
      `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Function call \`${textOf(name)}\`.`,
    );
  }
  const known = dummies.has(signature) || signature === thoughtSignature(textOf(name), objectOf(args));
  if (!known) refuse('Thought signature is not valid.');
}
