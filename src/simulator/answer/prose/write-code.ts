import type { Prompt } from '../prompt.ts';
import { codeFor } from '../review/review-prompt.ts';

type Snippet = { readonly asked: RegExp; readonly ts: string; readonly py: string };

const snippets: readonly Snippet[] = [
  {
    asked: /fibonacci/i,
    ts: 'export function fibonacci(n: number): number {\n  let [a, b] = [0, 1];\n  for (let i = 0; i < n; i += 1) [a, b] = [b, a + b];\n  return a;\n}',
    py: 'def fibonacci(n: int) -> int:\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a',
  },
  {
    asked: /factorial/i,
    ts: 'export function factorial(n: number): number {\n  let product = 1;\n  for (let i = 2; i <= n; i += 1) product *= i;\n  return product;\n}',
    py: 'def factorial(n: int) -> int:\n    product = 1\n    for i in range(2, n + 1):\n        product *= i\n    return product',
  },
  {
    asked: /prime/i,
    ts: 'export function isPrime(n: number): boolean {\n  if (n < 2) return false;\n  for (let i = 2; i * i <= n; i += 1) if (n % i === 0) return false;\n  return true;\n}',
    py: 'def is_prime(n: int) -> bool:\n    if n < 2:\n        return False\n    return all(n % i for i in range(2, int(n ** 0.5) + 1))',
  },
  {
    asked: /palindrome/i,
    ts: "export function isPalindrome(text: string): boolean {\n  const signs = [...text.toLowerCase()].filter((sign) => /[\\p{L}\\d]/u.test(sign));\n  return signs.join('') === signs.reverse().join('');\n}",
    py: 'def is_palindrome(text: str) -> bool:\n    signs = [c for c in text.lower() if c.isalnum()]\n    return signs == signs[::-1]',
  },
  {
    asked: /fizz ?buzz/i,
    ts: "for (let i = 1; i <= 100; i += 1) {\n  console.log((i % 3 ? '' : 'Fizz') + (i % 5 ? '' : 'Buzz') || i);\n}",
    py: "for i in range(1, 101):\n    print('Fizz' * (i % 3 == 0) + 'Buzz' * (i % 5 == 0) or i)",
  },
  {
    asked: /revers\w+ (?:a |the )?(?:string|text|word)/i,
    ts: "export function reverse(text: string): string {\n  return [...text].reverse().join('');\n}",
    py: 'def reverse(text: str) -> str:\n    return text[::-1]',
  },
  {
    asked: /debounce/i,
    ts: 'export function debounce<A extends unknown[]>(call: (...args: A) => void, ms: number): (...args: A) => void {\n  let timer: ReturnType<typeof setTimeout> | undefined;\n  return (...args) => {\n    clearTimeout(timer);\n    timer = setTimeout(() => call(...args), ms);\n  };\n}',
    py: 'import threading\n\ndef debounce(call, seconds):\n    timer = None\n    def wrapped(*args):\n        nonlocal timer\n        if timer:\n            timer.cancel()\n        timer = threading.Timer(seconds, call, args)\n        timer.start()\n    return wrapped',
  },
  {
    asked: /binary search/i,
    ts: 'export function binarySearch(sorted: readonly number[], wanted: number): number {\n  let [low, high] = [0, sorted.length - 1];\n  while (low <= high) {\n    const middle = low + Math.floor((high - low) / 2);\n    const value = sorted[middle] ?? Number.NaN;\n    if (value === wanted) return middle;\n    if (value < wanted) low = middle + 1;\n    else high = middle - 1;\n  }\n  return -1;\n}',
    py: 'from bisect import bisect_left\n\ndef binary_search(items: list[int], wanted: int) -> int:\n    i = bisect_left(items, wanted)\n    return i if i < len(items) and items[i] == wanted else -1',
  },
  {
    asked: /\b(?:add|sum)\w*\b.*\b(?:two|numbers|list|array)/i,
    ts: 'export function sum(...numbers: number[]): number {\n  return numbers.reduce((total, number) => total + number, 0);\n}',
    py: 'def total(numbers: list[float]) -> float:\n    return sum(numbers)',
  },
];

/** Returns a small program: complete for well-known tasks, else a stub that states what is missing. */
export function codeOf({ question, instructions, model }: Prompt): string | undefined {
  const asked = `${question}\n${instructions.slice(0, 500)}`;
  if (
    !/\b(?:write|implement|create|generate|code|build|give me|show me)\b[^.\n]{0,80}\b(?:function|class|program|script|code|method|algorithm|module|loop|python|typescript|javascript)\b/i.test(
      question,
    )
  )
    return undefined;
  const python = /\bpython\b|\.py\b/i.test(asked);
  const snippet = snippets.find((one) => one.asked.test(question));
  const code = snippet ? (python ? snippet.py : snippet.ts) : frame(question, python, model);
  return `\`\`\`${python ? 'python' : 'typescript'}\n${code}\n\`\`\``;
}

function frame(question: string, python: boolean, model: string): string {
  const called =
    /\b(?:called|named)\s+`?(\w+)`?/i.exec(question)?.[1] ?? /`(\w+)(?:\(\))?`/.exec(question)?.[1];
  const name = called ?? (python ? 'run_task' : 'runTask');
  const note = `Simulated by ${model}: the frame only. Wanted: ${question.replaceAll(/\s+/g, ' ').slice(0, 160)}`;
  return python
    ? `def ${name}(*args):\n    """${note}"""\n    raise NotImplementedError('${name}')`
    : `/** ${note} */\nexport function ${name}(...args: unknown[]): never {\n  throw new Error('${name} is not written yet');\n}`;
}

/** Describes the code in a prompt, for requests to explain, document, test or refactor it. */
export function aboutCode(prompt: Prompt): string | undefined {
  const lines = codeFor(prompt);
  if (lines.length === 0) return undefined;
  const wish = /\b(explain|document|test|refactor|debug|describe|understand|comment)\w*\b/i
    .exec(prompt.question)?.[1]
    ?.toLowerCase();
  const names = [...new Set(lines.flatMap(({ text }) => definitionIn(text)))];
  const files = [...new Set(lines.map(({ file }) => file))];
  const what = `${files.join(', ')}: ${lines.length} lines${names.length > 0 ? `, defining ${names.slice(0, 8).join(', ')}` : ''}.`;
  if (wish === 'test')
    return `${what}\n\n\`\`\`typescript\n${names.slice(0, 5).map(testOf).join('\n\n')}\n\`\`\``;
  return wish === undefined
    ? undefined
    : `${what} ${names
        .slice(0, 5)
        .map((name) => `\`${name}\` does what its name says, as far as its text shows.`)
        .join(' ')}`.trim();
}

function definitionIn(text: string): string[] {
  const name =
    /\b(?:function|def|func|fn|class|interface|struct|type)\s+(?:\([^)]*\)\s*)?(\w+)|\b(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?\(/.exec(
      text,
    );
  return name ? [name[1] ?? name[2] ?? ''] : [];
}

function testOf(name: string): string {
  return `test('${name} works on an ordinary input', () => {\n  assert.ok(${name});\n});`;
}
