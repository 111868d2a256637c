/**
 * Kinds of issue, recognised by the words that reviewers use: the distinctions that weakness lists such as CWE and
 * linter catalogues make. Two reports of one kind at the same place are most likely the same issue, however they are
 * worded; two of different kinds are two issues. Cues are matched against lower-case text.
 */
export const issueKinds: readonly (readonly [kind: string, cues: readonly RegExp[]])[] = [
  // Untrusted input and injection.
  [
    'sql-injection',
    [
      /sql.?inject|inject.{0,40}(sql|quer|statement)/,
      /(quer|statement|sql).{0,50}(concat|interpolat|sprintf|f-string|template literal|built from|assembled)/,
      /(concat|interpolat|unsaniti|untrusted|user input|unescaped).{0,50}(quer|statement|sql)/,
      /prepared ?statement|placeholder|bound parameter|parameteri[sz]ed/,
    ],
  ],
  ['nosql-injection', [/nosql|\$where|mongo.{0,20}inject|operator injection/]],
  [
    'command-injection',
    [/(command|shell|os).?inject|shell ?= ?true|shell string|by the shell|arbitrary commands?/],
  ],
  ['code-execution', [/\beval\b|arbitrary (code|python|javascript)|remote code|code execution|\brce\b/]],
  ['template-injection', [/template inject|\bssti\b/]],
  ['ldap-injection', [/ldap/]],
  [
    'unsafe-deserialisation',
    [/deseriali[sz]|unpickl|pickle|unsafe (yaml|loader)|safe_?load|yaml\.load|readobject/],
  ],
  [
    'cross-site-scripting',
    [
      /\bxss\b|cross-site script|innerhtml|dangerouslyset|unescaped.{0,40}(html|dom|content|page|output)|(html|output).{0,20}escap/,
    ],
  ],
  [
    'path-traversal',
    [
      /path.?travers|directory travers|dot-?dot|\.\.\/|escape.{0,30}(director|folder)|arbitrary file|outside (the|of the) .{0,20}(folder|director)/,
    ],
  ],
  ['zip-slip', [/zip.?slip|tar.?slip|archive entr/]],
  [
    'server-side-request-forgery',
    [/\bssrf\b|server-side request|internal (services?|hosts?|network)|metadata (endpoint|service)|169\.254/],
  ],
  ['cross-site-request-forgery', [/\bcsrf\b|\bxsrf\b|cross-site request forg/]],
  ['open-redirect', [/open.?redirect|redirect.{0,40}(any|unvalidat|arbitrary|untrusted|external)|phishing/]],
  ['xml-external-entity', [/\bxxe\b|external entit|doctype|\bdtd\b/]],
  ['entity-expansion', [/billion laughs|entity expansion|zip bomb|decompression bomb/]],
  ['formula-injection', [/(csv|formula).?inject|spreadsheet/]],
  ['log-injection', [/log.?(inject|forg)/]],
  ['header-injection', [/header.?inject|response splitting|crlf/]],
  ['prototype-pollution', [/prototype pollution|__proto__/]],
  ['mass-assignment', [/mass.?assign|over-?posting|overwrit.{0,20}(any|arbitrary) (field|attribute)/]],
  ['format-string', [/format.?string/]],
  [
    'regex-backtracking',
    [
      /redos|backtrack|(regex|regular expression|pattern).{0,40}(exponential|hang|catastroph)|exponential.{0,20}(regex|match|pattern)|nested quantifier/,
    ],
  ],
  [
    'upload-type',
    [/(content|file|mime).?type.{0,40}(trust|client|unchecked|not checked|not validated)|file extension/],
  ],
  // Access and secrets.
  [
    'hard-coded-secret',
    [
      /hard-?cod.{0,40}(secret|key|password|credential|token)|(secret|credential|key|password|token).{0,60}(committed|in the repository|in source|embedded|version control|in the code)/,
    ],
  ],
  [
    'secret-in-log',
    [
      /(token|key|password|secret|credential|personal data|\bpii\b).{0,40}(\blogs?\b|logged|printed)|(logs?|prints?|logging).{0,30}(token|key|password|secret|credential|pii|personal)/,
    ],
  ],
  ['secret-in-url', [/(token|key|password|secret).{0,30}(url|query string)/]],
  [
    'signature-not-verified',
    [
      /signature.{0,40}(not|never|without|miss).{0,20}(verif|check)|without verify|forge[sd]?\b|verif.{0,20}signature|unsigned/,
    ],
  ],
  [
    'expiry-not-checked',
    [/expir(ed|y|es|ation).{0,40}(accept|never|not|ignor|no |miss)|never expires?|no expiry|exp claim/],
  ],
  [
    'missing-authentication',
    [/unauthenticated|(no|missing|without|lacks?).{0,20}authenticat|without (a )?(login|logging in|key)/],
  ],
  [
    'missing-authorisation',
    [
      /(permission|access|authori[sz]ation|ownership|role|admin)\w*.{0,20}(check|control).{0,40}(miss|bypass|disappear|vanish|skipp|absent|not)|(missing|no|without|lacks?|bypass\w*) .{0,20}(permission|authori[sz]ation|ownership|access)|\bidor\b|insecure direct object|(other|another|any|foreign) (users?|customers?|tenants?|accounts?)|anybody|anyone|everyone|not (filtered|scoped|restricted) (by|to)|privilege|all rights/,
    ],
  ],
  ['assert-for-checks', [/\bassert(ion)?s?\b.{0,80}(disabled|removed|stripped|vanish|optimi|-o\b|compiled)/]],
  ['session-fixation', [/session.?fixation|session.{0,30}(regenerat|rotat|renew)/]],
  ['brute-force', [/brute.?force|rate.?limit|guess(ed|ing)? .{0,20}password|lockout/]],
  ['cookie-flags', [/cookie.{0,40}(secure|samesite|httponly|flag|attribute)|httponly|samesite/]],
  ['cors', [/\bcors\b|cross-origin|access-control-allow|same-origin|any origin|every origin/]],
  ['clickjacking', [/clickjack|x-frame|frame-ancestors/]],
  ['debug-exposed', [/debug (mode|endpoint)|stack traces?.{0,20}(sent|client|expos|leak)|internal details/]],
  [
    'tls-not-verified',
    [
      /insecureskipverify|certificates?.{0,30}(not|disabled|any|verif|accept)|verif.{0,20}(certificate|disabled)|skip\w* (certificate )?verif|man-in-the-middle|\bmitm\b|verify ?= ?false|(server|peer).{0,12}identity|authentication of the server|self-signed/,
    ],
  ],
  ['old-tls', [/old tls|tls ?1\.[01]|sslv|minversion/]],
  ['plain-http', [/plain ?http|unencrypted|clear ?text|plaintext/]],
  ['weak-hash', [/md5|sha-?1\b|(weak|fast|broken|unsuitable).{0,20}hash|work factor|argon2|bcrypt|scrypt/]],
  ['missing-salt', [/\bsalt(ed)?\b|rainbow table/]],
  [
    'timing-leak',
    [
      /constant.?time|timing|side.?channel|(stops|exits?|returns).{0,12}first (differ|mismatch)|early exit|byte.by.byte|duration|response time/,
    ],
  ],
  [
    'weak-randomness',
    [
      /(predictab|insecure|weak|non-crypto).{0,20}random|random.{0,30}(predict|secure)|securerandom|math\.random|csprng/,
    ],
  ],
  [
    'weak-cipher',
    [/\becb\b|\bdes\b|weak cipher|static iv|nonce reuse|reused nonce|\brc4\b|initiali[sz]ation vector/],
  ],
  ['hash-flooding', [/hash.?flood|siphash|predictable hash|hash.{0,30}(seed|random)/]],
  ['file-permissions', [/world-?(read|writ)|0?(666|777|644)\b|file (mode|permissions?)|umask|chmod/]],
  ['temp-file', [/temp(orary)? file.{0,30}(predict|race|insecure)|mktemp/]],
  ['symlink-following', [/symlink|symbolic link|follow(s|ing)? links/]],
  ['toctou', [/toctou|time.of.check|check.then.(act|use)/]],
  // Error handling.
  [
    'error-ignored',
    [
      /(error|exit code|failure|exception|err)s?\b.{0,40}(ignor|discard|unchecked|not checked|swallow|disappear|dropped|lost|hidden|silent|unnoticed|blank identifier|suppress)/,
      /(ignor|discard|unchecked|swallow|silently|drop|suppress|hid)\w*.{0,30}(error|exception|failure)/,
      /bare except|empty catch|catch-all|return code/,
    ],
  ],
  ['interrupt-swallowed', [/interrupt/]],
  ['unhandled-rejection', [/unhandled (promise|rejection)|reject.{0,40}(not handled|unhandled|hang)/]],
  ['uncaught-exception', [/uncaught|not caught|no (try|catch)|propagates? (up|out)|throws an exception/]],
  ['panic', [/unwrap|\bpanics?\b|\bexpect\(\)|abort(s|ing)? the (program|process)/]],
  [
    'status-not-checked',
    [/(status|response).?code.{0,30}(not|never|ignor|unchecked|check)|non-200|wrong status/],
  ],
  ['exit-code', [/exit (code|status) (is )?(0|zero)/]],
  [
    'partial-update',
    [
      /roll(ed|s)? ?back|half.?(done|written|updated)|partial(ly)? (update|write|fail|appl)|inconsistent state|compensat/,
    ],
  ],
  [
    'no-timeout',
    [
      /(no|without|missing|lacks?|never).{0,20}time(s )?-?out|hangs? (for ever|forever|indefinitely)|deadline/,
    ],
  ],
  [
    'endless-retry',
    [
      /retr(y|ies).{0,40}(never|unlimited|infinite|for ?ever|no max|unbounded)|(infinite|unlimited|endless|unbounded).{0,20}(retr|loop)|number of attempts|loops? for ?ever|never terminates|never stops/,
    ],
  ],
  ['retry-backoff', [/back-?off|jitter|thundering/]],
  [
    'not-idempotent',
    [
      /idempot|(charg|creat|sent|process|deliver|execut|book)\w* twice|double.?(charg|submi|book)|(post|request|payment|order|message)s?.{0,30}(repeated|sent again|resent|taken again)|(may|could|might) have been (carried out|processed|applied)/,
    ],
  ],
  [
    'lost-context',
    [
      /original (error|exception|cause)|stack trace.{0,20}lost|cause is (lost|dropped)|wrap the error|error message.{0,30}(generic|unhelpful|no context)/,
    ],
  ],
  // Resources.
  [
    'handle-leak',
    [
      /(file|handle|stream|descriptor|socket|connection|body|rows|statement|cursor|reader|writer|response)s?\b.{0,50}(not closed|never closed|not released|leak|stays? open|left open|kept open|unclosed)/,
      /leak(ed|s|ing)? (a |the )?(file|descriptor|handle|connection|socket)|close\w*\(?\)? is (skipped|missing|never)|runs? out of (descriptors|connections)|(file |resource )?handles? (are )?(leak|held)|defer\w*.{0,40}loop|until the (end of the )?function (returns|ends)|end of the function/,
      /context manager|try-with-resources|\busing statement|open\(\) without|`?with open/,
    ],
  ],
  [
    'timer-leak',
    [/(timer|interval|timeout handle).{0,40}(never|leak|clear|pile|cleanup)|clear(interval|timeout)/],
  ],
  [
    'listener-leak',
    [
      /(listener|subscription|handler|observer)s?\b.{0,40}(never|not|leak|remov|unsubscrib|detach|clean)|removeeventlistener|unsubscribe/,
    ],
  ],
  [
    'goroutine-leak',
    [
      /(goroutine|thread|task|worker)s?.{0,40}(leak|blocks? for|stuck|never (exit|end|stop|finish))|leaked (goroutine|thread|task)/,
    ],
  ],
  [
    'reference-cycle',
    [/(reference|retain|rc) cycle|strong (back-)?reference|weak reference|use weak|never freed/],
  ],
  [
    'unbounded-growth',
    [
      /grows? (without|for ever|forever|indefinitely|unbounded)|unbounded (channel|queue|cache|map|list|growth)|can grow|back-?pressure|evict/,
    ],
  ],
  [
    'unbounded-input',
    [
      /(no|without|missing|un)\w*.{0,12}(size )?limit.{0,40}(body|upload|input|request|read|payload|file)|(body|upload|input|payload|request).{0,40}(without|no|un)\w* .{0,12}(limit|bound)|unbounded (read|body|input)|exhaust(ion)?.{0,20}memory|memory exhaustion|out.of.memory|maximum size|huge (body|page|upload)/,
    ],
  ],
  [
    'whole-in-memory',
    [
      /(whole|entire|full|complete).{0,40}(memory|\bram\b|heap)|read into memory|load(s|ed)? .{0,30}into memory/,
    ],
  ],
  [
    'no-concurrency-limit',
    [
      /unbounded (concurren|parallel)|limit.{0,20}(concurren|parallel|goroutine)|(thousands|all) .{0,20}at once|semaphore/,
    ],
  ],
  ['double-free', [/double.?free|use.?after.?free|dangling/]],
  [
    'uninitialised',
    [
      /nil map|uninitiali[sz]ed|not initiali[sz]ed|never (initiali[sz]ed|made|assigned)|before (it is |being )?(initiali[sz]ed|assigned|declared)|initiali[sz]e \w+ (first|before|with make)/,
    ],
  ],
  // Concurrency.
  [
    'data-race',
    [
      /data.?race|race.?condition|\brac(e|es|ing|y)\b|lost updates?|not atomic|non-atomic|unsynchroni[sz]ed|not thread-?safe|thread-?safe|double.?spend|no synchroni|interleav/,
      /without (a |the |any |holding )?.{0,12}(lock|rlock|synchroni|mutex|locking)|missing (lock|synchroni)|concurrent(ly)? \w+|(several|multiple|two|different|many) (threads|goroutines|workers)|(shared|used) (between|across|by) .{0,12}threads|at the same time|under (load|concurren)/,
    ],
  ],
  ['lock-not-released', [/lock.{0,30}(not|never) (released|unlocked)|unlock|release\(\)|try\/finally/]],
  ['lock-across-await', [/(guard|lock|mutex).{0,50}await|await.{0,40}(lock|guard|mutex)/]],
  ['deadlock', [/dead-?lock|lock order|opposite order/]],
  [
    'lazy-initialisation',
    [
      /double-checked|volatile|lazy initiali[sz]|(partly|partially|incompletely|half).{0,6}(built|constructed|initiali[sz]ed)|unsafe(ly)? publi/,
    ],
  ],
  ['wait-group', [/wg\.add|waitgroup|countdownlatch/]],
  [
    'blocking-in-async',
    [
      /block(ing|s).{0,50}(async|executor|runtime|event loop|main thread|ui thread)|synchronous (write|read|call|i\/o)|spawn_blocking|\bsync\b.{0,20}(event loop|async)/,
    ],
  ],
  [
    'missing-await',
    [
      /(missing|without|not|never|forg\w+).{0,12}await|floating promise|promise.{0,40}(dropped|ignored|not awaited|discard)|coroutine.{0,20}(never|not)/,
    ],
  ],
  [
    'context-dropped',
    [
      /context\.background|(context|ctx|abort ?signal|cancellation token).{0,40}(dropped|not propagated|ignored|not passed|instead)|cancellation.{0,30}(not|lost|never|ignor)/,
    ],
  ],
  [
    'iterate-and-modify',
    [/concurrentmodification|(remov|delet|modif|mutat)\w*.{0,40}(while|during).{0,20}(iterat|loop|travers)/],
  ],
  [
    'busy-wait',
    [
      /busy.?(wait|loop)|tight loop|spin(s|ning)|(polls?|polling).{0,20}(every|each|too often|frequen)|too (often|frequent)/,
    ],
  ],
  ['transaction-scope', [/transaction/]],
  // Values and types.
  [
    'null-dereference',
    [
      /null ?pointer|null.?(deref|check|safety)|(null|none|undefined|nil)\b.{0,50}(throws|deref|crash|not checked|returned|check|access)|(is|be|for|are|returns?|against|possibly|when) (null|none|undefined|nil)\b|dereferenc|npe\b|attributeerror|of undefined/,
    ],
  ],
  ['missing-key', [/key ?error|missing key|key (is|may be|might be) (missing|absent)|unknown key/]],
  [
    'out-of-bounds',
    [
      /out.?of.?(bounds|range)|index(ing|es)?.{0,40}(panic|crash|error|exceed|not checked|directly)|unchecked (index|access|length)|get_unchecked|beyond the (buffer|end)|buffer over(read|run|flow)|length.{0,30}(trusted|not validated|not checked)|indexerror|indexoutofbounds/,
      /(fewer|less|not enough|too few) (columns|elements|items|arguments|entries|parts|than)|(array|list|vector|slice|line|row).{0,20}(too )?short|without (arguments|parameters)|no (argument|element)s? (is|are)/,
    ],
  ],
  [
    'off-by-one',
    [
      /off.?by.?one|fence.?post|one (too many|too few|more|less)|one extra|extra (empty|iteration)|inclusive|exclusive/,
    ],
  ],
  [
    'lost-remainder',
    [
      /(last|remaining|incomplete|final|remainder|trailing).{0,40}(dropped|missing|lost|skipped|ignor|omitted|cut)/,
    ],
  ],
  ['boundary-condition', [/boundary|< (where|instead of) <=|strictly|exactly (equal|at|now)|edge case/]],
  [
    'division-by-zero',
    [
      /divi(sion|des|sor|ded|ding).{0,20}(by )?(zero|0\b)|zerodivision|empty (input|list|sequence|array|slice|collection)/,
    ],
  ],
  ['overflow', [/overflow|wraps? (around|the)|wrap-?around/]],
  [
    'lossy-cast',
    [
      /truncat\w*.{0,30}(cast|amount|integer|upper|conver)|(lossy|truncating|narrowing|implicit) (conversion|cast)|try_from|loses? precision/,
    ],
  ],
  ['underflow', [/underflow|checked_sub|below zero|becomes? negative/]],
  ['truncated-division', [/integer division|drops the fraction/]],
  [
    'float-money',
    [/float(ing|s)?.{0,30}(point|money|price|addition|inexact|currenc)|binary fractions|rounding/],
  ],
  ['float-equality', [/float.{0,40}(equal|compar)|epsilon/]],
  ['nan', [/\bnan\b/]],
  ['negative-amount', [/negative (amount|value|number|quantit|price)/]],
  [
    'mixed-units',
    [
      /unit(s)? (mismatch|conversion|confus)|(milli)?seconds.{0,30}(milli)?seconds|in (seconds|ms|bytes|cents) .{0,40}(in|with|but) /,
    ],
  ],
  ['currency', [/\bcurrenc/]],
  ['time-zone', [/time.?zone|tzinfo|naive|local time|\butc\b/]],
  ['daylight-saving', [/daylight|summer time|\bdst\b|24 hours/]],
  ['leap-year', [/leap (year|day|second)|29 february|february 29/]],
  ['week-year', [/week.?year|\byyyy\b/]],
  ['lenient-parsing', [/lenient|accepts? (invalid|impossible|nonsens)\w*|(31|30) february/]],
  ['character-set', [/charset|encoding|utf-?8|utf-?16|multi-?byte|unicode|surrogate|code ?points?/]],
  ['byte-order', [/endian|byte order/]],
  ['locale', [/locale|decimal comma/]],
  ['case-sensitivity', [/case-?(in)?sensitiv|upper.?case|lower.?case|to_?lower/]],
  [
    'reference-comparison',
    [
      /compar\w*.{0,30}(reference|identity|with ==|by reference)|reference (comparison|equality)|== (operator|compares)|instead of equals|use equals|\.equals|(does|do) not compare the (content|value)|interned/,
    ],
  ],
  ['loose-equality', [/loose equality|===|type coercion|truthy|falsy/]],
  ['equals-hashcode', [/hash ?code|__hash__/]],
  [
    'comparator',
    [
      /comparator|sort(ed|s|ing|\(\))?.{0,40}(string|alphabet|lexicograph|wrong|ascending|descending|order)|wrong order|reverse(d)? order|order of the results/,
    ],
  ],
  [
    'unstable-order',
    [
      /iteration order|(order|output).{0,40}(not guaranteed|nondetermin|random|undefined|varies)|non-?determinis/,
    ],
  ],
  [
    'inverted-condition',
    [/invert|wrong way (a)?round|negat(ed|ion)|swapped|opposite|reversed? (condition|logic|check)/],
  ],
  ['operator-precedence', [/precedence|parenthes/]],
  [
    'wrong-operator',
    [/(&&|\|\||\band\b|\bor\b) (instead of|where|should be)|wrong operator|assignment (instead|in) /],
  ],
  [
    'wrong-variable',
    [
      /wrong (variable|argument|field|parameter|column|index|key)|copy-?paste|arguments? .{0,20}(swapped|order)/,
    ],
  ],
  ['fall-through', [/fall.?through|missing break/]],
  ['unreachable-code', [/unreachable|dead code|never (used|reached|called|read)|unused/]],
  [
    'mutable-default',
    [/mutable default|default (list|argument|value).{0,40}(shared|mutable|evaluated|once)/],
  ],
  [
    'mutated-state',
    [
      /mutat|in.?place|modif\w+ (the )?(input|argument|parameter|original|previous state)|side effect|caller's/,
    ],
  ],
  [
    'shared-memory',
    [
      /alias|backing array|shares? (memory|the same)|shallow copy|same (array|object|list) (object|instance)?/,
    ],
  ],
  ['late-closure', [/captur|late binding|closure|loop variable|(last|final) value of/]],
  [
    'stale-value',
    [/stale|out.?dated (value|state)|out of date|cache.{0,30}(invalidat|refresh|outdated)|invalidat/],
  ],
  ['duplicate-entries', [/duplicat\w* (item|entr|row|record|key|id)|twice|more than once/]],
  ['never-reset', [/never (reset|cleared|updated)|not (reset|updated)|accumulat/]],
  ['orphaned-rows', [/orphan|cascade|foreign key|dangling (row|record|reference)/]],
  [
    'use-before-check',
    [
      /before (it |they |the \w+ )?(is|are|has been|have been|being)?.{0,10}(verified|checked|validated)|after (its|their|the) use|checked too late/,
    ],
  ],
  ['durability', [/fsync|flush|\bsync(ed)?\b/]],
  ['overwrites', [/overwrit/]],
  [
    'missing-validation',
    [
      /(not|never|un)\w* ?(validated|checked|sanitised|sanitized)|(no|missing|lacks?) (input )?(validation|check)|unchecked/,
    ],
  ],
  ['anchor', [/anchor/]],
  ['word-boundary', [/word boundar/]],
  [
    'wrong-type',
    [
      /wrong type|type (error|mismatch|confusion|assertion|conversion)|(read|parsed|treated|stored) as (a )?(string|text|number)/,
    ],
  ],
  ['recursion-depth', [/stack overflow|recurs/]],
  [
    'stops-on-error',
    [
      /(first|one|single|any) (fail|error|exception|bad|broken)\w*.{0,30}(stop|end|abort|skip|cancel)|stops? (processing|without notice|silently)|(remaining|other|rest of the) (entries|items|files|rows).{0,20}(skip|not)/,
    ],
  ],
  [
    'wrong-count',
    [
      /(counter|count|total|summary|number of)\b.{0,40}(wrong|incorrect|too (high|low)|off|fail|includes?|although)|(increment|increased|counted)\w*.{0,30}(fail|too|twice|although|even|regardless)/,
    ],
  ],
  ['shutdown', [/shut(ting)?.?down|drain|graceful|on exit|sigterm/]],
  ['class-cast', [/class.?cast|instanceof|downcast|cast.{0,30}(fail|throws|wrong|before)/]],
  ['wrong-formula', [/formula|median|calculation|computed? (wrong|incorrect)|miscalculat/]],
  [
    'left-over-debug',
    [
      /console\.log|debug (print|output|statement)|print statement|\bdbg!|left in|left-?over|\btodo\b|commented.?out/,
    ],
  ],
  ['wrong-status', [/(returns?|answers?|responds?|status).{0,20}\b(200|400|404|500)\b|http status/]],
  [
    'missing-case',
    [
      /(missing|unhandled|not handled|forgotten).{0,12}(case|branch|default|state|variant)|default (branch|case)|exhaustive/,
    ],
  ],
  [
    'missing-return',
    [/missing (a )?return|no return|returns? nothing|implicit(ly)? returns?|continues? after/],
  ],
  ['swapped-arguments', [/(arguments?|parameters?|operands?).{0,30}(swap|order|wrong|revers)/]],
  ['replace-first-only', [/(only|just) the first (occurrence|match)|replaceall|all occurrences/]],
  ['radix', [/radix|octal|parseint|base (8|10|16)/]],
  ['async-in-foreach', [/foreach.{0,30}(async|await)|(async|await).{0,30}foreach/]],
  ['shadowed-error', [/shadow(s|ed|ing)?.{0,20}(err|error|variable)|:=.{0,30}(shadow|inner|scope)/]],
  ['copied-lock', [/(cop(y|ied|ies)).{0,20}(lock|mutex)|(lock|mutex).{0,20}(by value|cop)/]],
  ['pointer-to-loop-variable', [/address of the loop|pointer to (the )?(loop|same)/]],
  ['global-state', [/global (state|variable|mutable)|module-level (state|variable)|static mutable/]],
  ['hard-coded-setting', [/hard-?cod.{0,30}(path|url|host|port|timeout|limit|value|address)|configurable/]],
  [
    'abandoned-request',
    [/(out-of-order|late|older|earlier|previous) (response|request|answer|result)|last.write|overtak/],
  ],
  ['missing-cleanup', [/clean.?up|tear.?down|unmount|dispos/]],
  ['client-side-storage', [/local ?storage|session ?storage|httponly/]],
  ['incomplete-cache-key', [/cache key|(same|one|wrong) (cache )?entr(y|ies)|keyed by/]],
  [
    'consumed-iterator',
    [
      /(iterator|generator|stream|body|reader).{0,40}(consumed|exhausted|twice|already (read|used)|only once)|exhausted (iterator|generator)|second pass/,
    ],
  ],
  ['zero-based', [/zero-?based|one-?based|counts? .{0,20}from (0|zero)|0 to 11|start at 0/]],
  ['wrong-host-trust', [/host header|allowed_hosts/]],
  ['typed-nil', [/typed nil|nil (pointer|interface|concrete)|non-nil interface/]],
  [
    'annotation-ignored',
    [
      /(annotation|decorator|attribute).{0,40}(no effect|ignored|not apply|does not apply|bypass)|self-invocation|proxy/,
    ],
  ],
  ['no-effect', [/(has|have|without|no) (no )?effect|does nothing|is a no-?op/]],
  [
    'sentinel-not-checked',
    [/indexof|(-1|sentinel|not found).{0,40}(not checked|without|passed|used)|returns -1/],
  ],
  ['imprecise-constructor', [/bigdecimal|representation error/]],
  [
    'subtraction-comparator',
    [
      /(subtract|difference).{0,40}(compar|sort|order)|(comparator|compareto).{0,40}(subtract|overflow|difference)/,
    ],
  ],
  [
    'lock-order',
    [
      /(lock|mutex)\w*.{0,40}(order|other way round)|order.{0,20}(lock|mutex)|both.{0,30}wait|wait (for|on) each other/,
    ],
  ],
  ['environment-change', [/set_var|setenv|(environment|env).{0,30}(modif|chang|mutat)/]],
  [
    'too-long-wait',
    [/hangs?|blocks? .{0,20}(for ever|forever|indefinitely)|never (returns|answers|completes)/],
  ],
  ['large-integer', [/2\^53|64-bit|safe integer|large (id|integer|number)s?|big ?int/]],
  ['stream-error', [/pipe(line)?\(|stream.{0,20}error|error.{0,20}stream/]],
  ['flush-ignored', [/flush/]],
  ['insecure-default', [/default typing|insecure default|unsafe default/]],
  [
    'output-escaping',
    [/(not|without|never|un)\w* ?escap|html-?escap|text\/template|html\/template|auto-?escap/],
  ],
  ['shared-connection', [/connection.{0,20}(per|shared|reuse|pool)/]],
  [
    'early-acknowledge',
    [/(ack|acknowledg|commit)\w*.{0,30}(before|too early)|at-most-once|loses? the message/],
  ],
  ['missing-debounce', [/debounc|throttl|key ?stroke/]],
  ['signal-handler', [/signal.?handler|async-signal/]],
  [
    'short-read',
    [
      /(short|partial|incomplete) (read|write|message)|fewer bytes|how many bytes|return value of (read|write|recv)|read_exact|until all/,
    ],
  ],
  [
    'side-effect-before-commit',
    [
      /(before|inside|within|during).{0,20}(the )?(commit|database transaction)|after_?commit|rolled back.{0,40}(sent|told|mail|notif)/,
    ],
  ],
  ['web-view-bridge', [/webview|javascript ?interface|(javascript|native|js) bridge/]],
  [
    'unscoped-coroutine',
    [/globalscope|unstructured concurrency|lifecycle ?scope|outlives|structured concurrency/],
  ],
  ['lateinit', [/lateinit|uninitializedproperty/]],
  ['executable-upload', [/(upload\w*).{0,40}(execut|run|script|shell)|web ?shell|unrestricted upload/]],
  ['type-juggling', [/type juggling|magic hash|hash_equals|loose(ly)? (compar|equal)/]],
  ['file-inclusion', [/file inclusion|\binclude\b.{0,40}(param|request|visitor|input)/]],
  [
    'dynamic-dispatch',
    [
      /dynamic dispatch|\bsend\b.{0,20}(param|input)|(choose|chooses|call|calls|invoke)\w* (the|any) method|reflection/,
    ],
  ],
  [
    'too-broad-catch',
    [
      /rescue exception|catch(es|ing)? (exception|throwable|everything)|too broad|standarderror|broad(er)? (catch|except|rescue)/,
    ],
  ],
  [
    'multiple-enumeration',
    [
      /(enumerat|execut|evaluat)\w* (several|three|two|many|multiple) times|multiple enumeration|deferred (query|execution)|materiali[sz]e/,
    ],
  ],
  ['async-void', [/async void|fire-and-forget/]],
  ['sync-over-async', [/\.result\b|sync-over-async|\.wait\(\)|synchronous wait/]],
  ['public-lock-object', [/lock\(this\)|lock(s|ing)? on (this|the (same )?instance|a type)|lock object/]],
  ['position-zero', [/position (0|zero)|returns 0|strpos|beginning, which/]],
  ['session-lock', [/session (lock|file)|session_(start|write)/]],
  ['class-variable-state', [/class variable|class-level|static (field|variable).{0,30}(request|user)|@@/]],
  [
    'clear-text-storage',
    [
      /sharedpreferences|(stored|written|kept|saved|storage).{0,30}(clear|plain|unencrypt)|encrypted at rest|insecure storage|keystore|keychain/,
    ],
  ],
  ['user-enumeration', [/(whether|if) the account exists|enumerat\w* (users|accounts)|unknown user/]],
  ['replay', [/replay/]],
  ['symbol-table', [/symbols?\b.{0,40}(client|input|memory|grow)/]],
  ['kernel-open', [/kernel#?\.?open|pipe character|starts? a subprocess/]],
  // Performance.
  [
    'n-plus-one',
    [
      /n ?\+ ?1|one query (per|for each)|quer(y|ies) (per|for (each|every))|lazy load|eager|separate (quer|select)/,
    ],
  ],
  ['missing-index', [/(no|missing|without an?) (database )?index|full (table )?scan|sequential scan/]],
  [
    'quadratic',
    [
      /quadratic|o\(n ?(\^2|²|\*\*2)\)|nested loop|concatenat\w* (in|inside) (a |the )?loop|stringbuilder|strings\.builder|linear (search|scan)/,
    ],
  ],
  ['select-star', [/select \*|every column|all columns|unused columns/]],
  ['no-result-limit', [/paginat|no limit|without (a )?limit|all (rows|records)/]],
  ['sequential-waits', [/sequential(ly)?|one (after|at a time)|in parallel|promise\.all|concurrently/]],
  [
    'repeated-work',
    [
      /(compil|pars|read|comput|load|calculat|creat)\w*.{0,30}(again|every|each|twice|repeatedly|in (a|the) (hot )?loop|inside the loop|per (request|call))|repeated(ly)? |hoist|memoi[sz]|recomput/,
    ],
  ],
  ['needless-copy', [/\bclon(e|ed|es|ing)\b|deep copy|unnecessary cop|needless|defensive cop/]],
  ['allocation', [/allocat|reuse a buffer|with_capacity|garbage/]],
  ['not-buffered', [/buffer(ed|ing)|system calls?|syscalls?/]],
  ['re-render', [/re-?render|reflow|layout thrash/]],
  // Maintainability.
  ['naming', [/shadow|rename|naming|misleading name/]],
  ['magic-value', [/magic (number|string|value)|repeated (literal|string)|named constant|\benum\b/]],
  ['too-complex', [/(too|overly) (long|complex|large)|complexity|god (class|object)|does too much/]],
  ['duplicated-code', [/duplicated? (code|logic)|copy-?pasted|repeated code/]],
  ['missing-test', [/no tests?|untested|missing tests?|test coverage|hard to test|testab/]],
  ['documentation', [/undocumented|missing (doc|comment)|outdated comment|misleading comment/]],
  ['deprecated', [/deprecat|obsolete/]],
];

/** Kinds that accompany many issues, so they are weaker evidence. */
export const vagueKinds: ReadonlySet<string> = new Set([
  'missing-validation',
  'panic',
  'uncaught-exception',
  'repeated-work',
  'allocation',
  'wrong-type',
  'duplicate-entries',
  'never-reset',
  'overwrites',
  'boundary-condition',
  'mutated-state',
  'shared-memory',
  'missing-cleanup',
  'wrong-count',
  'character-set',
]);
