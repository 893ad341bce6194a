//! `bench`: programs that measure the whole system as it is shipped. They start servers and `coheron` of their own,
//! print what they measured with the machine and the parameters, and judge nothing.

mod catalogue;
mod collect;
mod idle;
mod latencies;
mod load;
mod machine;
mod pace;
mod pipeline;
mod report;
mod search;
mod shop;
mod system;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures Coheron on this machine. Build it and `coheron` in release mode first.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// From an ERP's change to Postgres and to searchable: a first load, a steady stream, a backlog.
    Pipeline(pipeline::Arguments),
    /// Searches over HTTP with facets, beginnings of words and misspelt words, and suggestions.
    Search(search::Arguments),
    /// Events of visitors over HTTP into Kafka.
    Collect(collect::Arguments),
    /// Shoppers who look, fill carts and buy, at fixed rates; then checkouts alone.
    Shop(shop::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().bench {
        Bench::Pipeline(arguments) => pipeline::run(arguments).await,
        Bench::Search(arguments) => search::run(arguments).await,
        Bench::Collect(arguments) => collect::run(arguments).await,
        Bench::Shop(arguments) => shop::run(arguments).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
        let arguments = Arguments::try_parse_from(["bench", "search", "--concurrency", "1,8", "--answer-cache", "on"]);
        assert!(arguments.is_ok_and(|arguments| matches!(arguments.bench, Bench::Search(_))));
    }
}
