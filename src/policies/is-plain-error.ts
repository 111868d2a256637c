/** The task of a prompt is guessed from this many characters at each end. */
const lookedAt = 384;

/** Self-explanatory errors of a language, a package manager or a shell, such as beginners paste every day. */
const plain =
  /\b(?:ModuleNotFoundError|ImportError|SyntaxError|IndentationError|NameError|No module named|cannot find module|missing script|command not found|is not (?:defined|a function)|unexpected (?:token|identifier|indent|end of (?:input|file))|undeclared identifier|cannot find symbol|no such file or directory|expected ['"]?[;)}\]]|unterminated string|error TS\d+|cannot find name|is not assignable to|CONFLICT \(content\)|non-fast-forward|is missing, install)/i;

/** Words that suggest a fault that is hard to find, whatever error it causes. */
const complex =
  /\b(?:deadlock|race|concurren|threads?\b|under load|production|in prod\b|intermittent|sometimes|randomly|at random|now and then|once a|flaky|leak|corrupt|failover|replica|segfault|segmentation|hangs?\b|only in|since (?:the|we|I)\b|works (?:locally|on my))/i;

/** Stack frames: more than a few suggest more than a slip. */
const frames = /^\s*(?:at \S|File ")/gm;
const maxFrames = 3;

/** Whether a prompt is about a self-explanatory error, without signs of a fault that is hard to find. */
export function isPlainError(prompt: string): boolean {
  const edges =
    prompt.length <= 2 * lookedAt ? prompt : `${prompt.slice(0, lookedAt)}\n${prompt.slice(-lookedAt)}`;
  return plain.test(edges) && !complex.test(edges) && (edges.match(frames)?.length ?? 0) <= maxFrames;
}
