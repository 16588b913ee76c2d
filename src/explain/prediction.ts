/** `p2だけ`, `p2とu1`, `どこにも出ない`. */
export function predictionLabel(ports: readonly string[]): string {
  if (ports.length === 0) return 'どこにも出ない';
  return ports.length === 1 ? `${ports[0]}だけ` : ports.join('と');
}
