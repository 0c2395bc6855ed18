/** A picture to share: hills under a sky, in the colours of an hour. Drawn anew each time, the same for the same hour. */
export function landscape(hour: number): string {
  const hue = (hour * 47) % 360
  const hills = [0, 1, 2, 3].map((layer) => {
    const height = 250 + layer * 62
    const rise = (at: number) => Math.round(38 * Math.sin(at * 1.3 + hour + layer * 2.1))
    const ridge = Array.from({ length: 9 }, (_, at) => `${at * 80},${height + rise(at)}`)
    return `<polygon fill="hsl(${(hue + 40 + layer * 12) % 360} ${30 + layer * 6}% ${62 - layer * 13}%)" points="0,480 ${ridge.join(' ')} 640,480"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="640" height="480"><defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue} 55% 72%)"/><stop offset="1" stop-color="hsl(${(hue + 35) % 360} 80% 90%)"/></linearGradient></defs><rect width="640" height="480" fill="url(#s)"/><circle cx="${120 + ((hour * 53) % 400)}" cy="${90 + ((hour * 31) % 90)}" r="42" fill="hsl(${(hue + 60) % 360} 90% 88%)"/>${hills.join('')}</svg>`
}
