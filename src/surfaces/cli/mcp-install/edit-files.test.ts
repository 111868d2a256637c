import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse as parseToml } from 'smol-toml';
import { editJson } from './edit-json.ts';
import { editToml, tomlEntry } from './edit-toml.ts';

/** Parses to plain objects. */
const parse = (text: string): unknown => JSON.parse(JSON.stringify(parseToml(text)));

const entry = { command: 'node', args: ['bin.js', 'mcp'] };
const json = ['mcpServers', 'conclave'] as const;
const toml = ['mcp_servers', 'conclave'] as const;

const jsonFiles = {
  'other servers': '{\n  "mcpServers": {\n    "other": { "command": "x" }\n  },\n  "theme": "dark"\n}\n',
  'comments and tabs': '{\n\t// mine\n\t"servers": {},\n\t"mcpServers": {\n\t\t"other": {} // kept\n\t}\n}\n',
  'one line': '{"a":1}',
  'no servers': '{\n    "a": [1, 2]\n}',
  "Windows' lines and its mark in front":
    '\uFEFF{\r\n  "mcpServers": {\r\n    "other": {}\r\n  },\r\n  "a": 1\r\n}\r\n',
};

for (const [what, text] of Object.entries(jsonFiles)) {
  test(`JSON with ${what} is restored byte for byte when the server is removed`, () => {
    const added = editJson(text, json, entry);
    assert.notEqual(added, text);
    const again = editJson(added, json, { ...entry, command: 'other' });
    assert.match(again, /"command": ?"other"/);
    assert.equal(editJson(again, json, entry), added);
    assert.equal(added.includes('\r\n'), text.includes('\r\n'));
    assert.ok(!text.includes('\r\n') || !/[^\r]\n/.test(added), 'all line endings are the same');
    assert.equal(editJson(added, json, undefined), text);
  });
}

test('refuses a file that is not a JSON object, or whose servers are not one', () => {
  for (const text of ['{"mcpServers": []}', '{"mcpServers": null}']) {
    assert.throws(() => editJson(text, json, entry), /no object under mcpServers/);
  }
  for (const text of ['{"a": ', '[]', 'theme: dark']) {
    assert.throws(() => editJson(text, json, entry), /not a JSON object/);
  }
});

const tomlFiles = {
  'nothing in it': '',
  'other tables': 'model = "gpt-5"\n\n[mcp_servers.other]\ncommand = "x"\n\n[tui]\ntheme = "dark" # mine\n',
  'a last table without an end of line': '[profiles.a]\nx = 1\n',
  'lists of tables': '[[rules]]\na = 1\n\n[[rules]]\na = 2\n',
  "Windows' lines": 'model = "a"\r\n\r\n[tui]\r\na = 1\r\n',
};

for (const [what, text] of Object.entries(tomlFiles)) {
  test(`TOML with ${what} gains one table on install and loses it on removal`, () => {
    const added = editToml(text, toml, entry);
    const read = parse(added) as { mcp_servers: Record<string, unknown> };
    assert.deepEqual(read.mcp_servers['conclave'], entry);
    const { conclave: _, ...others } = read.mcp_servers;
    const rest = { ...read, mcp_servers: others };
    assert.deepEqual(rest, { mcp_servers: {}, ...(parse(text) as object) });
    assert.equal(editToml(added, toml, undefined), text);
  });
}

test('an existing table is replaced in place, with its subtables', () => {
  const text = `a = 1\n\n[mcp_servers."conclave"]\ncommand = "old"\n\n[mcp_servers.conclave.env]\nX = "1"\n\n# about b\n[b]\nc = 2\n`;
  const replaced = editToml(text, toml, entry);
  assert.deepEqual(parse(replaced), { a: 1, mcp_servers: { conclave: entry }, b: { c: 2 } });
  assert.match(replaced, /# about b\n\[b\]/);
});

test('a table in a file with Windows line endings is found, replaced and removed', () => {
  const text = 'model = "a"\r\n\r\n[mcp_servers.conclave]\r\ncommand = "y"\r\n\r\n[tui]\r\na = 1\r\n';
  assert.match(tomlEntry(text, toml) ?? '', /command = "y"/);
  const replaced = editToml(text, toml, entry);
  assert.deepEqual(parse(replaced), { model: 'a', mcp_servers: { conclave: entry }, tui: { a: 1 } });
  assert.doesNotMatch(replaced, /[^\r]\n/, 'all line endings are the same');
  assert.equal(editToml(text, toml, undefined), 'model = "a"\r\n\r\n[tui]\r\na = 1\r\n');
});

test('subtables that are written before their table are replaced and removed with it', () => {
  const text =
    '[mcp_servers.conclave.env]\nX = "1"\n\n# mine\n[tui]\na = 1\n\n[mcp_servers.conclave]\ncommand = "y"\n';
  const replaced = editToml(text, toml, entry);
  assert.deepEqual(parse(replaced), { mcp_servers: { conclave: entry }, tui: { a: 1 } });
  assert.match(replaced, /# mine\n\[tui\]/);
  assert.deepEqual(parse(editToml(text, toml, undefined)), { tui: { a: 1 } });
});

test('text that is not TOML is refused, with the place', () => {
  assert.throws(() => editToml('model = \nbroken [[\n', toml, entry), /not TOML \(line 1, column 9\)/);
});

test('a line that looks like a table inside a string is not one', () => {
  const text = 'notes = """\n[mcp_servers.conclave]\n"""\n';
  const added = editToml(text, toml, entry);
  assert.deepEqual(parse(added), { ...(parse(text) as object), mcp_servers: { conclave: entry } });
  assert.ok(added.startsWith(text));
  assert.throws(() => editToml(added, toml, undefined), /change it by hand/);
});

test('a table ends where a list of tables begins', () => {
  const text = '[mcp_servers.conclave]\ncommand = "old"\n\n[[rules]]\na = 1\n';
  assert.deepEqual(parse(editToml(text, toml, undefined)), { rules: [{ a: 1 }] });
});

test('a server that is not written as a table of its own is not edited', () => {
  const forms = [
    'mcp_servers = { conclave = { command = "x" } }\n',
    'mcp_servers.conclave.command = "x"\n',
    '[mcp_servers]\nconclave = { command = "x" }\n',
  ];
  for (const text of forms) assert.throws(() => editToml(text, toml, entry), /change it by hand/);
});
