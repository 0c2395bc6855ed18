export type Theme = 'system' | 'light' | 'dark'

/** Light or dark, as the system says or as this browser's user does. */
class Appearance {
  theme = $state<Theme>(kept())

  set(theme: Theme): void {
    this.theme = theme
    localStorage.setItem(storageKey, theme)
    this.apply()
  }

  apply(): void {
    document.documentElement.dataset['theme'] = this.theme
  }
}

function kept(): Theme {
  const found = localStorage.getItem(storageKey)
  return found === 'light' || found === 'dark' ? found : 'system'
}

const storageKey = 'fullmesh.theme'

export const appearance = new Appearance()
