import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, type DefaultTheme } from 'vitepress'

const docs = fileURLToPath(new URL('..', import.meta.url))

/** Where the sources can be browsed, such as https://example.org/espalier/blob/main; without it, links to sources are plain text. */
const source = process.env.ESPALIER_SOURCE_URL?.replace(/\/$/, '')

function title(page: string): string {
  const heading = /^# (.+)$/m.exec(readFileSync(join(docs, `${page}.md`), 'utf8'))
  if (!heading) throw new Error(`docs/${page}.md has no title.`)
  return heading[1]
}

function group(text: string, pages: string[], collapsed = false): DefaultTheme.SidebarItem {
  const items = pages.map((page) => ({ text: title(page), link: `/${page}` }))
  return { text, items, collapsed }
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(docs, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file.slice(0, -3)}`.replace(/^\.\//, ''))
    .sort()
}

const sidebar = [
  group('Start', ['guide/start', 'guide/build', 'guide/fine-tuning', 'guide/keras']),
  group('Train and evaluate', [
    'guide/data',
    'guide/augmentation',
    'guide/training',
    'guide/layers',
    'guide/weights',
    'guide/evaluation',
    'guide/report',
    'guide/engines',
    'guide/configuration',
    'guide/command-line',
  ]),
  group('Build on it', [
    'guide/application',
    'guide/serving',
    'guide/export',
    'guide/spark',
    'guide/kotlin',
    'guide/guice',
    'guide/plugins',
    'guide/deploy',
    'guide/model-files',
  ]),
  group('When something is wrong', ['errors', 'guide/faq']),
  group('The project', ['architecture', 'results', 'performance']),
  group('Decisions', pagesIn('decisions'), true),
]

const listed = sidebar.flatMap((one) => one.items!.map((item) => item.link!.slice(1)))
const missing = [...pagesIn('.'), ...pagesIn('guide')].filter((page) => page !== 'index' && !listed.includes(page))
if (missing.length > 0) throw new Error(`Pages that the sidebar in ${import.meta.url} does not list: ${missing.join(', ')}`)

/** Links that leave the folder docs lead to the sources of the project, which are not part of the site. */
function linksToSources(md: any) {
  md.core.ruler.push('links-to-sources', (state: any) => {
    const page = relative(docs, state.env.realPath ?? state.env.path)
    for (const block of state.tokens) {
      const dropped: boolean[] = []
      block.children = block.children?.filter((token: any) => {
        if (token.type === 'link_close') return !dropped.pop()
        if (token.type !== 'link_open') return true
        const href: string = token.attrGet('href')
        const target = normalize(join(dirname(page), href))
        const outside = !/^([a-z]+:|[/#])/.test(href) && target.startsWith('..')
        if (outside && !existsSync(join(docs, target.split('#')[0]))) throw new Error(`${page}: ${href} does not exist.`)
        if (outside && source) token.attrSet('href', `${source}/${target.replace(/^(\.\.\/)+/, '')}`)
        dropped.push(outside && !source)
        return !(outside && !source)
      }) ?? null
    }
  })
}

export default defineConfig({
  title: 'Espalier',
  description: 'Trains, fine-tunes, evaluates and runs image classifiers on the JVM',
  lang: 'en',
  outDir: '../target/site',
  cacheDir: '../target/site-cache',
  // Relative addresses would break where the site is served from a folder; -- --base /folder/ sets another one.
  cleanUrls: false,
  lastUpdated: false,
  markdown: { config: linksToSources },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide/start', activeMatch: '^/guide/' },
      { text: 'Errors', link: '/errors' },
      {
        text: 'API',
        items: [
          { text: 'Java', link: '/api/java/index.html', target: '_self' },
          { text: 'Kotlin', link: '/api/kotlin/index.html', target: '_self' },
        ],
      },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Previous', next: 'Next' },
  },
})
