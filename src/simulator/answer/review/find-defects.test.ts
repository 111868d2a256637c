import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeLinesIn } from './code-lines.ts';
import { detectors, findDefects } from './find-defects.ts';

/** For every detector: a file, code that has the defect, and similar code without it. Only the last line counts. */
const samples: Readonly<Record<string, readonly [file: string, bad: string, good: string]>> = {
  'sql-concatenation': [
    'a.ts',
    `db.query("SELECT * FROM t WHERE id = " + id);`,
    `db.query("SELECT * FROM t WHERE id = ?", [id]);`,
  ],
  eval: ['a.py', 'result = eval(expression)', 'result = ast.literal_eval(expression)'],
  'hard-coded-secret': ['a.ts', `const apiKey = "sk-live-12345678";`, `const apiKey = process.env.API_KEY;`],
  'command-injection': ['a.ts', 'exec(`rm -rf ${folder}`);', `execFile('rm', ['-rf', folder]);`],
  'path-traversal': [
    'a.ts',
    'res.sendFile(root + req.params.name);',
    'res.sendFile(safePath(req.params.name));',
  ],
  'weak-hash': [
    'a.py',
    'digest = hashlib.md5(data).hexdigest()',
    'digest = hashlib.sha256(data).hexdigest()',
  ],
  'disabled-tls': [
    'a.go',
    'cfg := &tls.Config{InsecureSkipVerify: true}',
    'cfg := &tls.Config{RootCAs: pool}',
  ],
  'timing-unsafe-compare': [
    'a.ts',
    'if (signature === expectedSignature) ok();',
    'if (timingSafeEqual(signature, expected)) ok();',
  ],
  'open-redirect': ['a.ts', 'res.redirect(req.query.next);', `res.redirect('/home');`],
  'xss-inner-html': ['a.ts', 'box.innerHTML = comment;', 'box.textContent = comment;'],
  'insecure-random': ['a.ts', 'const token = Math.random().toString(36);', 'const token = randomBytes(16);'],
  'unsafe-deserialisation': ['a.py', 'obj = pickle.loads(blob)', 'obj = json.loads(blob)'],
  'permissive-cors': [
    'a.ts',
    `res.setHeader('Access-Control-Allow-Origin', '*');`,
    `res.setHeader('Access-Control-Allow-Origin', origin);`,
  ],
  'secret-in-log': ['a.ts', 'console.log(user.password);', 'console.log(user.name);'],
  'world-writable': ['a.ts', 'fs.chmodSync(path, 0o777);', 'fs.chmodSync(path, 0o600);'],
  'jwt-unverified': ['a.ts', 'const claims = jwt.decode(token);', 'const claims = jwt.verify(token, key);'],
  'off-by-one': [
    'a.ts',
    'for (let i = 0; i <= rows.length; i++) {',
    'for (let i = 0; i < rows.length; i++) {',
  ],
  'loose-null': ['a.ts', 'if (value == null) return;', 'if (value === null) return;'],
  'division-by-zero': ['a.ts', 'const mean = sum / values.length;', 'const half = sum / 2;'],
  'mutable-default-argument': ['a.py', 'def add(item, items=[]):', 'def add(item, items=None):'],
  'integer-overflow': ['a.java', 'int middle = (low + high) / 2;', 'int middle = low + (high - low) / 2;'],
  'swapped-arguments': ['a.ts', 'copyFile(destination, source);', 'copyFile(source, destination);'],
  'missing-null-check': [
    'a.ts',
    'const name = users.find((u) => u.id === id).name;',
    'const name = users.find((u) => u.id === id)?.name;',
  ],
  'assignment-in-condition': ['a.ts', 'if (state = open) start();', 'if (state === open) start();'],
  'float-money': [
    'a.ts',
    'const price = parseFloat(text); const amount = Number(price);',
    'const cents = 100n;',
  ],
  'nan-compare': ['a.ts', 'if (value === NaN) return;', 'if (Number.isNaN(value)) return;'],
  'string-identity': ['a.py', 'if mode is "fast":', 'if mode is None:'],
  'parse-int-radix': ['a.ts', 'const n = parseInt(text);', 'const n = parseInt(text, 10);'],
  'modified-while-iterating': ['a.py', 'for item in items:\n    items.remove(item)', 'items.remove(item)'],
  'missing-await': [
    'a.ts',
    'async function f() {\n  repository.save(user);',
    'async function f() {\n  await repository.save(user);',
  ],
  'check-then-act': [
    'a.ts',
    'if (!fs.existsSync(path)) {\n  fs.writeFileSync(path, text);',
    'fs.writeFileSync(path, text);',
  ],
  'shared-state-unlocked': ['a.go', 'go func() {\n  counter++', 'go func() {\n  mu.Lock()\n  counter++'],
  'loop-variable-capture': [
    'a.ts',
    'for (var i = 0; i < 3; i++) later(() => i);',
    'for (let i = 0; i < 3; i++) later(() => i);',
  ],
  'unclosed-resource': ['a.py', 'handle = open(path)', 'with open(path) as handle:'],
  'n-plus-one': [
    'a.ts',
    'for (const order of orders) {\n  const user = await users.findById(order.userId);',
    'const user = await users.findById(order.userId);',
  ],
  'sequential-await': [
    'a.ts',
    'for (const url of urls) {\n  pages.push(await fetch(url));',
    'pages.push(await fetch(url));',
  ],
  'unbounded-recursion': [
    'a.ts',
    'function fetchWithRetry(url) {\n  return fetchWithRetry(url);',
    'function visit(node, depth) {\n  if (depth > limit) return;\n  return visit(node.next, depth + 1);',
  ],
  'blocking-call-in-async': [
    'a.ts',
    'async function load() {\n  return readFileSync(path);',
    'async function load() {\n  return readFile(path);',
  ],
  'quadratic-string': ['a.java', 'for (String s : parts) {\n  text += s;', 'text += s;'],
  'catastrophic-regex': ['a.ts', 'const pattern = /^(a+)+$/;', 'const pattern = /^a+$/;'],
  'missing-timeout': ['a.py', 'r = requests.get(url)', 'r = requests.get(url, timeout=5)'],
  'empty-catch': [
    'a.ts',
    'try { run(); } catch (error) {}',
    'try { run(); } catch (error) { report(error); }',
  ],
  'bare-except': ['a.py', 'except:', 'except ValueError:'],
  'ignored-error': ['a.go', 'data, _ := os.ReadFile(path)', 'data, err := os.ReadFile(path)'],
  'leftover-debug': ['a.ts', 'console.log(rows);', 'logger.info(rows);'],
  todo: ['a.ts', '// TODO: handle the rest', '// The rest is handled above.'],
  'commented-code': ['a.ts', '// const old = compute(value);', '// The old value counts here.'],
  'magic-number': ['a.ts', 'if (age > 86400) expire();', 'if (age > secondsPerDay) expire();'],
  'type-escape': ['a.ts', 'const user = body as any;', 'const user = body as User;'],
  'unchecked-input': ['a.ts', 'const order = JSON.parse(body);', 'const order = orderSchema.parse(body);'],
  'assert-for-validation': ['a.py', 'assert user.is_admin', 'if not user.is_admin: raise PermissionError'],
  'return-in-finally': ['a.py', 'finally:\n    return result', 'return result'],
};

