import { join } from 'node:path';

/** Whether a client's servers are configured for its user or for one project. */
export type Scope = 'user' | 'project';

/** How a client starts Conclave. */
export type ServerEntry = {
  readonly command: string;
  readonly args: readonly string[];
  /**
   * Names of the environment variables that Conclave reads its keys from. Only names: a client's file never contains a
   * key.
   */
  readonly variables: readonly string[];
};

/** Base folders of the clients' files. */
export type Places = {
  readonly home: string;
  readonly project: string;
  /** Folder in which programs on this system keep their users' settings. */
  readonly settings: string;
};

export type McpClient = {
  readonly name: string;
  readonly format: 'json' | 'toml';
  /** The JSON member or TOML table that holds the servers by name. */
  readonly servers: string;
  /** Set if the client starts no server whose name has other characters than letters, digits, `-` and `_`. */
  readonly plainNames?: true;
  readonly path: (scope: Scope, places: Places) => string;
  /** Our entry in this client's format. */
  readonly entry: (server: ServerEntry) => Readonly<Record<string, unknown>>;
  /** What the user does next. */
  readonly next: string;
};

/** The supported clients, each as its own documentation describes its file. */
export const mcpClients = {
  'claude-code': {
    name: 'Claude Code',
    format: 'json',
    servers: 'mcpServers',
    plainNames: true,
    path: (scope, { home, project }) =>
      scope === 'user' ? join(home, '.claude.json') : join(project, '.mcp.json'),
    entry: ({ command, args }) => ({ type: 'stdio', command, args }),
    next: 'Start a new session; /mcp shows whether it is connected.',
  },
  codex: {
    name: 'Codex',
    format: 'toml',
    servers: 'mcp_servers',
    plainNames: true,
    path: (scope, { home, project }) => join(scope === 'user' ? home : project, '.codex', 'config.toml'),
    // Codex passes on the variables named here and few others, and gives up on a tool after 60 s.
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
    // Gemini CLI hides variables that look like secrets from servers unless they are named here; it expands the names
    // itself.
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
