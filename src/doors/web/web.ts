/**
 * The web UI: everything that the node offers to its user, in a browser on the same computer.
 *
 * Job: a page over the local API - first run, home, shares, browsing, copies, people, activity, settings -
 * for eyes, screen readers, keyboards and thumbs, in light and dark, in either direction of writing.
 * Non-goals: knowing or doing anything that the contract has no operation for; other computers.
 *
 * `asker.ts` asks the node, `model.svelte.ts` holds what it said and hears its events, `route.svelte.ts` says
 * what is shown; `view/` has a component a view, `dialog/` what lies over them, `part/` what they are made
 * of, `text/` all words. Whatever a peer has named is a text node inside `part/Name.svelte`.
 */
import { mount } from 'svelte'
import App from './App.svelte'

const target = document.getElementById('app')
if (target) mount(App, { target })
