import { join } from 'node:path';

/** Where a client keeps its servers: for its user everywhere, or for one project. */
export type Scope = 'user' | 'project';

/** How Conclave is started by a client. */
export type ServerEntry = {
  readonly command: string;
  readonly args: readonly string[];
  /** Names of variables that Conclave reads its keys from. Names alone: a client's file never holds a key. */
  readonly variables: readonly string[];
};

/** The folders that a path begins with. */
export type Places = {
  readonly home: string;
  readonly project: string;
  /** Where this system's programs keep their users' settings. */
  readonly settings: string;
};

export type McpClient = {
  readonly name: string;
  readonly format: 'json' | 'toml';
  /** The member, or table, that holds the servers by name. */
  readonly servers: string;
  readonly path: (scope: Scope, places: Places) => string;
  /** Our entry in its words. */
  readonly entry: (server: ServerEntry) => Readonly<Record<string, unknown>>;
  /** What its user does next. */
  readonly next: string;
};

/** The clients that we know, each as its own documentation describes its file. */
export const mcpClients = {
  'claude-code': {
    name: 'Claude Code',
    format: 'json',
    servers: 'mcpServers',
    path: (scope, { home, project }) =>
      scope === 'user' ? join(home, '.claude.json') : join(project, '.mcp.json'),
    entry: ({ command, args }) => ({ type: 'stdio', command, args }),
    next: 'Start a new session; /mcp shows whether it is connected.',
  },
  codex: {
    name: 'Codex',
    format: 'toml',
    servers: 'mcp_servers',
    path: (scope, { home, project }) => join(scope === 'user' ? home : project, '.codex', 'config.toml'),
    // It hands on the variables that are named here and few others, and gives up on a tool after 60 s.
    entry: ({ command, args, variables }) => ({
      command,
      args,
      ...(variables.length > 0 && { env_vars: variables }),
      tool_timeout_sec: 600,
    }),
    next: 'Start a new session; /mcp shows the tools.',
  },
  cursor: {
    name: 'Cursor',
    format: 'json',
    servers: 'mcpServers',
    path: (scope, { home, project }) => join(scope === 'user' ? home : project, '.cursor', 'mcp.json'),
    entry: ({ command, args }) => ({ command, args }),
    next: 'Open Settings, MCP, and switch it on. Keys must be in conclave.yaml where Cursor is not started from a shell.',
  },
  vscode: {
    name: 'VS Code',
    format: 'json',
    servers: 'servers',
    path: (scope, { settings, project }) =>
      scope === 'user' ? join(settings, 'Code', 'User', 'mcp.json') : join(project, '.vscode', 'mcp.json'),
    entry: ({ command, args }) => ({ type: 'stdio', command, args }),
    next: 'Run "MCP: List Servers" and start it. Keys must be in conclave.yaml where VS Code is not started from a shell.',
  },
  gemini: {
    name: 'Gemini CLI',
    format: 'json',
    servers: 'mcpServers',
    path: (scope, { home, project }) => join(scope === 'user' ? home : project, '.gemini', 'settings.json'),
    // It keeps variables that look like secrets from servers, unless they are named; it fills the names in itself.
    entry: ({ command, args, variables }) => ({
      command,
      args,
      ...(variables.length > 0 && {
        env: Object.fromEntries(variables.map((variable) => [variable, `$${variable}`])),
      }),
      timeout: 600_000,
    }),
    next: 'Start it again; /mcp shows the tools.',
  },
} as const satisfies Readonly<Record<string, McpClient>>;

export type McpClientId = keyof typeof mcpClients;
