//! The command line, as data.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// What stands under the help of a command: how it is typed.
mod examples {
    pub(super) const WR: &str = "Examples:
  wr new shop                begins a project with a report that runs
  wr run shop/orders.wr      asks for its parameters and writes its files
  wr check shop              checks all scripts of a folder
  wr run --help              tells more of a command";
    pub(super) const RUN: &str = "Examples:
  wr run cards.wr                                  asks for each parameter, in a terminal
  wr run cards.wr --set partner=17 --set kinds=plastic,issued
  wr run cards.wr --last --set issued=2026-10      as your last run, but for October
  wr run cards.wr --preview 5                      shows five rows of each file, writes none";
    pub(super) const CHECK: &str = "Examples:
  wr check                               all scripts of this folder and below it
  wr check cards.wr 'reports/**/*.wr'
  wr check --strict --format github      for a build server";
    pub(super) const TEST: &str = "Examples:
  wr test                 all scripts of this folder and below it
  wr test campaign.wr";
    pub(super) const PLAN: &str = "Examples:
  wr plan cards.wr                        what runs where, and which steps are taken
  wr plan cards.wr --set partner=17 --stage optimised
  wr plan cards.wr --count                with how much comes from each source at most";
    pub(super) const FMT: &str = "Examples:
  wr fmt cards.wr lib
  wr fmt --check .        changes nothing; exits with 1 where something is not in its form
  wr fmt - < cards.wr     for editors";
    pub(super) const NEW: &str = "Examples:
  wr new shop
  wr run shop/orders.wr";
    pub(super) const COMPLETIONS: &str = "Examples:
  wr completions bash > ~/.local/share/bash-completion/completions/wr
  wr completions zsh > ~/.zfunc/_wr";
    pub(super) const FORM: &str = "Examples:
  wr form cards.wr                with the options that the sources have today
  wr form cards.wr --offline      without asking them";
    pub(super) const CONNECTIONS: &str = "Examples:
  wr connections test
  wr connections test wallet crm";
    pub(super) const PULL: &str = "Examples:
  wr pull wallet                  all tables of the connection's database
  wr pull wallet cards partners
  wr pull --check                 how the declared tables of the project differ from the servers'";
    pub(super) const EXPLAIN: &str = "Examples:
  wr explain WR0102
  wr explain 102      the same
  wr explain          lists all codes";
    pub(super) const RUNS: &str = "Examples:
  wr runs
  wr runs cards.wr --limit 5";
    pub(super) const SHOW: &str = "Examples:
  wr show latest
  wr show 20261102-0815 --json";
    pub(super) const VOID: &str = "Examples:
  wr void 20261102-081502 \"never sent\"";
}

/// Reports that analysts write once and colleagues run.
#[derive(Debug, Parser)]
#[command(name = "wr", version, max_term_width = 100, disable_help_subcommand = true, after_help = examples::WR)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub colour: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// In a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a report: ask for its parameters, compute, write files, print links to them
    #[command(after_help = examples::RUN)]
    Run(Run),
    /// Check scripts without running them
    #[command(after_help = examples::CHECK)]
    Check(Check),
    /// Try the tests of scripts: on rows in the scripts, without sources and files
    #[command(after_help = examples::TEST)]
    Test(Test),
    /// Show what a run would do, stage by stage
    #[command(after_help = examples::PLAN)]
    Plan(Plan),
    /// Bring scripts into their one form
    #[command(after_help = examples::FMT)]
    Fmt(Fmt),
    /// Begin a project: a folder with a report that runs
    #[command(after_help = examples::NEW)]
    New(New),
    /// Print what a shell needs to complete commands
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Completions),
    /// Print the parameters of a report as JSON Schema, for pages and other programs
    #[command(after_help = examples::FORM)]
    Form(Form),
    /// Try each connection of the project: what answers, and as whom
    #[command(after_help = examples::CONNECTIONS)]
    Connections(Connections),
    /// Print the tables of a server as declarations for a schema file
    #[command(after_help = examples::PULL)]
    Pull(Pull),
    /// Explain an error code
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// List the runs of this project, newest first
    #[command(after_help = examples::RUNS)]
    Runs(Runs),
    /// Show one run: values, steps, files
    #[command(after_help = examples::SHOW)]
    Show(Show),
    /// Take a run back: its people no longer count in later history checks
    #[command(after_help = examples::VOID)]
    Void(Void),
}

#[derive(Clone, Debug, Default, Args)]
pub struct Profile {
    /// Take the connections of `[profiles.NAME]` in wr.toml in the place of the usual ones
    #[arg(long, value_name = "NAME", env = "WR_PROFILE")]
    pub profile: Option<String>,
}

