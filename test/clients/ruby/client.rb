# Takes requests from standard input, a line each, and writes an answer for each: see ../README.md.

require 'dalli'

Dalli.logger.level = Logger::FATAL
host, port, protocol = ARGV
client = Dalli::Client.new("#{host}:#{port}", protocol: protocol.to_sym, raw: true, compress: false,
                                              socket_timeout: 2, socket_max_failures: 0)
tokens = {}

operations = {
  'version' => -> { Dalli::VERSION },
  'get' => ->(key) { client.get(key) },
  'multi' => lambda do |*keys|
    found = client.get_multi(keys)
    keys.map { |key| found.fetch(key, '-') }.join(' ')
  end,
  'set' => ->(key, value, ttl) { client.set(key, value, ttl.to_i) && true },
  'add' => ->(key, value) { client.add(key, value) && true },
  'append' => ->(key, value) { client.append(key, value) },
  'delete' => ->(key) { client.delete(key) },
  'incr' => ->(key, by) { client.incr(key, by.to_i) },
  'decr' => ->(key, by) { client.decr(key, by.to_i) },
  'gets' => lambda do |key|
    value, tokens[key] = client.get_cas(key)
    value
  end,
  'cas' => ->(key, value) { client.set_cas(key, value, tokens[key]) && true },
  'touch' => ->(key, ttl) { client.touch(key, ttl.to_i) && true },
  'gat' => ->(key, ttl) { client.gat(key, ttl.to_i) },
  'flush' => -> { client.flush.all? }
}

def answer(operation, arguments)
  result = operation.call(*arguments)
  return '-' if result.nil? || result == false

  result == true ? '=' : "= #{result}"
rescue StandardError => e
  "! #{e.class}: #{e.message.tr("\n", ' ')}"
end

$stdout.sync = true
$stdin.each_line(chomp: true) do |line|
  name, *arguments = line.split("\t")
  puts operations.key?(name) ? answer(operations[name], arguments) : '?'
end
