import { createHmac } from 'node:crypto';

/** The proof that a simulated model's thinking comes back as it went out; a changed text no longer fits it. */
export function signatureOf(thinking: string): string {
  return `SIM${createHmac('sha256', 'simulated thinking').update(thinking).digest('base64')}`;
}

/** A text that only the simulator reads again, for the same account: so OpenAI seals reasoning for clients to carry. */
export function seal(text: string, account: string): string {
  const signed = [signatureOf(`${account} ${text}`), text];
  return `gAAAASIM${Buffer.from(JSON.stringify(signed)).toString('base64url')}`;
}

/** What was sealed; `undefined` where the seal is foreign, another account's or broken. */
export function unseal(sealed: string, account: string): string | undefined {
  try {
    const [signature, text] = JSON.parse(
      Buffer.from(sealed.slice('gAAAASIM'.length), 'base64url').toString(),
    );
    return typeof text === 'string' && signature === signatureOf(`${account} ${text}`) ? text : undefined;
  } catch {
    return undefined;
  }
}
