import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
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
const patienceMs = 180_000;

/**
 * Has one conversation with the agent, each turn with a model of another provider, and the last ones while a provider
 * fails. In each turn the agent reads another file with its own tool. The file contains a word that nobody can guess, so
 * an answer of the model with that word shows that the model's call reached the agent, and the tool's result the model.
 */
export async function converse(
  agent: Agent,
  { folder, packages, gateway }: AgentPlace & { readonly gateway: SimulatedGateway },
): Promise<AgentResults> {
  const place = prepare(agent, { folder, packages, gateway });
  const results: Record<string, TurnResult> = {};
  for (const provider of providers) results[provider] = await place.ask(agent.models[provider]);
  for (const [name, fault] of Object.entries(faults)) {
    await gateway.fail('google', fault);
    results[name] = await place.ask(agent.models.google);
  }
  return results;
}

type AgentPlace = {
  /** The agent's own: its home and its work are below it. */
  readonly folder: string;
  /** Where the agents are installed. */
  readonly packages: string;
};

function prepare(
  agent: Agent,
  { folder, packages, gateway }: AgentPlace & { readonly gateway: SimulatedGateway },
) {
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
      });
      // Simulated models begin with their names, so neither the agent's own words nor another model's answer pass.
      const name = model.slice(model.indexOf('/') + 1);
      const ok = answer.includes(`Simulated ${name}: `) && answer.includes(word);
      return { ok, said: ok ? answer : `${answer}\n${complaints}`.trim() };
    },
  };
}

/** Runs the program to its end. What it reports while it works is no answer. */
async function run(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly answer: string; readonly complaints: string }> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: patienceMs });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  await once(child, 'close');
  const [answer, complaints] = await printed;
  return { answer: answer.trim(), complaints: complaints.trim() };
}
