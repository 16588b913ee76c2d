/** Which way a packet goes, as bits, seen from whom the list belongs to. */
export const [IN, OUT] = [1, 2] as const;
