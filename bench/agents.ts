import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions, sayingWhy } from '../scripts/read-options.ts';
import type { Agent } from './agents/agent.ts';
import { claudeCode } from './agents/claude-code.ts';
import { codex } from './agents/codex.ts';
import { converse, turns, type AgentResults } from './agents/converse.ts';
import { installAgents } from './agents/install.ts';
import { opencode } from './agents/opencode.ts';
import { startSimulatedGateway } from './agents/simulated-gateway.ts';
import { printSection, writeSection } from './section.ts';

/**
 * Runs coding agents as their makers ship them, with a conversation each, in front of a gateway with simulated
 * providers. They are installed into a temporary folder (1 GB), or once into `--install`.
 */
const { values } = readOptions(
  {
    options: {
      /** A folder in which the agents get one of their own, where they are found the next time. */
      install: { type: 'string' },
      json: { type: 'boolean', default: false },
      /** Writes the table to docs/benchmarks.md. */
      write: { type: 'boolean', default: false },
    },
  },
  'npm run bench:agents -- [--install DIR] [--json] [--write]',
);

const agents: readonly Agent[] = [claudeCode, codex, opencode];

// Whoever stops the bench does not keep its folder. A second signal ends it at once.
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => stop.abort(new Error(`Stopped by ${name}.`)));

await sayingWhy(async () => {
  const { signal } = stop;
  const folder = mkdtempSync(join(tmpdir(), 'conclave-agents-'));
  try {
    const packages = installAgents(agents, values.install ?? folder);
    const gateway = await startSimulatedGateway(folder);
    try {
      const results: [Agent, AgentResults][] = [];
      for (const agent of agents) {
        console.error(`${agent.name} …`);
        const own = join(folder, agent.name.replaceAll(' ', '-'));
        results.push([agent, await converse(agent, { folder: own, packages, gateway, signal })]);
      }
      report(results, await gateway.callsByState());
    } finally {
      await gateway.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function report(
  results: readonly (readonly [Agent, AgentResults])[],
  calls: Readonly<Record<string, number>>,
): void {
  const failed = results.flatMap(([{ name }, found]) =>
    Object.entries(found)
      .filter(([, { ok }]) => !ok)
      .map(([turn, { said }]) => `${name}, ${turn}: ${said.slice(-600)}`),
  );
  if (failed.length > 0) process.exitCode = 1;
  const states = Object.entries(calls)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
  if (values.json) {
    const rows = results.map(([{ name, packages }, found]) => ({ agent: name, packages, turns: found }));
    console.log(JSON.stringify({ simulated: true, calls, rows }));
    return;
  }
  const section = {
    command: 'npm run bench:agents -- --write',
    title: 'Coding agents, as their makers ship them',
    explanation: `Each agent has one conversation, each turn with a model of another provider; the providers are **simulated**. In each turn the agent reads a file with its own tool. The file contains a random word, and a turn has worked if the agent's answer contains it: then the model's call has reached the agent, and the tool's result the model. In the last two turns, Gemini's stream breaks off once, and Gemini refuses two requests with 429. Model calls in the ledger: ${states}.`,
    columns: ['agent', 'version', ...turns],
    rows: results.map(([{ name, packages }, found]) => [
      name,
      packages[0]?.split('@').at(-1) ?? '',
      ...turns.map((turn) => (found[turn]?.ok ? 'works' : 'FAILED')),
    ]),
  };
  printSection(section);
  for (const one of failed) console.error(one);
  if (values.write) writeSection({ part: 'agents', ...section });
}
