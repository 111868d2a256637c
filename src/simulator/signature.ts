import { createHmac } from 'node:crypto';

/** Signs a simulated model's reasoning, to detect changes when it is sent back. */
export function signatureOf(thinking: string): string {
  return `SIM${createHmac('sha256', 'simulated thinking').update(thinking).digest('base64')}`;
}

/** Seals a text that only the simulator can read again, for the same account, like OpenAI's encrypted reasoning. */
export function seal(text: string, account: string): string {
  const signed = [signatureOf(`${account} ${text}`), text];
  return `gAAAASIM${Buffer.from(JSON.stringify(signed)).toString('base64url')}`;
}

/** Returns the sealed text; `undefined` if the seal is foreign, broken or another account's. */
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
