import type { Call } from '../core/call.ts';
import type { Model } from '../core/model.ts';
import type { Plan } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { RoutingDecision } from '../core/routing/decision/routing-decision.ts';
import type { VirtualModel } from '../core/routing/preferences/virtual-model.ts';

/** Where a call may go: the plan, and the features that it was made from. */
export type Route = {
  /** As it is sent, for example with an output limit that Conclave added; the call's record has the caller's own. */
  readonly call: Call;
  readonly features: RequestFeatures;
  readonly plan: Plan;
  readonly choice: ModelChoice;
  /** Conclave set the request's output limit, for a budget or a price ceiling; the caller set none. */
  readonly limitAdded?: true;
};

/** A route, why it was chosen, and what the caller should know about it. */
export type ChosenRoute = {
  readonly route: Route;
  readonly decision: RoutingDecision;
  readonly warnings: readonly string[];
};

/** How the model of a call is chosen. */
export type ModelChoice = OpenChoice | NamedChoice;

/** A policy of Conclave chooses. */
export type OpenChoice = VirtualModel & Listing & { readonly kind: 'open' };

/** One model is preferred; all others are fallbacks for it. */
export type NamedChoice = Listing & {
  readonly kind: 'named';
  readonly model: Model;
  /**
   * `name`: exactly this model. `alias`: this model or a similar one. `pin`: set by key or config for all open choices.
   * `parent`: chosen by the parent call.
   */
  readonly by: 'name' | 'alias' | 'pin' | 'parent';
  /** Why Conclave named the model, as in "it is the thread's last model". Absent: the caller named it. */
  readonly reason?: string;
};

type Listing = {
  /** The caller brings its own list of models: to choose from, or as fallbacks after the model it asked for. */
  readonly isListed: boolean;
  /** What the caller should know about how its model name was resolved. */
  readonly warnings: readonly string[];
};
