/**
 * How long a frame takes, in nanoseconds. Teaching values: their order is right, the figures are not measured. They only
 * decide in which order things happen in a lab.
 */
export const VIRTUAL_LINK_NS = 2_000;
export const PHYSICAL_LINK_NS = 5_000;
export const SWITCH_NS = 3_000;
export const HOST_NS = 10_000;
