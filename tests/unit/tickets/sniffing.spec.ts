import { test } from '@japa/runner'
import { isSure, sniff } from '#tickets/sniffing'

const head = (text: string) => Buffer.from(text.padEnd(40, '\0'), 'latin1')

test.group('What a file is', () => {
  test('a film, a picture and a voice of one packing are told apart', ({ assert }) => {
    const brand = (four: string) => head(`\0\0\0\x18ftyp${four}`)
    assert.equal(sniff(brand('isom'), 'a.bin'), 'video/mp4')
    assert.equal(sniff(brand('qt  '), 'IMG_1.MOV', 'video/mp4'), 'video/quicktime')
    assert.equal(sniff(brand('heic'), 'IMG_1.HEIC', 'application/octet-stream'), 'image/heic')
    assert.equal(sniff(brand('mif1'), 'a'), 'image/heif')
    assert.equal(sniff(brand('avif'), 'a'), 'image/avif')
    assert.equal(sniff(brand('M4A '), 'a'), 'audio/mp4')
    assert.equal(sniff(brand('3gp5'), 'a'), 'video/3gpp')
    assert.equal(sniff(brand('isom'), 'voice', 'audio/mp4'), 'audio/mp4')
  })

  test('bytes beat what is said, unless that is closer', ({ assert }) => {
    const packed = head('\x1f\x8b\x08')
    assert.equal(sniff(packed, 'a.gz', 'application/octet-stream'), 'application/gzip')
    assert.equal(sniff(packed, 'report', 'application/tlsrpt+gzip'), 'application/tlsrpt+gzip')
    assert.equal(sniff(packed, 'a.txt', 'text/plain'), 'application/gzip')
    assert.equal(sniff(head('\x89PNG\r\n\x1a\n'), 'a.pdf', 'application/pdf'), 'image/png')
    assert.equal(sniff(head('OggS'), 'a', 'image/png'), 'audio/ogg')
    assert.equal(sniff(head('a'), 'a.pdf', 'text/html; charset=x'), 'application/octet-stream')
  })

  test('words that begin like a picture are words', ({ assert }) => {
    assert.equal(sniff(head('BMW parts, all of them in stock'), 'list.txt', 'text/plain'), 'text/plain')
    assert.isFalse(isSure(head('BMW parts in stock'), 'image/bmp'))
    assert.isTrue(isSure(Buffer.concat([Buffer.from('BM\x36\0\0\0'), Buffer.alloc(40)]), 'image/bmp'))
  })
})
