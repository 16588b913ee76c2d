/** What an evaluator answers for a hook: integers, since it is asked for every frame. */
export const [ACCEPTED, DENIED_BY_RULE, DENIED_BY_POLICY] = [0, 1, 2] as const;
