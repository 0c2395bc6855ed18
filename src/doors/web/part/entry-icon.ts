import type { EntryView } from '../../contract/entry.ts'
import type { IconName } from './Icon.svelte'

/** A picture for what stands in a directory, by its name alone. */
export function kindOf({ kind, name }: EntryView): IconName {
  if (kind !== 'file') return 'folder'
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return iconByExtension.get(extension) ?? 'file'
}

const iconByExtension = new Map<string, IconName>(
  Object.entries({
    image: 'avif bmp gif jpg jpeg png svg webp ico heic',
    sound: 'aac flac m4a mp3 ogg oga opus wav',
    film: 'mp4 m4v mov mkv webm ogv avi',
    words:
      'txt md log csv json xml yaml yml html htm pdf doc docx odt ts js css py rs go c h sh toml',
  }).flatMap(([icon, extensions]) =>
    extensions.split(' ').map((extension): [string, IconName] => [extension, icon as IconName]),
  ),
)
