import { deflateSync, crc32 } from 'node:zlib'
import { keepFile } from '#support/files'
import type { AttachedFile } from '#tickets/attachment'
import { Dice } from './dice.js'

export type Paper = 'photo' | 'invoice' | 'order' | 'label'

const PAPERS: Record<Exclude<Paper, 'photo'>, { readonly name: (order: string) => string; readonly title: string }> = {
  invoice: { name: (order) => `faktura-${order}.pdf`, title: 'FAKTURA' },
  order: { name: (order) => `doklad-${order}.pdf`, title: 'DOKLAD' },
  label: { name: (order) => `stitek-${order}.pdf`, title: 'STITEK NA VRACENI' },
}

/** A small file as customers and the shop attach them, drawn here: a picture or a one-page PDF. */
export function draw(paper: Paper, order: string, seed: number): { readonly name: string; readonly type: string; readonly bytes: Buffer } {
  if (paper === 'photo') return { name: `IMG_${4000 + (seed % 900)}.png`, type: 'image/png', bytes: photo(seed) }
  const { name, title } = PAPERS[paper]
  return { name: name(order), type: 'application/pdf', bytes: page([title, `Zrno & Mlyn, objednavka ${order}`, '1x zbozi dle objednavky', 'Dekujeme za nakup.']) }
}

/** The same, kept in the drive and ready to be named by a message. */
export async function kept(paper: Paper, order: string, seed: number): Promise<AttachedFile> {
  const { name, type, bytes } = draw(paper, order, seed)
  const file = await keepFile(bytes)
  return { name, type, bytes: file.bytes, sha256: file.sha256 }
}

/** A coffee maker on a table, in the light of some time of the day: 320 × 240 pixels. */
function photo(seed: number): Buffer {
  const [width, height] = [320, 240]
  const dice = new Dice(seed)
  const light = dice.between(150, 215)
  const hue = dice.between(-18, 18)
  const crack = dice.between(120, 190)
  const rows = Buffer.alloc(height * (width * 3 + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (width * 3 + 1) + 1 + x * 3
      const [red, green, blue] = colour(x, y, light, hue, crack)
      const grain = ((x * 7 + y * 13 + seed) % 5) - 2
      rows[at] = clamp(red + grain)
      rows[at + 1] = clamp(green + grain)
      rows[at + 2] = clamp(blue + grain)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

function colour(x: number, y: number, light: number, hue: number, crack: number): [number, number, number] {
  const wall = light - y / 6
  if (y > 180) return [130 + hue - (y - 180) / 2, 92 - (y - 180) / 2, 60]
  const body = x > 90 && x < 230 && y > 60
  if (!body) return [wall + hue, wall, wall - hue]
  if (y < 84) return [70, 72, 78]
  if (x > 150 && x < 216 && y > 96 && y < 150) {
    const line = crack + Math.round(Math.sin(y / 5) * 4)
    return x === line || x === line + 1 ? [250, 250, 250] : [150, 185, 205]
  }
  if (x > 110 && x < 140 && y > 110 && y < 126) return [30, 30, 34]
  return [205 + hue / 2, 196, 178]
}

const clamp = (value: number) => Math.max(0, Math.min(255, Math.round(value)))

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PDF of one A5 page; the lines are ASCII. */
function page(lines: readonly string[]): Buffer {
  const text = lines.map((line, at) => `BT /F1 ${at === 0 ? 20 : 12} Tf 40 ${540 - at * 34} Td (${line.replace(/[()\\]/g, '\\$&')}) Tj ET`).join('\n')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = '%PDF-1.4\n'
  const places = objects.map((object, at) => {
    const place = file.length
    file += `${at + 1} 0 obj\n${object}\nendobj\n`
    return place
  })
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  const start = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}
