/** Text, sentences with gaps, and groups of both. */
export interface Words {
  readonly [name: string]: string | ((...gaps: never[]) => string) | Words
}
