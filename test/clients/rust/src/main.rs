//! Takes requests from standard input, a line each, and writes an answer for each: see ../README.md.

use std::collections::HashMap;
use std::io::{stdin, BufRead};
use std::time::Duration;

use memcache::{Client, CommandError, MemcacheError};

type Valued = (Vec<u8>, u32, Option<u64>);

struct Caller {
    client: Client,
    tokens: HashMap<String, u64>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (host, port) = (&arguments[1], &arguments[2]);
    let protocol = if arguments[3] == "text" { "ascii" } else { &arguments[3] };
    let client = Client::builder()
        .add_server(format!("memcache://{host}:{port}?protocol={protocol}"))
        .and_then(|builder| builder.with_connection_timeout(Duration::from_secs(2)).with_read_timeout(Duration::from_secs(2)).build());
    let mut caller = client.map(|client| Caller { client, tokens: HashMap::new() });
    for line in stdin().lock().lines() {
        let line = line.expect("a line");
        let mut words = line.split('\t');
        let operation = words.next().unwrap_or_default();
        let arguments: Vec<&str> = words.collect();
        let answer = match (operation, &mut caller) {
            ("version", _) => format!("= {}", version()),
            (_, Ok(caller)) => caller.answer(operation, &arguments),
            (_, Err(error)) => format!("! {error}"),
        };
        println!("{}", answer.replace(['\r', '\n'], " "));
    }
}

impl Caller {
    fn answer(&mut self, operation: &str, arguments: &[&str]) -> String {
        match self.ask(operation, arguments) {
            Ok(Some(text)) => format!("= {text}"),
            Ok(None) => "-".into(),
            Err(MemcacheError::CommandError(CommandError::KeyExists | CommandError::KeyNotFound)) => "-".into(),
            Err(MemcacheError::BadURL(unknown)) if unknown == operation => "?".into(),
            Err(error) => format!("! {error}"),
        }
    }

    fn ask(&mut self, operation: &str, arguments: &[&str]) -> Result<Option<String>, MemcacheError> {
        let key = arguments.first().copied().unwrap_or_default();
        let argument = arguments.get(1).copied().unwrap_or_default();
        let number = argument.parse().unwrap_or(0);
        let client = &self.client;
        let done = |()| Some(String::new());
        let whether = |yes: bool| yes.then(String::new);
        match operation {
            "get" => client.get(key),
            "multi" => {
                let found: HashMap<String, String> = client.gets(arguments)?;
                let values = arguments.iter().map(|key| found.get(*key).map_or("-", String::as_str));
                Ok(Some(values.collect::<Vec<_>>().join(" ")))
            }
            "set" => client.set(key, argument, arguments[2].parse().unwrap_or(0)).map(done),
            "add" => client.add(key, argument, 0).map(done),
            "append" => client.append(key, argument).map(done),
            "delete" => client.delete(key).map(whether),
            "incr" => client.increment(key, number).map(|value| Some(value.to_string())),
            "decr" => client.decrement(key, number).map(|value| Some(value.to_string())),
            "gets" => {
                let mut found: HashMap<String, Valued> = client.gets(&[key])?;
                Ok(found.remove(key).map(|(value, _, token)| {
                    self.tokens.insert(key.into(), token.unwrap_or(0));
                    String::from_utf8_lossy(&value).into_owned()
                }))
            }
            "cas" => client.cas(key, argument, 0, self.tokens[key]).map(whether),
            "touch" => client.touch(key, number as u32).map(whether),
            "flush" => client.flush().map(done),
            unknown => Err(MemcacheError::BadURL(unknown.into())),
        }
    }
}

fn version() -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let own = lock.split("name = \"memcache\"\nversion = \"").nth(1).unwrap_or_default();
    own.split('"').next().unwrap_or_default()
}
