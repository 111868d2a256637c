import { createHmac } from 'node:crypto';

/** The proof that a simulated Anthropic thinking block comes back as it went out; a changed text no longer fits it. */
export function signatureOf(thinking: string): string {
  return `SIM${createHmac('sha256', 'simulated thinking').update(thinking).digest('base64')}`;
}
