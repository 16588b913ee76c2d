/** The text of a picture: what can be learnt from it, for those who do not see it. */
export function describePicture(title: string, outcome: string): string {
  return outcome === '' ? `${title}の図。まだ何も送っていません。` : `${title}の図。${outcome}`;
}
