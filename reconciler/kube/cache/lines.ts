// The largest object that etcd takes is 1.5 MiB; a watch event of it is a little longer.
const LONGEST = 16 * 1024 * 1024

/**
 * Cuts a stream into its lines, decoded as UTF-8 and without the newline.
 *
 * @throws Error when the stream ends inside a line (the answer was cut), or when a line is longer than 16 MiB
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    let from = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      rest.push(chunk.subarray(from, end))
      yield Buffer.concat(rest).toString('utf8')
      rest = []
      length = 0
      from = end + 1
    }
    if (from === chunk.length) continue
    rest.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > LONGEST) throw new Error(`a line is longer than ${LONGEST} bytes`)
  }
  if (rest.length > 0) throw new Error('the stream ended inside a line')
}
