/** Material that people paste below a request: the classifier must recognise the request despite it. */
export const fillers = {
  code: [
    'function total(items) {\n  let sum = 0;\n  for (const item of items) sum += item.price * item.quantity;\n  return sum;\n}',
    'class Account:\n    def __init__(self, owner, balance=0):\n        self.owner = owner\n        self.balance = balance\n\n    def withdraw(self, amount):\n        self.balance -= amount',
    "SELECT o.id, c.name, SUM(l.price)\nFROM orders o JOIN customers c ON c.id = o.customer_id\nJOIN lines l ON l.order_id = o.id\nWHERE o.created_at > now() - interval '7 days'\nGROUP BY o.id, c.name;",
    "pub fn parse(input: &str) -> Result<Vec<Token>, Error> {\n    let mut tokens = Vec::new();\n    for (i, c) in input.chars().enumerate() {\n        match c { '(' => tokens.push(Token::Open(i)), _ => {} }\n    }\n    Ok(tokens)\n}",
    'func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {\n\tid := r.URL.Query().Get("id")\n\trow := h.db.QueryRow("SELECT * FROM users WHERE id = " + id)\n\t_ = row\n}',
    'export const useCart = create((set) => ({\n  items: [],\n  add: (item) => set((state) => ({ items: [...state.items, item] })),\n}));',
    'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD ["node", "server.js"]',
    'diff --git a/src/date.ts b/src/date.ts\n@@ -1,5 +1,6 @@\n-export const today = () => new Date();\n+export const today = (now = Date.now) => new Date(now());',
    'public class OrderService {\n  private final OrderRepository orders;\n  public Order find(long id) { return orders.findById(id).orElse(null); }\n}',
  ],
  prose: [
    'The committee met on Tuesday, 4 March, at the town hall. Present were Mrs Okafor, Mr Lindqvist and the treasurer. The budget for the library was raised to 48,000 euros, and the decision on the bridge was put off until May.',
    'Dear team, thank you for the quick reply. Our order 77120 arrived with two broken lamps. Please send replacements to the address on file, or refund 64.90. Kind regards, Ines',
    'Photosynthesis turns light into chemical energy. In the thylakoid membranes water is split, oxygen is set free, and the energy is stored in ATP and NADPH, which drive the Calvin cycle in the stroma.',
    'name;city;amount\nMoreau;Lyon;120.50\nIbrahim;Cairo;88.00\nSato;Osaka;301.10',
    '"The battery lasts two days and the screen is gorgeous, but the speaker crackles at high volume. For the price I expected better support."',
    "The tenant shall pay the rent by the third working day of each month. The deposit amounts to three months' rent. Either party may terminate the agreement with three months' notice.",
    'In 1848 revolutions broke out across much of Europe. Though most were put down within a year, serfdom was ended in several countries, and demands for constitutions and national unity did not go away.',
    'Speaker 1: We could ship on Friday. Speaker 2: Only if the tests are green. Speaker 1: Then let us decide on Thursday noon. Speaker 3: I will prepare the release notes.',
    'https://example.com/a https://example.com/b 2024-05-01 12:03 GET /index 200 2024-05-01 12:04 POST /login 401',
  ],
  files: [longFile('Session'), longFile('Invoice'), longModule('Queue'), longModule('Parser'), longStyles()],
  logs: [
    longLog(
      'ERROR worker-3 job 771 failed\njava.lang.IllegalStateException: pool is closed\n\tat com.acme.Pool.take(Pool.java:41)\n',
    ),
    longLog(
      'FATAL: terminating connection due to administrator command\npanic: runtime error: index out of range [3]\n',
    ),
    'Traceback (most recent call last):\n  File "run.py", line 12, in <module>\n    main()\n  File "run.py", line 7, in main\n    rows[4]\nIndexError: list index out of range',
  ],
  articles: [
    `${'The council discussed the new tram line for hours. Opponents attacked the costs, and a court will have to decide whether the contract was broken. '.repeat(7)}`,
    `${'Researchers found that the fish return to the rivers where dams were removed. An error in an earlier study had hidden the effect. '.repeat(7)}`,
    `Dear all,\n\n${'after the failure of last week we moved the release. Please send me your open points until Thursday, and tell me what is blocked. '.repeat(6)}\n\nBest,\nMartina`,
  ],
} as const;

function longFile(name: string): string {
  const method = (verb: string) =>
    `  /** ${verb}s a ${name.toLowerCase()}; throws ${name}Error when it is invalid. */\n  async ${verb.toLowerCase()}(id: string): Promise<${name}> {\n    const found = await this.store.${verb.toLowerCase()}(id);\n    if (!found) throw new ${name}Error(\`no ${name.toLowerCase()} \${id}\`);\n    return found;\n  }\n`;
  const methods = ['Find', 'Remove', 'Renew', 'Lock'].map(method).join('\n');
  return `import { Store } from './store.ts';\n\nexport class ${name}s {\n  constructor(private store: Store) {}\n\n${methods}}\n\nclass ${name}Error extends Error {}\n`;
}

function longModule(name: string): string {
  const part = (verb: string) =>
    `def ${verb}_${name.toLowerCase()}(items, limit=10):\n    """${verb.toUpperCase()} up to limit items."""\n    if limit < 0:\n        raise ValueError("limit must not be negative")\n    for item in items[:limit]:\n        try:\n            yield item.${verb}()\n        except (KeyError, TimeoutError) as error:\n            logger.warning("failed: %s", error)\n`;
  return `import logging\n\nlogger = logging.getLogger(__name__)\n\n${['read', 'write', 'close', 'merge'].map(part).join('\n\n')}`;
}

function longStyles(): string {
  return Array.from(
    { length: 24 },
    (_, at) => `.card-${at} {\n  margin: ${at}px;\n  color: #${(at * 40_503) % 10_000};\n}\n`,
  ).join('\n');
}

function longLog(end: string): string {
  const lines = Array.from(
    { length: 20 },
    (_, at) =>
      `2026-03-0${(at % 9) + 1}T08:${10 + at}:0${at % 10}Z INFO [worker-${at % 4}] job ${700 + at} done in ${at * 37} ms`,
  );
  return `${lines.join('\n')}\n${end}`;
}
