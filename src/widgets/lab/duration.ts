/** How long a run has taken, in the unit that a reader can grasp. */
export function duration(microseconds: number): string {
  const [value, unit] = microseconds < 1e5 ? [microseconds, 'µs'] : [microseconds / 1e6, '秒'];
  return `${value.toLocaleString('ja-JP', { maximumFractionDigits: unit === 'µs' ? 0 : 1 })} ${unit}`;
}
