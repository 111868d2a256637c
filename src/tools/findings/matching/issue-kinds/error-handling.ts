import type { IssueCues } from './issue-cues.ts';

/** Failures that are hidden, repeated or left half done. */
export const errorKinds: IssueCues = {
  'error-ignored': [
    /(error|exit code|failure|exception|err)s?\b.{0,40}(ignor|discard|unchecked|not checked|swallow|disappear|dropped|lost|hidden|silent|unnoticed|blank identifier|suppress)/,
    /(ignor|discard|unchecked|swallow|silently|drop|suppress|hid)\w*.{0,30}(error|exception|failure)/,
    /bare except|empty catch|catch-all|return code/,
  ],
  'shadowed-error': [/shadow(s|ed|ing)?.{0,20}(err|error|variable)|:=.{0,30}(shadow|inner|scope)/],
  'too-broad-catch': [
    /rescue exception|catch(es|ing)? (exception|throwable|everything)|too broad|standarderror|broad(er)? (catch|except|rescue)/,
  ],
  'interrupt-swallowed': [/interrupt/],
  'unhandled-rejection': [/unhandled (promise|rejection)|reject.{0,40}(not handled|unhandled|hang)/],
  'uncaught-exception': [/uncaught|not caught|no (try|catch)|propagates? (up|out)|throws an exception/],
  panic: [/unwrap|\bpanics?\b|\bexpect\(\)|abort(s|ing)? the (program|process)/],
  'stream-error': [/pipe(line)?\(|stream.{0,20}error|error.{0,20}stream/],
  'stops-on-error': [
    /(first|one|single|any) (fail|error|exception|bad|broken)\w*.{0,30}(stop|end|abort|skip|cancel)|stops? (processing|without notice|silently)|(remaining|other|rest of the) (entries|items|files|rows).{0,20}(skip|not)/,
  ],
  'status-not-checked': [
    /(status|response).?code.{0,30}(not|never|ignor|unchecked|check)|non-200|wrong status/,
  ],
  'wrong-status': [/(returns?|answers?|responds?|status).{0,20}\b(200|400|404|500)\b|http status/],
  'exit-code': [/exit (code|status) (is )?(0|zero)/],
  'sentinel-not-checked': [
    /indexof|(-1|sentinel|not found).{0,40}(not checked|without|passed|used)|returns -1/,
  ],
  'short-read': [
    /(short|partial|incomplete) (read|write|message)|fewer bytes|how many bytes|return value of (read|write|recv)|read_exact|until all/,
  ],
  'partial-update': [
    /roll(ed|s)? ?back|half.?(done|written|updated)|partial(ly)? (update|write|fail|appl)|inconsistent state|compensat/,
  ],
  'transaction-scope': [/transaction/],
  'side-effect-before-commit': [
    /(before|inside|within|during).{0,20}(the )?(commit|database transaction)|after_?commit|rolled back.{0,40}(sent|told|mail|notif)/,
  ],
  'early-acknowledge': [
    /(ack|acknowledg|commit)\w*.{0,30}(before|too early)|at-most-once|loses? the message/,
  ],
  durability: [/fsync|flush|\bsync(ed)?\b/],
  'flush-ignored': [/flush/],
  'no-timeout': [
    /(no|without|missing|lacks?|never).{0,20}time(s )?-?out|hangs? (for ever|forever|indefinitely)|deadline/,
  ],
  'too-long-wait': [
    /hangs?|blocks? .{0,20}(for ever|forever|indefinitely)|never (returns|answers|completes)/,
  ],
  'endless-retry': [
    /retr(y|ies).{0,40}(never|unlimited|infinite|for ?ever|no max|unbounded)|(infinite|unlimited|endless|unbounded).{0,20}(retr|loop)|number of attempts|loops? for ?ever|never terminates|never stops/,
  ],
  'retry-backoff': [/back-?off|jitter|thundering/],
  'not-idempotent': [
    /idempot|(charg|creat|sent|process|deliver|execut|book)\w* twice|double.?(charg|submi|book)|(post|request|payment|order|message)s?.{0,30}(repeated|sent again|resent|taken again)|(may|could|might) have been (carried out|processed|applied)/,
  ],
  'lost-context': [
    /original (error|exception|cause)|stack trace.{0,20}lost|cause is (lost|dropped)|wrap the error|error message.{0,30}(generic|unhelpful|no context)/,
  ],
};
