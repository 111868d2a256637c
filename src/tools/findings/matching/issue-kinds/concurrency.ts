import type { IssueCues } from './issue-cues.ts';

/** What threads, tasks and processes do to each other. */
export const concurrencyKinds: IssueCues = {
  'data-race': [
    /data.?race|race.?condition|\brac(e|es|ing|y)\b|lost updates?|not atomic|non-atomic|unsynchroni[sz]ed|not thread-?safe|thread-?safe|double.?spend|no synchroni|interleav/,
    /without (a |the |any |holding )?.{0,12}(lock|rlock|synchroni|mutex|locking)|missing (lock|synchroni)|concurrent(ly)? \w+|(several|multiple|two|different|many) (threads|goroutines|workers)|(shared|used) (between|across|by) .{0,12}threads|at the same time|under (load|concurren)/,
  ],
  'lock-not-released': [/lock.{0,30}(not|never) (released|unlocked)|unlock|release\(\)|try\/finally/],
  'lock-across-await': [/(guard|lock|mutex).{0,50}await|await.{0,40}(lock|guard|mutex)/],
  'copied-lock': [/(cop(y|ied|ies)).{0,20}(lock|mutex)|(lock|mutex).{0,20}(by value|cop)/],
  'public-lock-object': [/lock\(this\)|lock(s|ing)? on (this|the (same )?instance|a type)|lock object/],
  'session-lock': [/session (lock|file)|session_(start|write)/],
  deadlock: [/dead-?lock|lock order|opposite order/],
  'lock-order': [
    /(lock|mutex)\w*.{0,40}(order|other way round)|order.{0,20}(lock|mutex)|both.{0,30}wait|wait (for|on) each other/,
  ],
  'lazy-initialisation': [
    /double-checked|volatile|lazy initiali[sz]|(partly|partially|incompletely|half).{0,6}(built|constructed|initiali[sz]ed)|unsafe(ly)? publi/,
  ],
  'wait-group': [/wg\.add|waitgroup|countdownlatch/],
  'blocking-in-async': [
    /block(ing|s).{0,50}(async|executor|runtime|event loop|main thread|ui thread)|synchronous (write|read|call|i\/o)|spawn_blocking|\bsync\b.{0,20}(event loop|async)/,
  ],
  'sync-over-async': [/\.result\b|sync-over-async|\.wait\(\)|synchronous wait/],
  'missing-await': [
    /(missing|without|not|never|forg\w+).{0,12}await|floating promise|promise.{0,40}(dropped|ignored|not awaited|discard)|coroutine.{0,20}(never|not)/,
  ],
  'async-void': [/async void|fire-and-forget/],
  'async-in-foreach': [/foreach.{0,30}(async|await)|(async|await).{0,30}foreach/],
  'unscoped-coroutine': [
    /globalscope|unstructured concurrency|lifecycle ?scope|outlives|structured concurrency/,
  ],
  'context-dropped': [
    /context\.background|(context|ctx|abort ?signal|cancellation token).{0,40}(dropped|not propagated|ignored|not passed|instead)|cancellation.{0,30}(not|lost|never|ignor)/,
  ],
  'abandoned-request': [
    /(out-of-order|late|older|earlier|previous) (response|request|answer|result)|last.write|overtak/,
  ],
  'missing-debounce': [/debounc|throttl|key ?stroke/],
  'iterate-and-modify': [
    /concurrentmodification|(remov|delet|modif|mutat)\w*.{0,40}(while|during).{0,20}(iterat|loop|travers)/,
  ],
  'busy-wait': [
    /busy.?(wait|loop)|tight loop|spin(s|ning)|(polls?|polling).{0,20}(every|each|too often|frequen)|too (often|frequent)/,
  ],
  'shared-connection': [/connection.{0,20}(per|shared|reuse|pool)/],
  'environment-change': [/set_var|setenv|(environment|env).{0,30}(modif|chang|mutat)/],
  'signal-handler': [/signal.?handler|async-signal/],
};
