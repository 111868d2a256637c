import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { parse as parseToml } from 'smol-toml';
import { bin, inherited } from '../support/command-line.ts';
import { mcpClients, type McpClientId } from '../../src/surfaces/cli/mcp-install/clients.ts';
import { runInstall, type InstallOptions } from '../../src/surfaces/cli/mcp-install/run-install.ts';
import { tempFolder } from '../support/temp-folder.ts';

const clients = Object.keys(mcpClients) as McpClientId[]; // the keys of a constant

const existing: Readonly<Record<string, string>> = {
  json: '{\n  "mcpServers": {\n    "other": { "command": "x" }\n  },\n  "servers": { "other": {} }\n}\n',
  toml: '# mine\nmodel = "gpt-5"\n\n[mcp_servers.other]\ncommand = "x"\n',
};

/** Runs an install in a separate home folder; each copy gets a different time. */
function installer(home: string, client: McpClientId) {
  let minute = 0;
  const target = {
    client,
    scope: 'user',
    name: 'conclave',
    places: { home, project: home, settings: join(home, 'settings') },
  } as const;
  const path = mcpClients[client].path('user', target.places);
  async function run(options: Partial<InstallOptions> = {}): Promise<string> {
    let printed = '';
    await runInstall({
      target,
      server: { command: 'node', args: ['cli/bin.js', 'mcp'], variables: ['OPENAI_API_KEY'] },
      undo: false,
      dryRun: false,
      yes: true,
      now: () => new Date(Date.UTC(2026, 0, 1, 0, minute++)),
      print: (text) => (printed += text),
      ...options,
    });
    return printed;
  }
  const copies = () => readdirSync(dirname(path)).filter((name) => name.includes('before-conclave'));
  return { path, run, copies };
}

function serversIn(path: string, client: McpClientId): Record<string, unknown> {
  const { format, servers } = mcpClients[client];
  const text = readFileSync(path, 'utf8');
  const root = (format === 'json' ? JSON.parse(text) : parseToml(text)) as Record<string, unknown>;
  return root[servers] as Record<string, unknown>;
}

for (const client of clients) {
  test(`${client}: Conclave is added next to existing entries, with a copy, and undone byte by byte`, async (t) => {
    const { path, run, copies } = installer(tempFolder(t), client);
    const before = existing[mcpClients[client].format] ?? '';
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, before);
    chmodSync(path, 0o640);

    assert.match(await run({ dryRun: true }), /\+ .*conclave[\s\S]*Nothing was written/);
    assert.equal(readFileSync(path, 'utf8'), before);
    assert.deepEqual(copies(), []);

    assert.match(await run(), /Conclave was added/);
    assert.deepEqual(Object.keys(serversIn(path, client)).sort(), ['conclave', 'other']);
    assert.equal(statSync(path).mode & 0o777, 0o640);
    const [copy = ''] = copies();
    assert.equal(readFileSync(join(dirname(path), copy), 'utf8'), before);
    assert.match(await run(), /is already configured in it; nothing to do/);

    assert.match(await run({ undo: true }), /Conclave was removed/);
    assert.equal(readFileSync(path, 'utf8'), before);
    assert.match(await run({ undo: true }), /nothing to do/);
  });

  test(`${client}: a file that only contained Conclave is removed with it; later changes by others stay`, async (t) => {
    const { path, run } = installer(tempFolder(t), client);
    await run();
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await run({ undo: true });
    assert.equal(existsSync(path), false);

    await run();
    const added = mcpClients[client].format === 'json' ? '{ "theme": "dark",' : 'theme = "dark"\n[';
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^[{[]/, added));
    await run({ undo: true });
    const rest = readFileSync(path, 'utf8');
    assert.match(rest, /"?theme"? ?[:=] "dark"/);
    assert.doesNotMatch(rest, /conclave/);
  });
}

test('a linked file stays a link, and a file that was changed meanwhile or cannot be read is left as it is', async (t) => {
  const home = tempFolder(t, { 'dotfiles/claude.json': '{}\n' });
  const { path, run, copies } = installer(home, 'claude-code');
  symlinkSync(join(home, 'dotfiles/claude.json'), path);
  await run();
  assert.ok(lstatSync(path).isSymbolicLink());
  assert.ok('conclave' in serversIn(join(home, 'dotfiles/claude.json'), 'claude-code'));
  await run({ undo: true });

  const meddling = run({ now: () => (writeFileSync(path, '{"changed":true}'), new Date()) });
  await assert.rejects(meddling, /was changed in the meantime/);
  assert.equal(readFileSync(path, 'utf8'), '{"changed":true}');

  writeFileSync(path, '{"broken": ');
  const before = copies().length;
  await assert.rejects(run(), /claude\.json is not a JSON object/);
  assert.equal(readFileSync(path, 'utf8'), '{"broken": ');
  assert.equal(copies().length, before);
});

const others: Readonly<Record<string, readonly string[]>> = {
  json: [
    '{"mcpServers":{"conclave":{"command":"/mine/own"}},"servers":{"conclave":{"command":"/mine/own"}}}',
    '{"mcpServers": {}, "servers": {}}',
    '{}',
  ],
  toml: ['[mcp_servers.conclave]\ncommand = "/mine/own"\n', ''],
};

