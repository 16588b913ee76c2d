/** What is not verified about the switch inside an SR-IOV NIC, of any family. */
import type { DoubtTexts } from './doubt-texts.ts';

export const SR_IOV_DOUBTS: DoubtTexts = {
  'GEN-2': 'SR-IOVのNICが、VIDが0や4095のタグをどう扱うかは、確かめていません。',
  'GEN-3/invalid-src': 'SR-IOVのNICが、spoofchkがoffでも送信元がすべて0のフレームを破棄することは、確かめていません。',
  'GEN-4/pause': 'SR-IOVのNICが、VFや線から来たpauseフレームをすべて破棄することは、確かめていません。',
  'GEN-5/mtu-exceeded': 'SR-IOVのNICが、受け取る側のMTUを超えたフレームを破棄することは、確かめていません。',
  'SR-2': 'mlx5のspoofchkの既定がoffであることは、ip linkの表示例だけによります。',
  'SR-3/flooded': 'VFへの写しの作り方を確かめたのは、ixgbeと他社の資料だけです。',
  'SR-3/mcast-not-member': 'マルチキャストの配り方を確かめたのは、ixgbeと他社の資料だけです。',
  'SR-6/vlan-mismatch': 'ixgbeとi40eがタグ付きのフレームを破棄することは、二次情報によります。',
  'SR-16': 'PFのブリッジの先へ届くかどうかは、二次情報によります。',
  'SR-17/reserved-dst': 'spoofchkでLLDPが止まることをドライバーで確かめたのは、X550以降のixgbeだけです。',
};
