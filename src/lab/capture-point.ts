/**
 * Where a frame can be seen on its way, from the guest's stack to the physical switch. The order is that of the way out;
 * the idea is that of `pktcap-uw`, which names such places on ESXi.
 */
export const CAPTURE_POINTS = ['P0', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'PD'] as const;
export type CapturePoint = (typeof CAPTURE_POINTS)[number];

/** As pages and the terminal name them. */
export const CAPTURE_POINT_NAMES: Readonly<Record<CapturePoint, string>> = {
  P0: 'ゲストの中',
  P1: '仮想NIC',
  P2: 'ポートに入る',
  P3: 'ポートから出る',
  P4: 'アップリンク',
  P5: '線の上',
  P6: '物理スイッチ',
  PD: '破棄',
};
