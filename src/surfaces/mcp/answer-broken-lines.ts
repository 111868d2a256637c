import type { Readable, Writable } from 'node:stream';
import { isJsonObject } from '../../core/json/json.ts';
import { errorBody } from './rpc-error.ts';

/** Beyond this a line is no longer looked at: whoever parses it in earnest has limits of its own. */
const longestLine = 8 * 1024 * 1024;

const newline = 10;

/**
 * Answers lines that are no JSON with a parse error (-32700) and JSON that is no message with an invalid request (-32600),
 * as JSON-RPC 2.0 wants (https://www.jsonrpc.org/specification, 5.1). The SDK drops both without a word, and their sender
 * would wait for ever. What is a message is left to the SDK. Returns what ends it.
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
    return errorBody(-32_700, 'Parse error: this line is no JSON.');
  }
  const isMessage =
    isJsonObject(message) &&
    message['jsonrpc'] === '2.0' &&
    (typeof message['method'] === 'string' || 'result' in message || 'error' in message);
  if (isMessage) return undefined;
  const id = isJsonObject(message) ? message['id'] : null;
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  return errorBody(-32_600, 'Invalid request: this is no JSON-RPC 2.0 message.', known);
}
