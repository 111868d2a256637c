/**
 * Cheap first: a small model answers, your own check decides whether to pay for a stronger one, and user feedback
 * changes later choices. Simulated models answer; run it with `node examples/cheap-first.ts`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConclave, usdText, type Conclave } from '../src/index.ts';

/** The requirements for an answer, whichever model gives it. */
const ticket = {
  type: 'object',
  properties: {
    kind: { type: 'string', enum: ['bug', 'question', 'praise'] },
    urgent: { type: 'boolean' },
  },
  required: ['kind', 'urgent'],
  additionalProperties: false,
};

/** Turns a letter into a ticket with the cheapest model that passes the check. */
export async function sortLetter(conclave: Conclave, letter: string) {
  const { text, model, requestId, costNanoUsd } = await conclave.chat({
    model: 'cascade',
    task: 'classification',
    tags: ['project:support'],
    prompt: `Sort this letter.\n\n${letter}`,
    output: { type: 'json-schema', name: 'ticket', schema: ticket },
    check: { schema: ticket },
  });
  return { ticket: JSON.parse(text) as { kind: string; urgent: boolean }, model, requestId, costNanoUsd };
}

if (import.meta.main) {
  const home = await mkdtemp(join(tmpdir(), 'conclave-example-'));
  const conclave = await createConclave({ simulate: true, home });
  const letters = ['It crashes when I save.', 'How do I print?', 'Lovely program, thank you!'];
  for (const letter of letters) {
    const sorted = await sortLetter(conclave, letter);
    console.log(`${sorted.ticket.kind}: ${letter} (${sorted.model}, USD ${usdText(sorted.costNanoUsd)})`);
    await conclave.feedback(sorted.requestId, 'good');
  }
  const { before, after } = await conclave.replay({ without: ['openrouter'] });
  console.log(
    `paid $${usdText(BigInt(before.totalNanoUsd))}; without openrouter it would be $${usdText(BigInt(after.totalNanoUsd.value))}`,
  );
  const [advice] = (await conclave.advise()).advice;
  console.log(advice?.text);
  await conclave.close();
  await rm(home, { recursive: true });
}
