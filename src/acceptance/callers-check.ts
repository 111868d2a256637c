import { spawn } from 'node:child_process';
import type { JsonObject } from '../core/json/json.ts';
import type { AnswerCheck, CheckResult } from '../core/routing/acceptance.ts';
import { replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import { validityOfText } from './schema-validity.ts';
import { patternWork } from '../core/patterns/pattern-work.ts';
import { withinCpu } from '../core/patterns/within-cpu.ts';

/** CPU time for a pattern with quantifiers or alternations, which may be hostile. */
const patternCpuMs = 100;
const commandMs = 60_000;

/** Runs the caller's own check on an answer. A check that cannot be run counts as failed, and the result says why. */
export async function callersCheck(
  check: AnswerCheck,
  reply: CollectedReply,
  signal: AbortSignal,
): Promise<CheckResult> {
  const text = replyText(reply);
  switch (check.kind) {
    case 'regex':
      return matches(check.pattern, text);
    case 'schema':
      return satisfies(check.schema, text);
    case 'command':
      return runs(check.command, text, signal);
    case 'all':
      return passesAll(check.checks, reply, signal);
  }
}

/** Stops at the first failure, so that no program runs for an answer that already failed. */
async function passesAll(
  checks: readonly AnswerCheck[],
  reply: CollectedReply,
  signal: AbortSignal,
): Promise<CheckResult> {
  const findings: string[] = [];
  for (const check of checks) {
    const result = await callersCheck(check, reply, signal);
    if (!result.passed) return result;
    findings.push(result.says);
  }
  return { passed: true, says: findings.join(', ') };
}

function satisfies(schema: JsonObject, text: string): CheckResult {
  const validity = validityOfText(text, schema);
  if (validity === 'valid') return { passed: true, says: 'it satisfies the schema of the caller' };
  const tooLong = 'checking it with the schema of the caller took too long';
  return { passed: false, says: validity === 'unknown' ? tooLong : validity.problem };
}

function matches(pattern: string, text: string): CheckResult {
  try {
    const { repeats, choices } = patternWork(pattern);
    const isPlain = repeats + choices === 0;
    const found = isPlain ? new RegExp(pattern, 'mu').test(text) : foundInTime(pattern, text);
    return { passed: found, says: `${found ? 'it matches' : 'it does not match'} /${pattern}/` };
  } catch (error) {
    return {
      passed: false,
      says: `the pattern of the caller failed: ${error instanceof Error ? error.message : error}`,
    };
  }
}

/** @throws Error if the pattern takes longer than its limit. */
function foundInTime(pattern: string, text: string): boolean {
  return withinCpu(() => new RegExp(pattern, 'mu').test(text), { cpuMs: patternCpuMs });
}

function runs(
  [program = '', ...args]: readonly string[],
  text: string,
  signal: AbortSignal,
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
