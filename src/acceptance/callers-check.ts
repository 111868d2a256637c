import { spawn } from 'node:child_process';
import type { JsonObject } from '../core/json/json.ts';
import type { AnswerCheck, CheckedFor, CheckResult } from '../core/routing/acceptance/acceptance.ts';
import { replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import { failureInTime } from './failure-in-time.ts';

const commandMs = 60_000;

/** Runs the caller's own check on an answer. A check that cannot be run counts as failed, and the result says why. */
export async function callersCheck(
  check: AnswerCheck,
  reply: CollectedReply,
  checkedFor: CheckedFor,
): Promise<CheckResult> {
  const text = replyText(reply);
  switch (check.kind) {
    case 'regex':
      return matches(check.pattern, text, checkedFor);
    case 'schema':
      return satisfies(check.schema, text, checkedFor);
    case 'command':
      return runs(check.command, text, checkedFor);
    case 'all':
      return passesAll(check.checks, reply, checkedFor);
  }
}

/** Stops at the first failure, so that no program runs for an answer that already failed. */
async function passesAll(
  checks: readonly AnswerCheck[],
  reply: CollectedReply,
  checkedFor: CheckedFor,
): Promise<CheckResult> {
  const findings: string[] = [];
  for (const check of checks) {
    const result = await callersCheck(check, reply, checkedFor);
    if (!result.passed) return result;
    findings.push(result.says);
  }
  return { passed: true, says: findings.join(', ') };
}

async function satisfies(schema: JsonObject, text: string, checkedFor: CheckedFor): Promise<CheckResult> {
  const failure = await failureInTime([{ text, schema }], checkedFor);
  if (!failure) return { passed: true, says: 'it satisfies the schema of the caller' };
  const unknown = 'checking it with the schema of the caller took too long or went too deep';
  return { passed: false, says: failure === 'unknown' ? unknown : failure.says };
}

async function matches(pattern: string, text: string, checkedFor: CheckedFor): Promise<CheckResult> {
  const failure = await failureInTime([{ text, pattern }], checkedFor);
  if (failure === 'unknown') return { passed: false, says: `matching it with /${pattern}/ took too long` };
  return { passed: !failure, says: `${failure ? 'it does not match' : 'it matches'} /${pattern}/` };
}

function runs(
  [program = '', ...args]: readonly string[],
  text: string,
  { signal }: CheckedFor,
): Promise<CheckResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], timeout: commandMs, signal });
    child.on('error', (error) =>
      resolve({ passed: false, says: `${program} could not be run: ${error.message}` }),
    );
    child.on('exit', (code, ended) =>
      resolve({ passed: code === 0, says: `${program} ended with ${code ?? ended ?? 'nothing'}` }),
    );
    // A check that does not read the answer closes its input early; its exit code still counts.
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}
