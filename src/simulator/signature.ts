import { createHmac } from 'node:crypto';

/** The proof that a simulated model's thinking comes back as it went out; a changed text no longer fits it. */
export function signatureOf(thinking: string): string {
  return `SIM${createHmac('sha256', 'simulated thinking').update(thinking).digest('base64')}`;
}

/** A text that only the simulator reads again, as OpenAI seals reasoning for clients to carry. */
export function seal(text: string): string {
  return `gAAAASIM${Buffer.from(JSON.stringify([signatureOf(text), text])).toString('base64url')}`;
}

/** What was sealed; `undefined` where the seal is foreign or broken. */
export function unseal(sealed: string): string | undefined {
  try {
    const [signature, text] = JSON.parse(
      Buffer.from(sealed.slice('gAAAASIM'.length), 'base64url').toString(),
    );
    return typeof text === 'string' && signature === signatureOf(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
