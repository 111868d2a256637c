import { createHash } from 'node:crypto';
import type { ToolPrompt } from './material-prompt.ts';
import { wordPrompt, wordings } from './word-prompt.ts';

/** Twelve hex digits that change with any word a model could see in any wording, and with nothing else. */
export function promptVersion(prompt: ToolPrompt): string {
  const material = { question: '', documents: [{ name: '', text: '' }], nonce: '' };
  const text = JSON.stringify(wordings.map((wording) => wordPrompt(wording, prompt, material)));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
