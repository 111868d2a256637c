import type { Command } from 'commander';
import type { HelpGroup } from './help-groups.ts';

type Entry = { readonly group: HelpGroup; readonly load: () => Promise<Command> };

/** Every command that is not a tool. Each is loaded on demand, so that a start does not load the others. */
export const commands: Readonly<Record<string, Entry>> = {
  serve: { group: 'serve', load: async () => (await import('./commands/serve.ts')).serveCommand() },
  mcp: { group: 'serve', load: async () => (await import('./commands/mcp.ts')).mcpCommand() },
  simulate: { group: 'serve', load: async () => (await import('./commands/simulate.ts')).simulateCommand() },
  record: { group: 'serve', load: async () => (await import('./commands/serve.ts')).recordCommand() },
  ask: { group: 'ask', load: async () => (await import('./commands/ask.ts')).askCommand() },
  costs: { group: 'money', load: async () => (await import('./commands/costs.ts')).costsCommand() },
  keys: { group: 'money', load: async () => (await import('./commands/keys.ts')).keysCommand() },
  show: { group: 'money', load: async () => (await import('./commands/show.ts')).showCommand() },
  route: { group: 'router', load: async () => (await import('./commands/route.ts')).routeCommand() },
  feedback: { group: 'router', load: async () => (await import('./commands/feedback.ts')).feedbackCommand() },
  replay: { group: 'router', load: async () => (await import('./commands/replay.ts')).replayCommand() },
  advise: { group: 'router', load: async () => (await import('./commands/advise.ts')).adviseCommand() },
  router: { group: 'router', load: async () => (await import('./commands/router.ts')).routerCommand() },
  doctor: { group: 'setUp', load: async () => (await import('./commands/doctor.ts')).doctorCommand() },
  models: { group: 'setUp', load: async () => (await import('./commands/models.ts')).modelsCommand() },
};
