import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { inherited } from '../own-environment.ts';
import { providers, type Agent } from './agent.ts';
import type { SimulatedGateway } from './simulated-gateway.ts';

/** What became of one turn, and what the agent said: its answer, or why there is none. */
export type TurnResult = { readonly ok: boolean; readonly said: string };

/** The results of an agent's turns, by what the turn is about. */
export type AgentResults = Readonly<Record<string, TurnResult>>;

/** What providers do to agents every day: a stream breaks off in the middle, a request comes too soon. */
const faults = { 'cut stream': 'cut,after=3,times=1', 'rate limit': '429,times=2' } as const;

/** The columns of the results. */
export const turns: readonly string[] = [...providers, ...Object.keys(faults)];

/** An agent that waits for longer will wait for ever. */
const usualPatienceMs = 180_000;

/**
 * Has one conversation with the agent, each turn with a model of another provider, and the last ones while a provider
 * fails. In each turn the agent reads another file with its own tool. The file contains a word that nobody can guess, so
 * an answer of the model with that word shows that the model's call reached the agent, and the tool's result the model.
 * @throws the signal's reason once it is aborted; the agent has ended then.
 */
export async function converse(
  agent: Agent,
  { signal, patienceMs = usualPatienceMs, ...surroundings }: Surroundings & Limits,
): Promise<AgentResults> {
  const { gateway } = surroundings;
  const place = prepare(agent, surroundings, { signal, patienceMs });
  const results: Record<string, TurnResult> = {};
  for (const provider of providers) results[provider] = await place.ask(agent.models[provider]);
  for (const [name, fault] of Object.entries(faults)) {
    await gateway.fail('google', fault);
    results[name] = await place.ask(agent.models.google);
  }
  return results;
}

type Surroundings = {
  /** The agent's own: its home and its work are below it. */
  readonly folder: string;
  /** Where the agents are installed. */
  readonly packages: string;
  readonly gateway: SimulatedGateway;
};

/** How long an agent may work on a turn. */
type Limits = {
  readonly signal: AbortSignal;
  /** Default: three minutes. */
  readonly patienceMs?: number;
};

function prepare(agent: Agent, { folder, packages, gateway }: Surroundings, limits: Required<Limits>) {
  const access = { url: gateway.url, key: gateway.key, models: Object.values(agent.models) };
  const [home, work] = [join(folder, 'home'), join(folder, 'work')];
  const settings = agent.settings?.(access);
  for (const [below, files] of [
    [home, settings?.home ?? {}],
    [work, settings?.work ?? {}],
  ] as const) {
    mkdirSync(below, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(below, path)), { recursive: true });
      writeFileSync(join(below, path), content);
    }
  }
  const environment = { ...inherited, HOME: home, TERM: 'dumb', ...agent.environment(access) };
  let asked = 0;
  return {
    async ask(model: string): Promise<TurnResult> {
      asked += 1;
      const word = randomBytes(8).toString('hex');
      const file = join(work, `note-${asked}.txt`);
      writeFileSync(file, `The word is ${word}.\n`);
      const turn = agent.turn({ prompt: agent.task(file), model, isFirst: asked === 1 });
      const { answer, complaints } = await run(agent.program(packages), turn, {
        cwd: work,
        env: environment,
        ...limits,
      });
      // Simulated models begin with their names, so neither the agent's own words nor another model's answer pass.
      const name = model.slice(model.indexOf('/') + 1);
      const ok = answer.includes(`Simulated ${name}: `) && answer.includes(word);
      return { ok, said: ok ? answer : `${answer}\n${complaints}`.trim() };
    },
  };
}

/** Runs the program until its output ends. What it reports while it works is no answer. */
async function run(
  program: string,
  args: readonly string[],
  {
    signal,
    patienceMs,
    ...place
  }: Required<Limits> & { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly answer: string; readonly complaints: string }> {
  signal.throwIfAborted();
  const child = spawn(program, args, { ...place, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [answer, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (complaints += piece));
  const end = () => endGroup(child);
  const patience = setTimeout(end, patienceMs);
  signal.addEventListener('abort', end);
  try {
    await once(child, 'close');
    signal.throwIfAborted();
    return { answer: answer.trim(), complaints: complaints.trim() };
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', end);
  }
}

/** Ends a detached program with the processes that it has started, and its output, which others may hold open. */
function endGroup({ pid, stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, and whoever has its output open has left its group.
  }
  stdout.destroy();
  stderr.destroy();
}