#[derive(Debug, Args)]
pub struct Connections {
    /// Take the connections of `[profiles.NAME]` in wr.toml in the place of the usual ones
    #[arg(long, value_name = "NAME", env = "WR_PROFILE", global = true)]
    pub profile: Option<String>,
    #[command(subcommand)]
    pub command: ConnectionsCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConnectionsCommand {
    /// Go as far as one can without reading a row, and say what was met
    Test {
        /// The connections; all of wr.toml where none is named
        names: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct Pull {
    #[command(flatten)]
    pub at: Profile,
    /// The connection, as wr.toml calls it
    #[arg(required_unless_present = "check")]
    pub connection: Option<String>,
    /// The tables; all where none is named
    pub tables: Vec<String>,
    /// Print nothing to keep; list how the tables that the project's files declare differ from the servers', and exit with 1
    /// if any does
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct Values {
    /// Set a parameter: `--set partner=17`; give it again for others
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Take parameters from a TOML file: `name = value`
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// Run as if it were this moment (`2026-11-23` or `2026-11-23T12:00`), in the report's zone
    #[arg(long, value_name = "MOMENT")]
    pub as_of: Option<String>,
}

#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub at: Profile,
    /// The script
    pub script: PathBuf,
    #[command(flatten)]
    pub values: Values,
    /// Take what was not set from your last run of this report
    #[arg(long)]
    pub last: bool,
    /// Ask nothing: take defaults, and fail where there is none
    #[arg(long)]
    pub no_input: bool,
    /// Compute and check everything, but write, record and send nothing
    #[arg(long, conflicts_with = "preview")]
    pub dry_run: bool,
    /// Show the first N rows of each output instead of writing it
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20")]
    pub preview: Option<u32>,
    /// Let one broken expectation pass, with the reason; the run keeps it
    #[arg(long, value_name = "REASON")]
    pub accept: Option<String>,
    /// Stop as soon as more rows than this have come from the sources, all of them together
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_rows_read: Option<u64>,
    /// Print one JSON document for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub at: Profile,
    /// Scripts, folders of them, or patterns (`reports/**/*.wr`); the current folder where none is named
    pub scripts: Vec<PathBuf>,
    /// Warnings fail the check as errors do
    #[arg(long)]
    pub strict: bool,
    /// How to say what was found
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, value_name = "FORMAT")]
    pub format: CheckFormat,
    /// As `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people
    Text,
    /// One document, with fixes
    Json,
    /// For code scanning (SARIF 2.1.0)
    Sarif,
    /// Lines that GitHub shows beside a diff
    Github,
}

#[derive(Debug, Args)]
pub struct Test {
    /// Scripts, or folders of them; the current folder where none is named
    pub scripts: Vec<PathBuf>,
    /// Print one JSON document for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    pub at: Profile,
    /// The script
    pub script: PathBuf,
    /// Which stage to print
    #[arg(long, value_enum, default_value_t = Stage::Summary)]
    pub stage: Stage,
    /// Ask the sources how much would come at most; nothing is read
    #[arg(long)]
    pub count: bool,
    #[command(flatten)]
    pub values: Values,
    /// Leave out a rule of the optimiser, by its name; `all` leaves out every rule
    #[arg(long, value_name = "RULE")]
    pub without: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// What runs where, for people
    Summary,
    /// The syntax tree
    Syntax,
    /// Names and types resolved
    Typed,
    /// The relational algebra
    Logical,
    /// After the rules
    Optimised,
    /// Queries per source and what is computed here
    Physical,
    /// All of them, one after the other
    All,
}

#[derive(Debug, Args)]
pub struct Fmt {
    /// Scripts, or folders of them; `-` reads from standard input and writes to standard output
    #[arg(required = true)]
    pub scripts: Vec<PathBuf>,
    /// Change nothing; list the files that are not in their form, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct Form {
    #[command(flatten)]
    pub at: Profile,
    /// The script
    pub script: PathBuf,
    #[command(flatten)]
    pub values: Values,
    /// Ask no source for options
    #[arg(long)]
    pub offline: bool,
}

#[derive(Debug, Args)]
pub struct New {
    /// The folder; made where it is not there
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// The code, as errors show it; none lists all codes
    pub code: Option<String>,
}

#[derive(Debug, Args)]
pub struct Runs {
    /// A script whose project is meant, or a folder; the current folder where none is named
    pub project: Option<PathBuf>,
    /// How many, newest first
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Print one JSON document for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Show {
    /// The run's id, or its first characters; `latest` is the newest
    pub run: String,
    #[command(flatten)]
    pub of: OfProject,
    /// Print one JSON document for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Void {
    /// The run's id, or its first characters
    pub run: String,
    /// Why: later readers see it
    pub reason: String,
    #[command(flatten)]
    pub of: OfProject,
}

#[derive(Debug, Args)]
pub struct OfProject {
    /// A script or folder of the project; the current folder where none is named
    #[arg(long, value_name = "PATH")]
    pub project: Option<PathBuf>,
}
