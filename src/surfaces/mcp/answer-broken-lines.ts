import type { Readable, Writable } from 'node:stream';
import { isJsonObject } from '../../core/json/json.ts';
import { errorBody } from './rpc-error.ts';

/** Longer lines are not checked; the real parser has limits of its own. */
const longestLine = 8 * 1024 * 1024;

const newline = 10;

/**
 * Answers invalid JSON with a parse error (-32700) and JSON that is not a message with an invalid request (-32600), as
 * JSON-RPC 2.0 requires (https://www.jsonrpc.org/specification, 5.1). The SDK silently drops both, and the sender would
 * wait forever. Valid messages are left to the SDK. Returns a function that ends it.
 */
export function answerBrokenLines(input: Readable, output: Writable): () => void {
  let line: Buffer[] = [];
  let length = 0;
  const end = () => {
    const answer = length > longestLine ? undefined : problemOf(Buffer.concat(line).toString('utf8').trim());
    if (answer !== undefined) output.write(`${answer}\n`);
    line = [];
    length = 0;
  };
  const look = (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      hold(chunk.subarray(from, at));
      end();
      from = at + 1;
    }
    hold(chunk.subarray(from));
  };
  input.on('data', look);
  return () => void input.off('data', look);

  function hold(bytes: Buffer): void {
    length += bytes.length;
    if (length <= longestLine) line.push(bytes);
    else line = [];
  }
}

function problemOf(line: string): string | undefined {
  if (line === '') return undefined;
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return errorBody(-32_700, 'Parse error: this line is not JSON.');
  }
  const isMessage =
    isJsonObject(message) &&
    message['jsonrpc'] === '2.0' &&
    (typeof message['method'] === 'string' || 'result' in message || 'error' in message);
  if (isMessage) return undefined;
  const id = isJsonObject(message) ? message['id'] : null;
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  return errorBody(-32_600, 'Invalid request: this is not a JSON-RPC 2.0 message.', known);
}
