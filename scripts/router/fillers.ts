/** Material as people paste it under what they ask: the classifier must hear the request through it. */
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
} as const;
