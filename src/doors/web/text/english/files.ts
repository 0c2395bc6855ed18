import type { Words } from '../words.ts'
import { counted } from './counted.ts'

/** The words about files and copies, in English. */
export const englishFiles = {
  browse: {
    title: 'Browse',
    choose: 'Choose',
    world: 'Everything in reach',
    me: 'This computer',
    name: 'Name',
    size: 'Size',
    modified: 'Changed',
    empty: 'This folder is empty.',
    emptyShares: 'Nothing is offered to you here.',
    readOnly: (owner: string) =>
      `You may look and copy. To change something, ask ${owner} for the change password.`,
    mayChange: 'You may change what is here.',
    ownShare: 'Your share',
    entries: (count: number) => counted(count, 'entry', 'entries'),
    search: 'Search here',
    searching: (term: string) => `Names with “${term}” below here`,
    nothingFound: 'Nothing fits.',
    selected: (count: number) => (count === 1 ? '1 selected' : `${count} selected`),
    expand: 'Show what is in it',
    collapse: 'Hide what is in it',
    online: 'reachable',
    offline: 'not reachable now',
    dropHere: 'Drop to add it here',
    dropRefused: 'You may not change what is here',
    newFolderName: 'Name of the new folder',
    newName: 'New name',
    removed: (name: string) => `${name} is in the owner’s trash.`,
    moved: (name: string) => `It is called ${name} now.`,
    made: (name: string) => `${name} is there.`,
    conflict: (name: string) =>
      `Somebody had changed it meanwhile. Nothing is lost: yours stands beside it as ${name}.`,
    uploading: (done: string, total: string) => `Adding files, ${done} of ${total}`,
    uploaded: (count: number) => (count === 1 ? 'The file is there.' : `${count} files are there.`),
    selectEntry: (name: string) => `Select ${name}`,
    versions: 'Earlier versions',
  },

  preview: {
    title: 'Preview',
    none: 'There is no preview for this kind of file.',
    cut: (size: string) => `The first ${size} are shown.`,
    page: 'What this page shows; it can run nothing and load nothing',
    bytes: 'Size',
    changed: 'Changed',
  },

  copy: {
    title: 'Copy to this computer',
    keepTitle: 'Keep a copy in step',
    body: 'It is brought piece by piece, each one checked, and goes on by itself after every interruption.',
    keepBody:
      'The copy follows the share. Where you may change the share, what you change in the copy goes back.',
    seed: 'Pass it on to others as well',
    submit: 'Copy it',
    keepSubmit: 'Keep it',
    started: 'It is on its way.',
    none: 'Nothing is being copied, and nothing is kept.',
    states: {
      copying: 'Being copied',
      done: 'All here',
      following: 'In step',
      paused: 'Paused',
      waiting: 'Waiting',
      failed: 'Stopped',
    },
    progress: (done: string, total: string, files: string) => `${done} of ${total}, ${files} files`,
    left: (span: string) => `about ${span} left`,
    from: 'From',
    to: 'To',
    problems: (count: number) =>
      count === 1 ? '1 file needs a look' : `${count} files need a look`,
    removeTitle: 'Remove this copy from the list?',
    removeBody: 'The files that are here stay. It is only no longer kept up.',
    seeds: 'passes it on',
  },

  folders: {
    path: 'Folder',
    none: 'No folders in here.',
  },
} satisfies Words
