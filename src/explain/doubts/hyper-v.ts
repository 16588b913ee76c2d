/** What is not verified about the Hyper-V switch. */
import type { DoubtTexts } from './doubt-texts.ts';

const TAGGED = 'ゲストがタグを付けたフレームを破棄することは、製品の文書に書かれていません。';

export const HYPER_V_DOUBTS: DoubtTexts = {
  'GEN-3': 'Hyper-Vが、すべて0の送信元を破棄することは、文書に書かれていません。',
  'HV-1/uplink-not-chosen': 'チームのどのNICから出すかは、文書で確かめていません。',
  'HV-2/entry-pinned': '割り当てたアドレスが別のポートに現れたときの扱いは、文書に書かれていません。',
  'HV-2/table-full': '表が満杯のときの扱いは、文書に書かれていません。',
  'HV-3/storm-limit': '1秒をどこで区切って数えるかは、文書に書かれていません。',
  'HV-4/learned': 'MacAddressSpoofingがOnのポートで学習することは、二次情報によります。',
  'HV-4/learning-off': 'MacAddressSpoofingがOffのポートで学習しないことは、二次情報によります。',
  'HV-5': '表にない宛先をどのポートへ出すかは、文書に書かれていません。',
  'HV-6': 'ブロードキャストとマルチキャストをどのポートへ出すかは、二次情報によります。',
  'HV-7': '外部のポートがすべてのVLANを通すことは二次情報によります。0x88A8のタグの扱いは、文書に書かれていません。',
  'HV-8/vlan-mismatch': TAGGED,
  'HV-9/vlan-mismatch': TAGGED,
  'HV-10/pass': 'NativeVlanIdの番号がAllowedVlanIdListになくてもよいかは、文書に書かれていません。',
  'HV-11/pvlan-blocked': 'プライベートVLANでMACアドレステーブルを共有することは、文書に書かれていません。',
  'HV-11/vlan-mismatch': TAGGED,
  'HV-12/pass': 'VIDが0のタグをタグなしと同じに扱うことは、文書に書かれていません。',
  'HV-13': 'DHCPサーバーの応答をどう見分けるかは、文書に書かれていません。',
  'HV-15': '写しを受けるポートに、そのVLANが要ることは、二次情報によります。',
  'HV-21/reserved-dst': '末尾が00〜0fのすべてを、どのポートから来ても破棄することは、文書に書かれていません。',
  'HV-21/split-horizon': '別の物理NICへ出さないことは、二次情報によります。',
  'HV-22': '何バイトを超えると破棄するかは、文書に書かれていません。',
  'HV-24/vlan-mismatch': 'タグ付きのフレームの扱いと、VLANのモードとの関係は、文書に書かれていません。',
  'HV-25': 'どのフレームがNicDisabledになるかは、文書に書かれていません。',
};
