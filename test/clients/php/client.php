<?php

// Takes requests from standard input, a line each, and writes an answer for each: see ../README.md.

[, $host, $port, $protocol] = $argv;

$client = new Memcached();
$client->setOptions([
    Memcached::OPT_BINARY_PROTOCOL => $protocol === 'binary',
    Memcached::OPT_CONNECT_TIMEOUT => 2000,
    Memcached::OPT_RECV_TIMEOUT => 2000000,
    Memcached::OPT_POLL_TIMEOUT => 2000,
]);
$client->addServer($host, (int) $port);
$tokens = [];

$operations = [
    'version' => fn () => phpversion('memcached'),
    'get' => fn ($key) => $client->get($key),
    'multi' => function (...$keys) use ($client) {
        $found = $client->getMulti($keys);
        return $found === false ? false : implode(' ', array_map(fn ($key) => $found[$key] ?? '-', $keys));
    },
    'set' => fn ($key, $value, $ttl) => $client->set($key, $value, (int) $ttl),
    'add' => fn ($key, $value) => $client->add($key, $value),
    'append' => function ($key, $value) use ($client) {
        // It refuses to append to values that it may have compressed.
        $client->setOption(Memcached::OPT_COMPRESSION, false);
        return $client->append($key, $value);
    },
    'delete' => fn ($key) => $client->delete($key),
    'incr' => fn ($key, $by) => $client->increment($key, (int) $by),
    'decr' => fn ($key, $by) => $client->decrement($key, (int) $by),
    'gets' => function ($key) use ($client, &$tokens) {
        $found = $client->get($key, null, Memcached::GET_EXTENDED);
        $tokens[$key] = $found['cas'] ?? null;
        return $found['value'] ?? false;
    },
    'cas' => function ($key, $value) use ($client, &$tokens) {
        return $client->cas($tokens[$key], $key, $value);
    },
    'touch' => fn ($key, $ttl) => $client->touch($key, (int) $ttl),
    'flush' => fn () => $client->flush(),
];

$misses = [Memcached::RES_NOTFOUND, Memcached::RES_NOTSTORED, Memcached::RES_DATA_EXISTS];
while (($line = fgets(STDIN)) !== false) {
    $arguments = explode("\t", rtrim($line, "\n"));
    $operation = array_shift($arguments);
    if (!isset($operations[$operation])) {
        echo "?\n";
        continue;
    }
    $result = $operations[$operation](...$arguments);
    if ($result !== false) {
        echo $result === true ? "=\n" : "= $result\n";
    } else {
        echo in_array($client->getResultCode(), $misses) ? "-\n" : '! ' . $client->getResultMessage() . "\n";
    }
}