test('there are at least forty kinds of defect, with a sample of each', () => {
  assert.ok(detectors.length >= 40);
  assert.deepEqual(detectors.map(({ id }) => id).sort(), Object.keys(samples).sort());
});

for (const [id, [file, bad, good]] of Object.entries(samples)) {
  test(`${id} is found in the faulty code and not in the correct code`, () => {
    assert.ok(idsIn(file, bad).includes(id), `not found in ${bad}`);
    assert.ok(!idsIn(file, good).includes(id), `found in ${good}`);
  });
}

test('in a diff only the added lines are judged, by their line in the new file', () => {
  const diff = [
    'diff --git a/src/a.ts b/src/a.ts',
    '--- a/src/a.ts',
    '+++ b/src/a.ts',
    '@@ -10,3 +12,4 @@ function f() {',
    ' eval(kept);',
    '-eval(removed);',
    '+eval(added);',
    ' done();',
    '+eval(last);',
  ].join('\n');
  const found = findDefects(codeLinesIn(`Review this:\n${diff}\n`));
  assert.deepEqual(
    found.map(({ at }) => `${at.file}:${at.line}`),
    ['src/a.ts:13', 'src/a.ts:15'],
  );
});

test('files in tags, in fences and with numbered lines are found with their names', () => {
  const prompt = [
    '<file path="src/one.py">',
    'result = eval(text)',
    '</file>',
    'src/two.ts:',
    '```ts',
    '',
    'eval(text);',
    '```',
    '=== src/three.js ===',
    '41| start();',
    '42| eval(text);',
  ].join('\n');
  const places = findDefects(codeLinesIn(prompt))
    .filter(({ detector }) => detector.id === 'eval')
    .map(({ at }) => `${at.file}:${at.line}`);
  assert.deepEqual(places, ['src/one.py:1', 'src/two.ts:2', 'src/three.js:42']);
});

test('a diff may have line numbers before the signs, and files may have their own tag', () => {
  const diff = [
    '--- a/one.py',
    '+++ b/one.py',
    '@@ -7,2 +9,2 @@',
    ' 9  import x',
    ' 8 -eval(a)',
    '10 +eval(b)',
  ].join('\n');
  assert.deepEqual(
    codeLinesIn(diff).map(({ line, judged }) => [line, judged]),
    [
      [9, false],
      [10, true],
    ],
  );
  const file = ['<file-a1b2 path="two.py">', '4 | eval(text)', '</file-a1b2>', 'not code'].join('\n');
  assert.deepEqual(codeLinesIn(file), [{ file: 'two.py', line: 4, text: 'eval(text)', judged: true }]);
});

function idsIn(file: string, code: string): string[] {
  const lines = codeLinesIn(`<file path="${file}">\n${code}\n</file>`);
  const last = lines.at(-1)?.line;
  return findDefects(lines)
    .filter(({ at }) => at.line === last)
    .map(({ detector }) => detector.id);
}
