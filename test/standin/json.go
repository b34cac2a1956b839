package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	comment       = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|//[^\n]*|/\*(?s:.*?)\*/`)
	trailingComma = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|,\s*[}\]]`)
)

// parseJSON reads JSON that may have comments and trailing commas.
func parseJSON(text []byte) (root any, err error) {
	keepStrings := func(replace func([]byte) []byte) func([]byte) []byte {
		return func(m []byte) []byte {
			if m[0] == '"' {
				return m
			}
			return replace(m)
		}
	}
	text = comment.ReplaceAllFunc(text, keepStrings(func(m []byte) []byte { return []byte(" ") }))
	text = trailingComma.ReplaceAllFunc(text, keepStrings(func(m []byte) []byte { return m[1:] }))
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err = d.Decode(&root); err == nil && d.More() {
		err = fmt.Errorf("json parse error: text after the value")
	}
	if err == nil {
		root, err = literal(root)
	}
	return
}

var errMacro = fmt.Errorf("the macro language (macros, vars, @, %%) is not supported by the stand-in")

// literal takes the escapes out of all texts (mcrouter/lib/config/ConfigPreprocessor.cpp): "\" stands before a character that is
// meant as it is. What is not escaped and would begin a macro is refused.
func literal(j any) (any, error) {
	switch v := j.(type) {
	case string:
		return unescaped(v)
	case []any:
		for i, item := range v {
			item, err := literal(item)
			if err != nil {
				return nil, err
			}
			v[i] = item
		}
	case object:
		plain := object{}
		for name, item := range v {
			key, err := unescaped(name)
			if err == nil {
				item, err = literal(item)
			}
			if err != nil || name == "macros" || name == "vars" {
				return nil, errMacro
			}
			plain[key] = item
		}
		return plain, nil
	}
	return j, nil
}

func unescaped(text string) (string, error) {
	if strings.HasPrefix(text, "@") {
		return "", errMacro
	}
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '%':
			return "", errMacro
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		plain.WriteByte(text[i])
	}
	return plain.String(), nil
}

// text is a string or number as text, anything else is "".
func text(j any) string {
	switch v := j.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func integer(spec object, key string, otherwise int64) int64 {
	if spec[key] == nil {
		return otherwise
	}
	number, _ := spec[key].(json.Number)
	n, err := number.Int64()
	check(err == nil, "%s expected int", key)
	return n
}

// numbers reads a pair [from, to]; one that is absent is [0, 0].
func numbers(j any) (from, to float64, ok bool) {
	list, isList := j.([]any)
	if !isList || len(list) != 2 {
		return 0, 0, j == nil
	}
	from, err1 := strconv.ParseFloat(text(list[0]), 64)
	to, err2 := strconv.ParseFloat(text(list[1]), 64)
	return from, to, err1 == nil && err2 == nil && from <= to
}
