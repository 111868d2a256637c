import type { Command } from 'commander';

/** Every command, in the order of the help. Each is loaded on demand, so that a start does not load the others. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  mcp: async () => (await import('./commands/mcp.ts')).mcpCommand(),
  ask: async () => (await import('./commands/ask.ts')).askCommand(),
  models: async () => (await import('./commands/models.ts')).modelsCommand(),
  costs: async () => (await import('./commands/costs.ts')).costsCommand(),
  keys: async () => (await import('./commands/keys.ts')).keysCommand(),
  show: async () => (await import('./commands/show.ts')).showCommand(),
  feedback: async () => (await import('./commands/feedback.ts')).feedbackCommand(),
  router: async () => (await import('./commands/router.ts')).routerCommand(),
  route: async () => (await import('./commands/route.ts')).routeCommand(),
  replay: async () => (await import('./commands/replay.ts')).replayCommand(),
  advise: async () => (await import('./commands/advise.ts')).adviseCommand(),
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand(),
  record: async () => (await import('./commands/serve.ts')).recordCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
};
