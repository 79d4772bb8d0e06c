//! The streams: data on stdout, talk on stderr. What goes to stdout is complete before it is written, so a failure
//! never leaves half a document behind.

use std::io::IsTerminal as _;
use std::io::Write;

use anstyle::AnsiColor;
use anstyle::Style;

use crate::report::json;
use crate::report::safe;
use crate::report::wrap;

use super::args::Color;
use super::args::LogFormat;
use super::progress::Line;
use super::progress::Progress;
use super::progress::Work;

const NOTE: Style = AnsiColor::Blue.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Lines of prose that are longer are hard to read.
const PAGE_WIDTH: usize = 100;

/// The columns of a terminal; `None` for a pipe or a file.
#[cfg(unix)]
fn terminal_width(stream: impl std::os::fd::AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0))
}

/// The columns of a terminal; `None` for a pipe or a file.
#[cfg(windows)]
fn terminal_width(stream: impl std::os::windows::io::AsHandle) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0))
}

/// Owns both streams.
#[derive(Clone, Debug)]
pub(crate) struct Ui {
    color: Color,
    quiet: bool,
    verbose: bool,
    log_format: LogFormat,
    line: Line,
    /// Problems of the manifest and errors stand on stdout too, as annotations of GitHub Actions.
    pub(super) annotates: bool,
}

impl Ui {
    pub(super) fn new(color: Color, quiet: bool, verbose: bool, log_format: LogFormat) -> Self {
        Self { color, quiet, verbose, log_format, line: Line::default(), annotates: false }
    }

    /// Writes data to stdout. A reader that has gone away (`| head`) is no error.
    pub(super) fn data(
        &self,
        render: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        render(&mut bytes)?;
        let mut stdout = anstream::AutoStream::new(std::io::stdout(), self.choice(&std::io::stdout()));
        match stdout.write_all(&bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Writes a text for people: on a terminal its lines are broken to fit, elsewhere they stay whole.
    pub(super) fn fitted(
        &self,
        out: &mut dyn Write,
        render: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        match terminal_width(std::io::stdout()) {
            None => render(out),
            Some(width) => {
                let mut bytes = Vec::new();
                render(&mut bytes)?;
                out.write_all(wrap::wrapped(&String::from_utf8_lossy(&bytes), width).as_bytes())
            }
        }
    }

    /// The width that a page of prose is set in: the terminal's, up to what is easily read.
    pub(super) fn page_width(&self) -> usize {
        terminal_width(std::io::stdout()).unwrap_or(PAGE_WIDTH).min(PAGE_WIDTH)
    }

    /// Says what is going on.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.talk("note", NOTE, text);
        }
    }

    /// Says what should not be overlooked.
    pub(super) fn warning(&self, text: &str) {
        self.talk("warning", WARNING, text);
    }

    /// Counts a request that was made, and with `-v` says one line about it.
    pub(super) fn trace(&self, text: impl FnOnce() -> String) {
        self.line.requested();
        if self.verbose {
            self.talk("request", Style::new().dimmed(), &text());
        }
    }

    /// Says what is of interest only to somebody who looks closely; only with `-v`.
    pub(super) fn detail(&self, text: &str) {
        if self.verbose {
            self.talk("note", NOTE, text);
        }
    }

    /// Writes prepared text for people to stderr: errors, problems, questions.
    pub(super) fn say(&self, render: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) {
        let mut bytes = Vec::new();
        if render(&mut bytes).is_ok() {
            if let Some(width) = terminal_width(std::io::stderr()) {
                bytes = wrap::wrapped(&String::from_utf8_lossy(&bytes), width).into_bytes();
            }
            self.write(&bytes);
        }
    }

    fn write(&self, bytes: &[u8]) {
        self.line.above(|| {
            let mut stderr = anstream::AutoStream::new(std::io::stderr(), self.choice(&std::io::stderr()));
            // Nobody is left to tell when stderr itself is gone.
            let _ = stderr.write_all(bytes);
        });
    }

    fn talk(&self, level: &str, style: Style, text: &str) {
        match self.log_format {
            LogFormat::Text => self.say(|out| writeln!(out, "{style}{level}:{style:#} {}", safe::line(text))),
            LogFormat::Json => self.log(&serde_json::json!({ "level": level, "message": text })),
        }
    }

    /// Whether talk is for machines.
    pub(super) fn logs_json(&self) -> bool {
        self.log_format == LogFormat::Json
    }

    /// One line of a log for machines, with all that is known.
    pub(super) fn log_details(&self, level: &str, message: &str, details: &impl serde::Serialize) {
        self.log(&serde_json::json!({ "level": level, "message": message, "details": details }));
    }

    fn log(&self, entry: &serde_json::Value) {
        let mut line = Vec::new();
        if json::print_line(entry, &mut line).is_ok() {
            self.write(&line);
        }
    }

    /// Progress of work, on a terminal; elsewhere nothing.
    pub(super) fn progress(&self, name: &'static str, work: Work) -> Progress {
        let shown = !self.quiet && !self.verbose && !self.logs_json() && std::io::stderr().is_terminal();
        self.line.begin(name, work, shown)
    }

    /// Progress of looking at the services, of which nobody knows beforehand how many requests it takes.
    pub(super) fn reading(&self) -> Progress {
        self.progress("reading", Work::Requests)
    }

    /// Whether somebody is there to answer. A log for machines has no place for questions.
    pub(super) fn can_ask(&self) -> bool {
        !self.logs_json() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks for a text; an empty answer is the default. Without a terminal there is nobody to ask.
    pub(super) fn ask(&self, question: &str, default: Option<&str>) -> Option<String> {
        if !self.can_ask() {
            return None;
        }
        let shown = default.map(|default| format!(" [{}]", safe::line(default))).unwrap_or_default();
        self.say(|out| write!(out, "{question}{shown}: "));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).ok()?;
        let answer = answer.trim();
        Some(answer).filter(|answer| !answer.is_empty()).or(default).map(str::to_owned)
    }

    /// Asks a question that only `yes` answers, which nobody gives where there is nobody.
    pub(super) fn confirm(&self, question: &str) -> bool {
        self.ask(&format!("{question} Only `yes` is taken as yes"), None)
            .is_some_and(|answer| answer == "yes")
    }

    fn choice(&self, stream: &impl anstream::stream::RawStream) -> anstream::ColorChoice {
        match self.color {
            Color::Always => anstream::ColorChoice::AlwaysAnsi,
            Color::Never => anstream::ColorChoice::Never,
            Color::Auto => anstream::AutoStream::choice(stream),
        }
    }

    /// Whether texts on stdout may lead somewhere: only a terminal understands that, and only one that shows styles.
    pub(super) fn shows_links(&self) -> bool {
        std::io::stdout().is_terminal() && self.choice(&std::io::stdout()) != anstream::ColorChoice::Never
    }

    /// Whether what is shown on stderr is coloured.
    pub(super) fn colours_talk(&self) -> bool {
        self.choice(&std::io::stderr()) != anstream::ColorChoice::Never
    }
}
