//! The streams: data on stdout, talk on stderr. What goes to stdout is complete before it is written, so a failure
//! never leaves half a document behind.

use std::io::IsTerminal as _;
use std::io::Write;
use std::time::Duration;

use anstyle::AnsiColor;
use anstyle::Style;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

use crate::report::json;
use crate::report::safe;
use crate::report::wrap;

use super::args::Color;
use super::args::LogFormat;

const NOTE: Style = AnsiColor::Blue.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Nothing is drawn for work that takes less: a bar that flashes up tells nothing.
const PROGRESS_AFTER: Duration = Duration::from_millis(250);

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
    pub(super) verbose: bool,
    log_format: LogFormat,
}

impl Ui {
    pub(super) fn new(color: Color, quiet: bool, verbose: bool, log_format: LogFormat) -> Self {
        Self { color, quiet, verbose, log_format }
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

    /// Says one line about a request; only with `-v`.
    pub(super) fn trace(&self, text: &str) {
        if self.verbose {
            self.talk("request", Style::new().dimmed(), text);
        }
    }

    /// Says what is of interest only to somebody who looks closely; only with `-v`.
    pub(super) fn detail(&self, text: &str) {
        if self.verbose {
            self.talk("note", NOTE, text);
        }
    }

    /// Writes prepared text to stderr: errors, and lines of progress.
    pub(super) fn say(&self, render: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) {
        let mut bytes = Vec::new();
        if render(&mut bytes).is_ok() {
            if let Some(width) = terminal_width(std::io::stderr()) {
                bytes = wrap::wrapped(&String::from_utf8_lossy(&bytes), width).into_bytes();
            }
            let mut stderr = anstream::AutoStream::new(std::io::stderr(), self.choice(&std::io::stderr()));
            // Nobody is left to tell when stderr itself is gone.
            let _ = stderr.write_all(&bytes);
        }
    }

    fn talk(&self, level: &str, style: Style, text: &str) {
        self.say(|out| match self.log_format {
            LogFormat::Text => writeln!(out, "{style}{level}:{style:#} {}", safe::line(text)),
            LogFormat::Json => json::print_line(&serde_json::json!({ "level": level, "message": text }), out),
        });
    }

    /// Whether talk is for machines.
    pub(super) fn logs_json(&self) -> bool {
        self.log_format == LogFormat::Json
    }

    /// One line of a log for machines, with all that is known.
    pub(super) fn log(&self, level: &str, message: &str, details: &impl serde::Serialize) {
        let line = serde_json::json!({ "level": level, "message": message, "details": details });
        self.say(|out| writeln!(out, "{line}"));
    }

    /// A bar of `total` steps on a terminal; elsewhere nothing.
    pub(super) fn progress(&self, total: u64, what: &'static str) -> ProgressBar {
        let shown = !self.quiet
            && !self.verbose
            && self.log_format == LogFormat::Text
            && std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let template = "{msg} {bar:24} {pos}/{len}  {per_sec}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        if shown {
            let late = bar.clone();
            // The bar appears late and only if the work is still going on.
            std::thread::spawn(move || {
                std::thread::sleep(PROGRESS_AFTER);
                if !late.is_finished() {
                    late.set_draw_target(ProgressDrawTarget::stderr());
                }
            });
        }
        bar
    }

    /// Whether somebody is there to answer.
    pub(super) fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
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

    /// Asks a question that only `yes` answers. Without a terminal there is nobody to ask.
    pub(super) fn confirm(&self, question: &str) -> Option<bool> {
        if !self.can_ask() {
            return None;
        }
        self.say(|out| write!(out, "{question} Only `yes` is taken as yes: "));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).ok()?;
        Some(answer.trim() == "yes")
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
