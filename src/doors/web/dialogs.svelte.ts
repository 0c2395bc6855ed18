/** What lies over the view: one dialog at a time. */
export type Open =
  | { readonly kind: 'share-folder' }
  | { readonly kind: 'shared'; readonly id: string }
  | { readonly kind: 'open-link'; readonly link: string }
  | { readonly kind: 'password'; readonly place: string }
  | { readonly kind: 'copy'; readonly place: string; readonly mode: 'once' | 'follow' }
  | { readonly kind: 'help' }
  | Question
  | Choice

/** Asks for a line of text. */
export interface Question {
  readonly kind: 'question'
  readonly title: string
  readonly label: string
  readonly value: string
  readonly submit: string
  readonly answer: (text: string) => Promise<unknown>
}

/** Asks whether something is really meant. */
export interface Choice {
  readonly kind: 'choice'
  readonly title: string
  readonly body: string
  readonly submit: string
  readonly answer: () => Promise<unknown>
}

class Dialogs {
  open = $state.raw<Open>()

  show(open: Open): void {
    this.open = open
  }

  close(): void {
    this.open = undefined
  }
}

export const dialogs = new Dialogs()
