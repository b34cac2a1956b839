// Command gomemcache takes requests from standard input, a line each, and writes an answer for each: see ../README.md.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
)

var tokens = map[string]*memcache.Item{}

func main() {
	client := memcache.New(os.Args[1] + ":" + os.Args[2])
	client.Timeout = 2 * time.Second
	for lines := bufio.NewReader(os.Stdin); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		words := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		value, err := ask(client, words[0], words[1:])
		switch {
		case errors.Is(err, memcache.ErrCacheMiss), errors.Is(err, memcache.ErrNotStored), errors.Is(err, memcache.ErrCASConflict):
			fmt.Println("-")
		case err != nil:
			fmt.Println("!", err)
		default:
			fmt.Println("=", value)
		}
	}
}

func ask(client *memcache.Client, operation string, arguments []string) (string, error) {
	key, argument := at(arguments, 0), at(arguments, 1)
	number, _ := strconv.Atoi(argument)
	switch operation {
	case "version":
		return version(), nil
	case "get":
		return valueOf(client.Get(key))
	case "multi":
		return several(client, arguments)
	case "set":
		ttl, _ := strconv.Atoi(at(arguments, 2))
		return "", client.Set(&memcache.Item{Key: key, Value: []byte(argument), Expiration: int32(ttl)})
	case "add":
		return "", client.Add(&memcache.Item{Key: key, Value: []byte(argument)})
	case "append":
		return "", client.Append(&memcache.Item{Key: key, Value: []byte(argument)})
	case "delete":
		return "", client.Delete(key)
	case "incr", "decr":
		change := map[string]func(string, uint64) (uint64, error){"incr": client.Increment, "decr": client.Decrement}[operation]
		value, err := change(key, uint64(number))
		return strconv.FormatUint(value, 10), err
	case "gets": // its Get is a gets
		item, err := client.Get(key)
		tokens[key] = item
		return valueOf(item, err)
	case "cas":
		tokens[key].Value = []byte(argument)
		return "", client.CompareAndSwap(tokens[key])
	case "touch":
		return "", client.Touch(key, int32(number))
	case "gat":
		return valueOf(client.GetAndTouch(key, int32(number)))
	case "flush":
		return "", client.FlushAll()
	}
	return "", errors.New("unknown operation " + operation)
}

func several(client *memcache.Client, keys []string) (string, error) {
	items, err := client.GetMulti(keys)
	values := make([]string, len(keys))
	for i, key := range keys {
		values[i] = "-"
		if item := items[key]; item != nil {
			values[i] = string(item.Value)
		}
	}
	return strings.Join(values, " "), err
}

func valueOf(item *memcache.Item, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return string(item.Value), nil
}

func at(words []string, index int) string {
	if index < len(words) {
		return words[index]
	}
	return ""
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	return info.Deps[0].Version
}