for (const client of clients) {
  test(`${client}: an entry of another program under our name, or an empty file, is restored by an undo`, async (t) => {
    for (const before of others[mcpClients[client].format] ?? []) {
      const { path, run } = installer(tempFolder(t), client);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, before);
      assert.match(await run({ undo: true }), /is not configured in it/);
      await run();
      assert.match(await run(), /is already configured in it; nothing to do/, before);
      // Another installation of Conclave is not restored either.
      await run({ server: { command: 'conclave', args: ['mcp'], variables: [] } });
      await run();
      await run({ undo: true });
      assert.equal(readFileSync(path, 'utf8'), before);
    }
  });
}

test('a name is refused only by clients that start no server of that name, and never on removal', async (t) => {
  for (const client of clients) {
    const home = tempFolder(t);
    const { path, run } = installer(home, client);
    const places = { home, project: home, settings: join(home, 'settings') };
    const target = { client, scope: 'user', name: 'my.server', places } as const;
    if (client === 'codex' || client === 'claude-code') {
      await assert.rejects(run({ target }), {
        code: 'invalid_request',
        message: /my\.server.*letters, digits/,
      });
      assert.equal(existsSync(path), false);
      await run();
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(/"conclave"(?=: )|(?<=\.)conclave(?=\])/, '"my.server"'),
      );
    } else {
      assert.match(await run({ target }), /Conclave was added/, client);
    }
    assert.deepEqual(Object.keys(serversIn(path, client)), ['my.server']);
    assert.match(await run({ target, undo: true }), /Conclave was removed/, client);
    assert.equal(existsSync(path), false, client);
  }
});

test('every copy is kept, a read-only file is refused, and a linked file keeps its link', async (t) => {
  const home = tempFolder(t, { 'dotfiles/claude.json': '{"mcpServers": {}}\n' });
  const { path, run, copies } = installer(home, 'claude-code');
  const original = join(home, 'dotfiles/claude.json');
  symlinkSync(original, path);
  // Within one second, so that both copies would get the same name.
  const now = () => new Date(0);
  await run({ now });
  await run({ now, undo: true });
  assert.equal(copies().length, 2);
  assert.equal(readFileSync(original, 'utf8'), '{"mcpServers": {}}\n');

  writeFileSync(original, '');
  await run();
  for (const copy of copies()) rmSync(join(home, copy));
  await run({ undo: true });
  assert.ok(lstatSync(path).isSymbolicLink());
  assert.equal(readFileSync(original, 'utf8'), '{}\n');

  chmodSync(original, 0o444);
  const kept = copies().length;
  await assert.rejects(run(), { code: 'permission', message: /claude\.json is read-only/ });
  assert.equal(readFileSync(original, 'utf8'), '{}\n');
  assert.equal(copies().length, kept);
});

test('on the command line the change is shown, not written without a yes, contains no secret, and starts a working server', async (t) => {
  const home = tempFolder(t, { 'settings.yaml': 'providers: {}\n' });
  const secret = 'sk-this-must-not-be-written';
  const env = {
    ...inherited,
    HOME: home,
    CONCLAVE_HOME: join(home, 'data'),
    OPENAI_API_KEY: secret,
  };
  async function conclave(...args: string[]) {
    const child = spawn(process.execPath, [bin, 'mcp', 'install', ...args], { cwd: home, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (output += piece));
    child.stdin.end();
    const [status] = (await once(child, 'close')) as [number];
    return { status, output };
  }
  const unasked = await conclave('--client', 'gemini');
  assert.equal(unasked.status, 2);
  assert.match(unasked.output, /\+ .*conclave[\s\S]*add --yes/);
  assert.equal(existsSync(join(home, '.gemini')), false);
  assert.equal((await conclave('--client', 'emacs')).status, 2);
  const named = await conclave('--client', 'codex', '--yes', '--name', 'my conclave');
  assert.equal(named.status, 2);
  assert.match(named.output, /letters, digits/);
  const unknown = await conclave('--client', 'cursor', '--yes', '--undo', '--name', 'my.server');
  assert.equal(unknown.status, 0, unknown.output);
  const missing = await conclave('--client', 'codex', '--yes', '--config', 'no.yaml');
  assert.equal(missing.status, 2);
  assert.match(missing.output, /no\.yaml: there is no such file/);
  assert.equal(existsSync(join(home, '.codex')), false);

  for (const client of clients) assert.equal((await conclave('--client', client, '--yes')).status, 0, client);
  for (const client of clients) {
    const path = mcpClients[client].path('user', { home, project: home, settings: join(home, '.config') });
    assert.doesNotMatch(readFileSync(path, 'utf8'), new RegExp(secret));
  }
  const codex = serversIn(join(home, '.codex/config.toml'), 'codex')['conclave'] as { env_vars: string[] };
  assert.ok(codex.env_vars.includes('OPENAI_API_KEY'), 'the name alone');

  const shared = await conclave('--client', 'vscode', '--project', '--config', 'settings.yaml', '--yes');
  assert.equal(shared.status, 0, shared.output);
  assert.deepEqual(serversIn(join(home, '.vscode/mcp.json'), 'vscode')['conclave'], {
    type: 'stdio',
    command: 'conclave',
    args: ['mcp', '--config', 'settings.yaml'],
  });

  const { command, args } = serversIn(join(home, '.cursor/mcp.json'), 'cursor')['conclave'] as {
    command: string;
    args: string[];
  };
  const mcp = new Client({ name: 'cursor', version: '1' });
  await mcp.connect(new StdioClientTransport({ command, args, cwd: home, env }));
  t.after(() => mcp.close());
  assert.ok((await mcp.listTools()).tools.length > 10);
});
