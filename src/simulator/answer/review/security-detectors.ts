import type { Detector } from './detector.ts';

export const securityDetectors: readonly Detector[] = [
  {
    id: 'sql-concatenation',
    category: 'security',
    severity: 'critical',
    difficulty: 0.2,
    pattern:
      /\b(?:select\s.{1,200}\sfrom|insert\s+into|update\s.{1,80}\sset|delete\s+from)\b.{0,200}(?:["'`]\s*(?:\+|\.|%)\s*\w|\$\{|%s["']\s*%|\bformat!?\(|\{\w+\}|\.format\()/i,
    titles: [
      'SQL injection through string concatenation',
      'Query text is built from untrusted input',
      'Unparameterised SQL statement',
    ],
    why: [
      'A value is spliced into the SQL text, so whoever controls it can change the statement.',
      'Input containing a quote ends the literal early and the rest runs as SQL.',
    ],
    fix: ['Use a parameterised query and pass the values separately.', 'Bind the values as placeholders.'],
  },
  {
    id: 'eval',
    category: 'security',
    severity: 'critical',
    difficulty: 0.15,
    pattern: /(?<![.\w])(?:eval|exec)\s*\(\s*(?!["'`][^"'`]*["'`]\s*\))|new Function\s*\(/,
    unless: /\bdef \w+|function (?:eval|exec)|\.exec\(/,
    titles: ['Dynamic code evaluation', 'eval on runtime data', 'Arbitrary code execution'],
    why: [
      'Evaluating text as code lets whoever supplies it run anything with the rights of this process.',
      'Data becomes code here; a crafted value executes.',
    ],
    fix: ['Parse the data instead of evaluating it.', 'Replace eval with a parser or a lookup table.'],
  },
  {
    id: 'hard-coded-secret',
    category: 'security',
    severity: 'high',
    difficulty: 0.2,
    pattern:
      /\b(?:\w*(?:password|passwd|secret|token|api_?key|private_?key|access_?key)\w*)\b["']?\s*(?::\s*\w+\s*)?[:=]{1,2}\s*["'`][^"'`\s]{6,}["'`]/i,
    unless: /process\.env|getenv|environ|example|placeholder|xxx|\$\{|<[a-z-]+>|changeme/i,
    titles: ['Hard-coded credential', 'Secret committed in source', 'Credential in plain text'],
    why: [
      'Anyone who can read the repository, or its history, has this secret.',
      'The value ships with the code and cannot be rotated without a release.',
    ],
    fix: [
      'Read it from the environment or a secret store, and rotate this one.',
      'Move it out of the source and revoke the exposed value.',
    ],
  },
  {
    id: 'command-injection',
    category: 'security',
    severity: 'critical',
    difficulty: 0.3,
    pattern:
      /\b(?:exec|execSync|system|popen|spawn|call|run|check_output|Command::new|exec\.Command|getRuntime\(\)\.exec)\s*\(.{0,120}(?:\$\{|["'`]\s*\+\s*\w|\bf["'][^"']*\{|%\s*\w|\.format\()|shell\s*=\s*True/,
    unless: /\bRegExp|\.exec\((?:text|line|input)/,
    titles: ['Command injection', 'Shell command built from input', 'Untrusted data reaches a shell'],
    why: [
      'Shell metacharacters in the value run further commands.',
      'The argument is interpreted by a shell, so a semicolon in it starts a new command.',
    ],
    fix: [
      'Pass the arguments as an array without a shell.',
      'Call the program directly with an argument list.',
    ],
  },
  {
    id: 'path-traversal',
    category: 'security',
    severity: 'high',
    difficulty: 0.5,
    pattern:
      /(?:readFile|readFileSync|createReadStream|sendFile|writeFile\w*|unlink\w*|\bopen|os\.Open|ReadFile|new File|fs::read\w*|File::open)\s*\(.{0,100}(?:req(?:uest)?\.|params|query|user_?input|filename|file_?name|args\.|ctx\.)/i,
    unless: /basename|safe|sanitize|resolveWithin|secure_filename/i,
    titles: ['Path traversal', 'User-controlled file path', 'File access outside the intended folder'],
    why: [
      'A name such as ../../etc/passwd leaves the intended folder.',
      'The path comes from the caller and is used without checking where it leads.',
    ],
    fix: [
      'Resolve the path and refuse it unless it lies below the allowed root.',
      'Check the resolved path against the base directory.',
    ],
  },
  {
    id: 'weak-hash',
    category: 'security',
    severity: 'medium',
    difficulty: 0.2,
    pattern:
      /createHash\(\s*["'](?:md5|sha1)["']|hashlib\.(?:md5|sha1)\(|\bmd5\.(?:New|Sum)\(|\bsha1\.(?:New|Sum)\(|MessageDigest\.getInstance\(\s*"(?:MD5|SHA-?1)"|Md5::(?:new|digest)/i,
    titles: ['Weak hash algorithm', 'MD5 or SHA-1 in use', 'Broken digest'],
    why: [
      'Collisions for this digest are cheap, and it is far too fast for passwords.',
      'This algorithm has been broken for years.',
    ],
    fix: ['Use SHA-256, or scrypt or Argon2 for passwords.', 'Switch to a current hash function.'],
  },
  {
    id: 'disabled-tls',
    category: 'security',
    severity: 'critical',
    difficulty: 0.2,
    pattern:
      /rejectUnauthorized\s*:\s*false|verify\s*=\s*False|InsecureSkipVerify\s*:\s*true|NODE_TLS_REJECT_UNAUTHORIZED|danger_accept_invalid_certs\(\s*true|ALLOW_ALL_HOSTNAME_VERIFIER|curl\s+(?:-k|--insecure)/,
    titles: ['TLS verification disabled', 'Certificates are not checked', 'Man in the middle possible'],
    why: [
      'Anyone on the path can present any certificate and read or change the traffic.',
      'Without verification encryption proves nothing about the other end.',
    ],
    fix: [
      'Leave verification on and trust the right CA.',
      'Remove the flag; add the CA certificate if needed.',
    ],
  },
  {
    id: 'timing-unsafe-compare',
    category: 'security',
    severity: 'medium',
    difficulty: 0.7,
    pattern:
      /\b\w*(?:token|secret|signature|hmac|digest|api_?key|password_?hash|mac)\w*\s*(?:===?|!==?|\.equals\()\s*(?!["'`]|null|undefined|None|nil|true|false|\d)\(?[\w.]*(?:token|secret|signature|hmac|digest|key|hash|mac|expected|header|provided)/i,
    unless: /\.length|typeof|timingSafe|compare_digest/,
    titles: ['Secret compared in variable time', 'Timing side channel', 'Non-constant-time comparison'],
    why: [
      'The comparison stops at the first differing byte, which leaks the secret through time.',
      'How long this takes tells an attacker how much of a guess is right.',
    ],
    fix: [
      'Use a constant-time comparison (timingSafeEqual, compare_digest, ConstantTimeCompare).',
      'Compare fixed-length digests in constant time.',
    ],
  },
  {
    id: 'open-redirect',
    category: 'security',
    severity: 'medium',
    difficulty: 0.4,
    pattern:
      /(?:redirect|sendRedirect|http\.Redirect|location\.href\s*=|location\.assign)\s*\(?.{0,60}(?:req(?:uest)?\.|query|params|args|getParameter|returnUrl|next_?url|redirect_?to)/i,
    unless: /allow|startsWith\(["']\/["']\)|isSafe|validate/i,
    titles: ['Open redirect', 'Unvalidated redirect target', 'Redirect to a caller-supplied URL'],
    why: [
      'A link to this site can send its visitor anywhere, which phishing relies on.',
      'The target comes from the request and is followed as it is.',
    ],
    fix: ['Allow only relative paths or a list of known hosts.', 'Check the target against an allow-list.'],
  },
  {
    id: 'xss-inner-html',
    category: 'security',
    severity: 'high',
    difficulty: 0.25,
    languages: ['js', 'other'],
    pattern:
      /\.(?:innerHTML|outerHTML)\s*\+?=\s*(?!["'`][^$"'`]*["'`]\s*;?\s*$)|dangerouslySetInnerHTML|document\.write\(|insertAdjacentHTML\(|v-html=/,
    unless: /sanitize|DOMPurify|escapeHtml/i,
    titles: ['Cross-site scripting through innerHTML', 'Unescaped HTML insertion', 'DOM XSS'],
    why: [
      'Markup in the value is parsed as HTML and its scripts run in the page.',
      'Unescaped data becomes part of the document.',
    ],
    fix: ['Set textContent, or sanitise the markup first.', 'Escape the value before it is inserted.'],
  },
  {
    id: 'insecure-random',
    category: 'security',
    severity: 'medium',
    difficulty: 0.4,
    pattern:
      /(?:token|secret|session|password|nonce|salt|otp|key|id)\w*.{0,30}(?:Math\.random\(|random\.(?:random|randint|choice)\(|rand\.Int|new Random\()/i,
    titles: ['Predictable random value', 'Non-cryptographic randomness for a secret', 'Guessable token'],
    why: [
      'This generator is predictable from a few outputs, so the value can be guessed.',
      'A seeded pseudo-random number is no secret.',
    ],
    fix: [
      'Use the cryptographic generator of the platform.',
      'Use crypto.randomBytes, secrets or crypto/rand.',
    ],
  },
  {
    id: 'unsafe-deserialisation',
    category: 'security',
    severity: 'critical',
    difficulty: 0.3,
    pattern:
      /pickle\.loads?\(|yaml\.load\((?!.*SafeLoader)|new ObjectInputStream\(|marshal\.loads\(|unserialize\(/,
    titles: ['Unsafe deserialisation', 'Untrusted data is unpickled', 'Object injection'],
    why: [
      'This format can construct arbitrary objects, so loading it can run code.',
      'Deserialising hostile bytes here executes what they say.',
    ],
    fix: ['Use JSON, or the safe loader.', 'Accept a data-only format and validate it.'],
  },
  {
    id: 'permissive-cors',
    category: 'security',
    severity: 'medium',
    difficulty: 0.3,
    pattern:
      /Access-Control-Allow-Origin["']?\s*[,:]\s*["']\*["']|cors\(\s*\{\s*origin\s*:\s*(?:true|["']\*["'])|allow_origins\s*=\s*\[\s*["']\*["']/i,
    titles: ['CORS open to every origin', 'Wildcard CORS policy', 'Any site may call this API'],
    why: [
      'Any web page can read the responses of its visitors.',
      'The wildcard removes the same-origin barrier.',
    ],
    fix: ['Name the origins that may call.', 'Replace the wildcard by a list.'],
  },
  {
    id: 'secret-in-log',
    category: 'security',
    severity: 'high',
    difficulty: 0.4,
    pattern:
      /(?:console\.\w+|log(?:ger|ging)?\.\w+|print(?:ln)?!?|fmt\.Print\w*|System\.out\.print\w*)\s*\(.*\b\w*(?:password|secret|api_?key|token|credential)\w*\b/i,
    unless: /redact|mask|tokens?\s*(?:used|count)|token_?count|usage/i,
    titles: ['Secret written to the log', 'Credential logged', 'Sensitive data in log output'],
    why: [
      'Logs are kept and shared more widely than secrets should be.',
      'The credential ends up in every log store.',
    ],
    fix: ['Leave the value out, or log a hash of it.', 'Redact it before logging.'],
  },
  {
    id: 'world-writable',
    category: 'security',
    severity: 'medium',
    difficulty: 0.3,
    pattern: /chmod(?:Sync)?\s*\(?.{0,60}(?:0o?)?777\b|umask\(0\)/,
    titles: ['World-writable permissions', 'Mode 777', 'File open to every user'],
    why: ['Every user of the machine can change this file.', 'These permissions protect nothing.'],
    fix: ['Use 0600 or 0644.', 'Grant the least that is needed.'],
  },
  {
    id: 'jwt-unverified',
    category: 'security',
    severity: 'critical',
    difficulty: 0.5,
    pattern:
      /jwt\.decode\((?!.*verify)|verify_signature["']?\s*:\s*False|algorithms?\s*[:=]\s*\[?\s*["']none["']|ParseUnverified\(/i,
    unless: /jwt\.decode\([^)]*,\s*\w+\s*,\s*algorithms/,
    titles: ['Token is decoded without verification', 'JWT signature ignored', 'Forgeable token accepted'],
    why: ['Anyone can write a token that this accepts.', 'Without the signature the claims are just input.'],
    fix: ['Verify the signature with the expected algorithm.', 'Use verify with a pinned algorithm and key.'],
  },
];
