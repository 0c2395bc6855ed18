/**
 * What a browser is told that a file is, by its name; never by its bytes, which are a stranger's. Only what
 * can be shown without running anything has a type, the rest is bytes to be saved.
 */
export function mediaType(name: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return typeByExtension.get(extension) ?? 'application/octet-stream'
}

const typeByExtension = new Map(
  Object.entries({
    'image/avif': 'avif',
    'image/bmp': 'bmp',
    'image/gif': 'gif',
    'image/jpeg': 'jpg jpeg jpe',
    'image/png': 'png',
    'image/svg+xml': 'svg',
    'image/webp': 'webp',
    'image/x-icon': 'ico',
    'audio/aac': 'aac',
    'audio/flac': 'flac',
    'audio/mp4': 'm4a',
    'audio/mpeg': 'mp3',
    'audio/ogg': 'ogg oga opus',
    'audio/wav': 'wav',
    'audio/webm': 'weba',
    'video/mp4': 'mp4 m4v',
    'video/ogg': 'ogv',
    'video/quicktime': 'mov',
    'video/webm': 'webm',
    'video/x-matroska': 'mkv',
    'text/html; charset=utf-8': 'html htm xhtml',
    'application/pdf': 'pdf',
    'text/plain; charset=utf-8':
      'txt text md markdown log csv tsv json jsonl xml yaml yml toml ini conf cfg ts tsx js jsx mjs cjs css scss svelte vue py rb rs go c h cc cpp hpp java kt swift sh bash zsh fish ps1 bat sql tex srt vtt diff patch gitignore editorconfig',
  }).flatMap(([type, extensions]) =>
    extensions.split(' ').map((extension) => [extension, type] as const),
  ),
)
