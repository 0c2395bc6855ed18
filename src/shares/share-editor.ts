import type { Folder } from '../content/content.ts'
import type { Activity, ActivityLog, ShareEditor, ShareId } from './shares.ts'

/** Changes a share of this node. What was done, and by whom, is in the activity log. */
export function shareEditor(
  share: ShareId,
  folder: () => Folder,
  activities: ActivityLog,
): ShareEditor {
  const note = (activity: Omit<Activity, 'share' | 'atMs'>) =>
    activities.add({ share, ...activity })
  return {
    scope: 'change',
    stage: (content, signal) => folder().writer.stage(content, signal),

    async put({ path, attributes, base, who }, stage, signal) {
      const installed = await folder().writer.install(
        stage,
        { path, attributes, base, who },
        signal,
      )
      const isConflict = installed.outcome === 'conflict'
      if (isConflict) await note({ what: 'conflict', who, path, detail: installed.path })
      else if (installed.outcome !== 'unchanged') {
        await note({ what: 'put', who, path, detail: undefined })
      }
      return installed
    },

    async makeDirectory(path, who, signal) {
      await folder().writer.makeDirectory(path, signal)
      await note({ what: 'made', who, path, detail: undefined })
    },

    async move(from, to, who, signal) {
      await folder().writer.move(from, to, signal)
      await note({ what: 'moved', who, path: to, detail: from })
    },

    async remove(path, base, who, signal) {
      await folder().writer.remove(path, base, who, signal)
      await note({ what: 'removed', who, path, detail: undefined })
    },

    async restore(id, to, who, signal) {
      const restored = await folder().bin.restore(id, to, who, signal)
      await note({ what: 'restored', who, path: restored.path, detail: undefined })
      return restored
    },
  }
}
