import pc from 'picocolors';
import type { PreparedVerification } from '../../../tools/verification/prepare-verification.ts';
import type { CallReceipt } from '../../../core/call.ts';
import { dollarText, nanoToJson, type Ms } from '../../../core/units.ts';
import type { StreamedText } from '../../../engine/replies/stream-text.ts';
import { printable, printablePieces, printableText } from './printable.ts';
import { reportFailure } from './report-failure.ts';

/**
 * Writes an answer to standard output as it arrives, and its cost to standard error, also if it ends early. If its
 * reader leaves (`conclave ask … | head`), the call is cancelled, which is not a failure.
 */
export async function printAnswer(answer: StreamedText, prepared: PreparedVerification): Promise<void> {
  const startedAt = performance.now();
  const tookMs = () => performance.now() - startedAt;
  const { whole, left } = await relayed(answer).catch(async (error: unknown) => {
    printCost(await answer.settled, tookMs());
    throw error;
  });
  const answered = await answer.settled;
  if (left) return printCost(answered, tookMs());
  if (answered.checkPassed === false) process.exitCode = 1;
  const { receipt, text } = await prepared.verify(answered, () => whole);
  if (text !== undefined) process.stdout.write(`\n${printableText(text)}\n`);
  printCost(receipt, tookMs());
}

/**
 * Writes an answer and its verification as one JSON object. If the answer ends early, the object contains what had
 * arrived, its cost and the error.
 */
export async function printJsonAnswer(answer: StreamedText, prepared: PreparedVerification): Promise<void> {
  let whole = '';
  try {
    for await (const piece of answer.text) whole += piece;
  } catch (error) {
    const done = { text: whole, ...jsonReceipt(await answer.settled) };
    process.exitCode = reportFailure(error, { json: true, done });
    return;
  }
  const answered = await answer.settled;
  if (answered.checkPassed === false) process.exitCode = 1;
  const { receipt, verification } = await prepared.verify(answered, () => whole);
  const json = { text: whole, ...jsonReceipt(receipt), ...(verification && { verification }) };
  process.stdout.write(`${JSON.stringify(json)}\n`);
}

/** JSON has no bigint, which the amounts are. */
function jsonReceipt({ cost, frontierCost, ...rest }: CallReceipt): object {
  return {
    ...rest,
    ...(cost !== undefined && { costNanoUsd: nanoToJson(cost) }),
    ...(frontierCost !== undefined && { frontierNanoUsd: nanoToJson(frontierCost) }),
  };
}

/** Relays the text until it ends or its reader leaves. A terminal gets it without control characters. */
async function relayed({ text }: StreamedText): Promise<{ readonly whole: string; readonly left: boolean }> {
  const { stdout } = process;
  const shown = printablePieces();
  let whole = '';
  let left = false;
  const leave = () => {
    left = true;
  };
  stdout.on('error', leave);
  try {
    for await (const piece of text) {
      whole += piece;
      stdout.write(stdout.isTTY ? shown(piece) : piece);
      if (left) break;
    }
    return { whole, left };
  } finally {
    stdout.off('error', leave);
    if (whole !== '') stdout.write('\n');
  }
}

function printCost(receipt: CallReceipt, tookMs: Ms): void {
  const { cost, simulated, estimated } = receipt;
  const spent = cost === undefined ? 'price unknown' : dollarText(cost);
  const marks = [...(simulated ? ['simulated'] : []), ...(estimated ? ['estimated'] : [])];
  const marked = marks.length === 0 ? spent : `${spent} (${marks.join(', ')})`;
  const seconds = (tookMs / 1000).toFixed(1);
  process.stderr.write(
    pc.dim(`${printable(receipt.model ?? '')} · ${marked} · ${seconds} s · ${receipt.requestId}\n`),
  );
  for (const warning of receipt.warnings) process.stderr.write(pc.yellow(`warning: ${printable(warning)}\n`));
}
